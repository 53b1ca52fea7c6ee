/** Puts back what a change program replaced. Safe to run whichever step the change had reached, and where it had not begun. */
import { type ChangeRequest, placed } from './change.ts'
import { begin, preamble } from './frame.ts'
import { keptStamp, newName, oldName, runMark, stagingOf, stampOf, toldMark, touchedMark } from './layout.ts'
import { command, quote } from './quote.ts'

/** What the service was before. */
export interface Before {
  readonly running: boolean
  readonly enabled: boolean
  /** Paths that existed. */
  readonly paths: ReadonlySet<string>
}

/**
 * `changed`: the nonce of the change program. Prints a section `back` where anything may have been put in place,
 * `restored` (with the host's clock in seconds) where the service was told to go back, and `end` where all is as it
 * was. What could not be put back is kept.
 */
export function undoScript(nonce: string, changed: string, request: ChangeRequest, before: Before): string {
  const stage = quote(stagingOf(request.component))
  const done = begin(nonce, 'end')
  const lines = [
    preamble,
    'failed=0',
    `cd ${stage} 2>/dev/null && read -r run <${runMark} && [ "$run" = ${quote(changed)} ] || { ${done}; exit 0; }`,
    command('rm', '-f', '--', ...placed(request).map(file => newName(file.path))),
    `[ -e ${touchedMark} ] || { cd /; rm -rf ${stage}; ${done}; exit 0; }`,
    begin(nonce, 'back'),
  ]
  for (const { path } of placed(request))
    lines.push(before.paths.has(path) ? putBack(path) : command('rm', '-f', '--', path))
  const unit = quote(request.unit)
  if (request.enable && !before.enabled) lines.push(`systemctl disable --quiet -- ${unit} 2>/dev/null || :`)
  if (request.action !== 'none' && !before.running) lines.push(`systemctl stop -- ${unit} 2>/dev/null || :`)
  if (request.daemonReload) lines.push('systemctl daemon-reload || failed=1')
  if (request.action !== 'none') lines.push(`systemctl reset-failed -- ${unit} 2>/dev/null || :`)
  if (request.action !== 'none' && before.running) {
    // A reload that failed left the old config active; reloading the restored one clears the failure.
    const back = request.action === 'reload' ? 'reload-or-restart' : 'restart'
    const restore = [begin(nonce, 'restored'), 'date +%s', `systemctl ${back} -- ${unit} || failed=1`]
    lines.push(`if [ -e ${toldMark} ]; then ${restore.join('; ')}; fi`)
  }
  const stamp = quote(stampOf(request.component))
  lines.push(
    `if [ $failed = 0 ]; then [ ! -e ${keptStamp} ] || mv -f ${keptStamp} ${stamp}; cd /; rm -rf ${stage}; ${done}; fi`,
  )
  return lines.join('\n')
}

/** Where the change had not come that far, both names are one file, and a rename would leave both. */
function putBack(path: string): string {
  const old = quote(oldName(path))
  const target = quote(path)
  return `if [ -e ${old} ] || [ -L ${old} ]; then if [ ${old} -ef ${target} ]; then rm -f ${old}; else mv -fT ${old} ${target} || failed=1; fi; fi`
}
