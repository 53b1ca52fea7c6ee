/** Written once a gate has passed: what runs now is good, and need not be doubted or hashed next time. */
import { preamble } from './frame.ts'
import { oldName, programMemory, stagingOf, stampDirectory } from './layout.ts'
import { identityFormat } from './probe.ts'
import { command, quote } from './quote.ts'

export interface ConfirmRequest {
  readonly component: string
  readonly restart: string
  readonly reload: string
  readonly programs: readonly { readonly path: string; readonly sha256: string }[]
  /** False where only the memory of programs is renewed: the time of the last change stays. */
  readonly changed: boolean
}

export function confirmScript(request: ConfirmRequest): string {
  const memory = `${programMemory}/${request.component}`
  const stamp = `${stampDirectory}/${request.component}`
  const lines = [preamble, 'set -e', command('mkdir', '-p', programMemory, stampDirectory)]
  const remember = request.programs.map(
    program => `echo "${program.sha256} $(${command('stat', '-c', identityFormat, '--', program.path)})"`,
  )
  // The old name is a second link to the replaced file, and a link's going changes nobody else's ctime.
  for (const program of request.programs) lines.push(command('rm', '-f', oldName(program.path)))
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
