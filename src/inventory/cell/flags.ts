import type { Problem } from '../../diagnostic/problem.ts'
import type { Flags, HostSettings } from '../model.ts'
import type { FlagsText } from '../schema/schema-words.ts'
import { asWritten } from '../text/as-written.ts'
import { at, atKey, placedAs } from '../text/place.ts'
import { cellProblem } from './messages.ts'

/** Flags that promha sets itself, each with what to use instead. A key that ends in `*` is a prefix. */
export type Own = Readonly<Record<string, string>>

/** promha's gates and checks ask by plain HTTP: a program that needs TLS or a password would look unhealthy. */
const httpOnly =
  'promha asks the programs by plain HTTP on their own hosts; TLS and passwords are not supported yet'
export const plainHttpFlags: Own = {
  'web.config.file': httpOnly,
  // As old exporters call it.
  'web.config': httpOnly,
  'web.systemd-socket': 'promha has each program open its own port; use "listen"',
}

/** What to use instead of a flag; undefined if promha leaves it to the user. */
export function setByPromha(own: Own, flag: string): string | undefined {
  return ownedBy(own, flag.replace(/^no-/, ''))
}

/** The extra flags as they are given to the program; names that promha sets itself are reported. */
export function checkFlags(
  flags: FlagsText | null | undefined,
  of: string,
  own: Own,
  problems: Problem[],
): Flags {
  if (flags) checkNames(flags, of, own, problems)
  const kept = Object.fromEntries(
    Object.keys(flags ?? {}).map(name => [name, flagValue(flags ?? {}, name)] as const),
  )
  // So that an error of the program about a value can name its line.
  return flags ? placedAs(kept, flags) : kept
}

/** A bare switch is true, a list of features is one word, a number stays as written: `010` may be octal to the program. */
function flagValue(flags: FlagsText, name: string): Flags[string] {
  const value = flags[name] ?? true
  if (typeof value === 'boolean') return value
  if (!Array.isArray(value)) return asWritten(flags, name) ?? ''
  const words = value.map((_, index) => asWritten(value, index) ?? '')
  return name === 'enable-feature' ? words.join(',') : placedAs(words, value)
}

/** The features that a program's flags turn on. The user may write one text with commas, or a list. */
export function featuresOf(flags: FlagsText | Flags | null | undefined): readonly string[] {
  const texts = [flags?.['enable-feature'] ?? ''].flat()
  return texts
    .flatMap(text =>
      String(text)
        .split(',')
        .map(one => one.trim()),
    )
    .filter(Boolean)
}

function checkNames(flags: FlagsText, of: string, own: Own, problems: Problem[]): void {
  for (const [name, value] of Object.entries(flags)) {
    const where = atKey(flags, name)
    const bare = name.replace(/^-+/, '')
    const instead = ownedBy(own, bare) ?? ownedBy(own, bare.replace(/^no-/, ''))
    if (instead !== undefined) problems.push(cellProblem.flagSetByPromha(where, bare, of, instead))
    else if (ending.test(bare)) problems.push(cellProblem.flagEndsProgram(where, bare, of))
    else if (bare !== name) problems.push(cellProblem.flagWithDash(where, name, of, bare))
    else if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
      problems.push(cellProblem.badFlagName(where, name, of))
    for (const word of Array.isArray(value) ? value : [value]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break in a unit file would begin another setting
      if (typeof word === 'string' && /[\u0000-\u001f\u007f]/.test(word))
        problems.push(cellProblem.flagOfSeveralLines(at(flags, name), name, of))
    }
  }
}

/** Reports a path prefix that the config of HAProxy or keepalived (`by`), which request the program, cannot hold. */
export function checkAskedPath(
  // The path is the same on all of its hosts.
  { flags }: Pick<HostSettings, 'flags'>,
  of: string,
  by: string,
  problems: Problem[],
): void {
  // Upstream's rule: if both are given, the first counts.
  const name = ['web.route-prefix', 'web.external-url'].find(flag => flags[flag] != null)
  if (name === undefined) return
  const text = String(flags[name])
  const isUrl = name === 'web.external-url'
  if (isUrl && !URL.canParse(text)) return
  const path = isUrl ? new URL(text).pathname : text
  if (/^[\w.:@/+-]*$/.test(path)) return
  problems.push(cellProblem.badFlagPath(at(flags, name), { name, of, by, path }))
}

function ownedBy(own: Own, name: string): string | undefined {
  if (Object.hasOwn(own, name)) return own[name]
  const prefix = Object.keys(own).find(key => key.endsWith('*') && name.startsWith(key.slice(0, -1)))
  return prefix === undefined ? undefined : own[prefix]
}

/** Flags that make a program print something and exit: those of kingpin, and a few of upstream. */
const ending =
  /^(?:no-)?(?:h|help(?:-long|-man)?|version|completion-.*|write-documentation|config\.check|check-config|dry-run)$/
