/** Written once a gate has passed: what runs now is good, and need not be doubted or hashed next time. */
import { preamble } from './frame.ts'
import { newName, oldName, programMemory, stagingOf, stampDirectory, stampOf } from './layout.ts'
import { identityFormat } from './probe.ts'
import { command, quote } from './quote.ts'

export interface ConfirmRequest {
  readonly component: string
  readonly restart: string
  readonly reload: string
  readonly programs: readonly { readonly path: string; readonly sha256: string }[]
  /** Paths of all files and programs: what an earlier run may have left beside them goes. */
  readonly placed: readonly string[]
  /** False where only the memory of programs is renewed: the time of the last change stays. */
  readonly changed: boolean
}

export function confirmScript(request: ConfirmRequest): string {
  const memory = `${programMemory}/${request.component}`
  const stamp = stampOf(request.component)
  const lines = [preamble, 'set -e', command('mkdir', '-p', programMemory, stampDirectory)]
  const remember = request.programs.map(
    program => `echo "${program.sha256} $(${command('stat', '-c', identityFormat, '--', program.path)})"`,
  )
  // First, since a link's going changes the file's ctime, which is remembered.
  const leftovers = request.placed.flatMap(path => [newName(path), oldName(path)])
  if (leftovers.length > 0) lines.push(command('rm', '-f', '--', ...leftovers))
  if (remember.length > 0) {
    lines.push(
      `{ ${remember.join('; ')}; } >${quote(`${memory}.new`)}`,
      command('mv', '-f', `${memory}.new`, memory),
    )
  }
  if (request.changed) {
    lines.push(
      `echo "restart=${request.restart} reload=${request.reload} time=$(date +%s)" >${quote(`${stamp}.new`)}`,
      command('mv', '-f', `${stamp}.new`, stamp),
    )
  }
  lines.push(command('rm', '-rf', stagingOf(request.component)), 'echo confirmed')
  return lines.join('\n')
}
