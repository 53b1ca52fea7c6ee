/** Puts a host right that an earlier run left in the middle: what was touched is undone, what waited is thrown away. */
import { begin, preamble } from './frame.ts'
import { home, placingLock } from './layout.ts'
import { holdsLock } from './lock.ts'
import { quote } from './quote.ts'
import { dropPushFolder, pushName, stagingDirectory, stagingOf, touchedMark, undoFile } from './staging.ts'
import { wayFunctions } from './way-functions.ts'

/**
 * Looks at the host as it is by then. Prints what each undo prints, a section `failed COMPONENT` for each that could not
 * be put back, `lost` where the run does not hold the lock, and `settled` once it is through.
 */
export function leftoversScript(nonce: string, run: string): string {
  const staging = quote(stagingDirectory)
  const push = quote(stagingOf(pushName))
  return [
    preamble,
    `if ${holdsLock(run)}; then :; else ${begin(nonce, 'lost')}; exit 0; fi`,
    `[ -d ${quote(home)} ] || { ${begin(nonce, 'settled')}; exit 0; }`,
    // Where there is nothing, nothing need be written either.
    `set -- ${staging}/*; [ -e "$1" ] || { ${begin(nonce, 'settled')}; exit 0; }`,
    `exec 8>${quote(placingLock)} && flock 8 || exit 1`,
    `for stage in ${staging}/*; do`,
    `  [ -d "$stage" ] && [ "$stage" != ${push} ] || continue`,
    `  if [ -e "$stage/${touchedMark}" ]; then { sh "$stage/${undoFile}" ${quote(nonce)} held && [ ! -e "$stage/${touchedMark}" ]; } || echo ${quote(nonce)} "failed \${stage##*/}"`,
    '  else rm -rf "$stage"; fi',
    'done',
    wayFunctions,
    // Only what an undo did not take care of is still there.
    `for mark in ${push}/*; do`,
    '  [ -f "$mark" ] && IFS= read -r path <"$mark" && case $path in /*) [ ! -d "${path%/*}" ] || { enter "${path%/*}" && rm -f -- "./.promha-new.${path##*/}"; } ;; esac',
    '  rm -f -- "$mark"',
    'done',
    dropPushFolder,
    begin(nonce, 'settled'),
  ].join('\n')
}
