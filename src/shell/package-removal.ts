/** Removes packages that promha installed and that are no longer wanted, with what came only for them. */
import { mostNames } from './bounds.ts'
import { atMost, begin, preamble, sections } from './frame.ts'
import { configuredPackages, installingMark, packageNotes, stampDirectory } from './layout.ts'
import { holdsLock } from './lock.ts'
import { atWork, packageLock, workDone } from './package-manager.ts'
import { command, quote } from './quote.ts'

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
export function removalScript(nonce: string, { leaving, wanted, run }: RemovalRequest): string {
  return [
    preamble,
    `if ${holdsLock(run)}; then :; else ${begin(nonce, 'lost')}; ${begin(nonce, 'end')}; exit 0; fi`,
    ...removalLines(nonce, { leaving, wanted }),
    begin(nonce, 'end'),
  ].join('\n')
}

/** The same without a look at the lock, for those who hold it themselves: one command, which fails where it prints `unable`. */
export function removalLines(
  nonce: string,
  { leaving, wanted }: Pick<RemovalRequest, 'leaving' | 'wanted'>,
): readonly string[] {
  const notes = quote(packageNotes)
  const state = quote(stampDirectory)
  const mark = quote(installingMark(''))
  const spared = wanted.map(name => `${quote(name)}) continue ;;`)
  // What leaves is forgotten even where its note is gone.
  const condition = leaving.length > 0 ? ':' : `[ -d ${notes} ]`
  return [
    `if ${condition}; then (`,
    'if command -v apt-get >/dev/null 2>&1; then',
    ...atWork('apt', 'remove'),
    aptPurge(nonce),
    // What a run has left that was killed.
    'unhush',
    'else',
    ...atWork('dnf', 'remove'),
    dnfPurge,
    'fi',
    `owned() { for f in ${state}/*; do [ "$f" != ${state}/"$2" ] && grep -qsx "\\(made\\|found\\) package $1" "$f" && return 0; done; return 1; }`,
    // A manifest of nothing but its first line is of no use.
    `forget() { f=${state}/"$2"; [ -f "$f" ] || return 0; grep -vx "made package $1" "$f" >"$f.new"; if [ "$(grep -c . "$f.new")" -gt 1 ]; then mv -f "$f.new" "$f"; else rm -f "$f" "$f.new"; fi; }`,
    // What stays of it may be what another one needs, and goes with that.
    `inherit() { grep -vxFf gone ${notes}/"$1" >left; for other in ${notes}/*; do [ "$other" = ${notes}/"$1" ] || { cat "$other" left | sort -u >merged && cp merged "$other"; }; done; }`,
    'leave() {',
    `  [ -f ${notes}/"$1" ] || { rm -f ${mark}"$1"; return 0; }`,
    `  purge "$1" || { echo ${quote(nonce)} "unremoved $1"; told; return 1; }`,
    `  inherit "$1"; rm -f ${notes}/"$1" ${mark}"$1"`,
    '}',
    ...leaving.map(({ component, name }) => {
      const words = command(name, component)
      return `if owned ${words} || leave ${quote(name)}; then forget ${words}; fi`
    }),
    // Those of a run that ended before it was confirmed, and whose component is no longer wanted.
    `for note in ${notes}/*; do name=\${note##*/}`,
    `  [ -f "$note" ] || continue; case $name in ${[...spared, ...leaving.map(({ name }) => `${quote(name)}) continue ;;`)].join(' ')} esac`,
    `  owned "$name" '' || leave "$name"`,
    'done',
    workDone,
    `set -- ${notes}/*; [ -e "$1" ] || rm -f ${quote(configuredPackages)} ${mark}*`,
    `rmdir ${notes} 2>/dev/null || :`,
    // Only where another one is at work with packages for minutes.
    `) || { ${begin(nonce, 'unable')}; echo ${quote(`${packageLock} is held by another run, or ${packageNotes} cannot be written`)}; false; }; fi`,
  ]
}

/**
 * Only what came with it, and of that what nothing else needs: `gone`. What was configured before stays configured; the config
 * of the rest goes, also where an earlier run came no further than to remove it.
 */
function aptPurge(nonce: string): string {
  const note = `${quote(packageNotes)}/"$1"`
  return `purge() {
  options='-o APT::Get::Remove=true'
  echo "$1" >gone
  if there "$1"; then
    manager -s --auto-remove purge -- "$1" || return 1
    sed -n 's/^\\(Purg\\|Remv\\) \\([^ ]*\\) .*/\\2/p' log | grep -xFf ${note} | grep -vxF -e "$1" >>gone
    manager -s purge -- $(cat gone) || return 1
    sed -n 's/^\\(Purg\\|Remv\\) \\([^ ]*\\) .*/\\2/p' log | grep -vxFf gone >others
    if [ -s others ]; then cp ${note} gone; echo ${quote(nonce)} "kept $1"; cat others; return 0; fi
    verb=purge; ! grep -qsxFf gone ${quote(configuredPackages)} || verb=remove
    quietly manager $verb -- $(cat gone) || return 1
  fi
  # apt knows what was brought only as long as dpkg does.
  while read -r one; do
    [ "$(state "$one")" != config-files ] || grep -qsxF -e "$one" ${quote(configuredPackages)} || echo "$one"
  done <${note} >rest
  [ ! -s rest ] || quietly manager purge -- $(cat rest)
}`
}

/** rpm itself refuses what something else needs; what it refuses once may go once another has gone. */
const dnfPurge = `purge() {
  echo "$1" >gone; has "$1" || return 0
  rpm -e -- "$1" >log 2>&1 || return 1
  again=yes
  while [ $again = yes ]; do
    again=no
    while read -r one; do
      if ! grep -qxF -e "$one" gone && has "$one" && rpm -e -- "$one" >/dev/null 2>&1; then echo "$one" >>gone; again=yes; fi
    done <${quote(packageNotes)}/"$1"
  done
}`

interface RemovalAnswer {
  readonly lost: boolean
  /** Why nothing could be tried. */
  readonly unable?: string
  /** Package → those that need it. */
  readonly kept: ReadonlyMap<string, readonly string[]>
  /** Package → what its manager says. */
  readonly failed: ReadonlyMap<string, string>
}

/** Undefined where the script did not come to its end. */
export function parseRemoval(nonce: string, output: string): RemovalAnswer | undefined {
  const found = sections(nonce, output)
  if (!found.has('end')) return undefined
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
