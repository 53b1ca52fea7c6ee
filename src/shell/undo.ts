/** Puts back what a change program replaced, from what it kept. Safe to run whichever step the change had reached. */
import type { ChangeRequest } from './change.ts'
import { begin, preamble } from './frame.ts'
import { newName, oldName, stagingOf } from './layout.ts'
import { command, quote } from './quote.ts'

/** What the service was before. */
export interface Before {
  readonly running: boolean
  readonly enabled: boolean
  /** Paths that existed. */
  readonly paths: ReadonlySet<string>
}

export function undoScript(nonce: string, request: ChangeRequest, before: Before): string {
  const lines = [preamble, begin(nonce, 'undo'), 'failed=0']
  const stage = stagingOf(request.component)
  request.files.forEach((file, index) => {
    const kept = `${stage}/old/${index}`
    const fresh = newName(file.path)
    lines.push(command('rm', '-f', fresh))
    lines.push(
      before.paths.has(file.path)
        ? `if [ -e ${quote(kept)} ]; then { ${command('cp', '-p', kept, fresh)} && ${command('mv', '-fT', fresh, file.path)}; } || failed=1; fi`
        : command('rm', '-f', file.path),
    )
  })
  for (const program of request.programs) {
    const old = oldName(program.path)
    lines.push(command('rm', '-f', newName(program.path)))
    lines.push(
      before.paths.has(program.path)
        ? `if [ -e ${quote(old)} ]; then ${command('mv', '-fT', old, program.path)} || failed=1; fi`
        : command('rm', '-f', program.path),
    )
  }
  if (!before.enabled)
    lines.push(`${command('systemctl', 'disable', '--quiet', '--', request.unit)} 2>/dev/null || :`)
  if (!before.running) lines.push(`${command('systemctl', 'stop', '--', request.unit)} 2>/dev/null || :`)
  if (request.daemonReload) lines.push('systemctl daemon-reload || failed=1')
  lines.push(`${command('systemctl', 'reset-failed', '--', request.unit)} 2>/dev/null || :`)
  lines.push(begin(nonce, 'clock'), 'date +%s')
  if (before.running && request.action !== 'none') {
    // A reload that failed left the old config active; reloading the restored one clears the failure.
    lines.push(
      `${command('systemctl', request.action === 'reload' ? 'reload-or-restart' : 'restart', '--', request.unit)} || failed=1`,
    )
  }
  lines.push(`${command('rm', '-rf', stage)}`, `[ $failed = 0 ] && ${begin(nonce, 'end')}`)
  return lines.join('\n')
}
