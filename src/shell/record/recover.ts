/** Puts a host right that an earlier run left in the middle: what was touched is undone, what waited is thrown away. */

import { dropPushFolder, marks, pushName, stagingDirectory, stagingOf } from '../change/staging.ts'
import { holdsLock } from '../lock/lock.ts'
import { begin, type Sections } from '../syntax/frame.ts'
import { home, placingLock } from '../syntax/layout.ts'
import { quote } from '../syntax/quote.ts'
import { endEarly, type Script, script } from '../syntax/script.ts'
import { wayFunctions } from '../syntax/way.ts'

export interface RecoverAnswer {
  /** The run does not hold the lock, so nothing was done. */
  readonly lost: boolean
  /** Components that could not be put back. */
  readonly failed: readonly string[]
  /** What the undos printed. */
  readonly said: readonly string[]
}

const failedSection = 'failed '

/** Looks at the host as it is by then. Prints what each undo says but for its sections, and a section `failed COMPONENT`. */
export function recoverScript(run: string): Script<RecoverAnswer> {
  // Going back may stop a Prometheus with much data, and start it again.
  const staging = quote(stagingDirectory)
  const push = quote(stagingOf(pushName))
  const lines = (nonce: string) => [
    `if ${holdsLock(run)}; then :; else ${endEarly(nonce, 'lost')}; fi`,
    `[ -d ${quote(home)} ] || { ${endEarly(nonce)}; }`,
    // Where there is nothing, nothing need be written either.
    `set -- ${staging}/*; [ -e "$1" ] || { ${endEarly(nonce)}; }`,
    `exec 8>${quote(placingLock)} && flock 8 || exit 1`,
    begin(nonce, 'undo'),
    `for stage in ${staging}/*; do`,
    `  [ -d "$stage" ] && [ "$stage" != ${push} ] || continue`,
    `  if [ -e "$stage/${marks.touched}" ]; then { sh "$stage/${marks.undo}" guard held 2>&1 && [ ! -e "$stage/${marks.touched}" ]; } || echo ${quote(nonce)} "${failedSection}\${stage##*/}"`,
    '  else rm -rf "$stage"; fi',
    'done',
    wayFunctions,
    // Only what an undo did not take care of is still there.
    `for mark in ${push}/*; do`,
    '  [ -f "$mark" ] && IFS= read -r path <"$mark" && case $path in /*) [ ! -d "${path%/*}" ] || { enter "${path%/*}" && rm -rf -- "./.promha-new.${path##*/}"; } ;; esac',
    '  rm -f -- "$mark"',
    'done',
    dropPushFolder,
  ]
  return script({ name: 'recover', lines, parse, timeout: 900_000 })
}

function parse(found: Sections): RecoverAnswer {
  const failed = [...found.keys()].filter(name => name.startsWith(failedSection))
  return {
    lost: found.has('lost'),
    failed: failed.map(name => name.slice(failedSection.length)),
    said: [...found.values()].flat(),
  }
}
