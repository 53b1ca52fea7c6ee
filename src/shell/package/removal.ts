/** Removes packages that promha installed and that are no longer wanted, with what came only for them. */

import { holdsLock } from '../lock/lock.ts'
import { mostNames } from '../syntax/bounds.ts'
import { atMost, begin, type Sections } from '../syntax/frame.ts'
import { packageNotes, recordDirectory } from '../syntax/layout.ts'
import { command, quote, variables } from '../syntax/quote.ts'
import { endEarly, type Script, script } from '../syntax/script.ts'
import { staticShell } from '../syntax/static.ts'
import { atWork, packageLock, workDone } from './manager.ts'

export interface RemovalRequest {
  /** Packages that leave, and whose they were. */
  readonly leaving: readonly { readonly component: string; readonly name: string }[]
  /** Packages that somebody wants: their notes stay though no manifest names them yet. */
  readonly wanted: readonly string[]
  readonly run: string
}

/**
 * Prints a section `kept NAME` with what needs it, where others came to need it: it is not promha's any more then; `unremoved NAME`
 * with the package manager's own lines, and it is still promha's; `unable` with the reason where nothing could be tried;
 * `lost` where the run does not hold the lock; then `end`.
 */
export function removalScript({ leaving, wanted, run }: RemovalRequest): Script<RemovalAnswer> {
  const lines = (nonce: string) => [
    `if ${holdsLock(run)}; then :; else ${endEarly(nonce, 'lost')}; fi`,
    ...removalLines(nonce, { leaving, wanted }),
  ]
  // A package manager may wait for another one.
  return script({ name: 'removal', lines, parse: parseRemoval, timeout: 900_000 })
}

/** The same without a look at the lock, for those who hold it themselves: one command, which fails where it prints `unable`. */
export function removalLines(
  nonce: string,
  { leaving, wanted }: Pick<RemovalRequest, 'leaving' | 'wanted'>,
): readonly string[] {
  const spared = wanted.map(name => `${quote(name)}) continue ;;`)
  // What leaves is forgotten even where its note is gone.
  const condition = leaving.length > 0 ? ':' : `[ -d ${quote(packageNotes)} ]`
  return [
    `if ${condition}; then (`,
    variables({ nonce, records: recordDirectory }),
    'if command -v apt-get >/dev/null 2>&1; then',
    ...atWork('apt', 'remove'),
    // What a run has left that was killed.
    'unhush',
    'else',
    ...atWork('dnf', 'remove'),
    'fi',
    staticShell('package/removal.sh'),
    ...leaving.map(({ component, name }) => {
      const words = command(name, component)
      return `if owned ${words} || leave ${quote(name)}; then forget ${words}; fi`
    }),
    // Those of a run that ended before it was confirmed, and whose component is no longer wanted.
    `for note in "$notes"/*; do name=\${note##*/}`,
    `  [ -f "$note" ] || continue; case $name in ${[...spared, ...leaving.map(({ name }) => `${quote(name)}) continue ;;`)].join(' ')} esac`,
    `  owned "$name" '' || leave "$name"`,
    'done',
    workDone,
    'set -- "$notes"/*; [ -e "$1" ] || rm -f "$configured" "$installing"*',
    'rmdir "$notes" 2>/dev/null || :',
    // Only where another one is at work with packages for minutes.
    `) || { ${begin(nonce, 'unable')}; echo ${quote(`${packageLock} is held by another run, or ${packageNotes} cannot be written`)}; false; }; fi`,
  ]
}

export interface RemovalAnswer {
  readonly lost: boolean
  /** Why nothing could be tried. */
  readonly unable?: string
  /** Package → those that need it. */
  readonly kept: ReadonlyMap<string, readonly string[]>
  /** Package → what its manager says. */
  readonly failed: ReadonlyMap<string, string>
}

export function parseRemoval(found: Sections): RemovalAnswer {
  const of = (word: string) =>
    atMost(
      mostNames,
      'packages',
      [...found].flatMap(([name, lines]) =>
        name.startsWith(`${word} `) ? [[name.slice(word.length + 1), lines] as const] : [],
      ),
    )
  const unable = found.get('unable')?.join('\n')
  return {
    lost: found.has('lost'),
    ...(unable === undefined ? {} : { unable }),
    kept: new Map(of('kept')),
    failed: new Map(of('unremoved').map(([name, lines]) => [name, lines.join('\n')])),
  }
}
