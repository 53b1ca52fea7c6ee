import { error, type Problem } from '../diagnostic/problem.ts'
import { endsProgram } from './ending-flags.ts'
import type { CommonSettings, Flags } from './model.ts'
import { at, atKey, membersOf, ownPlace, quote, remember } from './place.ts'
import type { FlagsText } from './schema.ts'
import { wordsOn } from './words-on.ts'

/** Flags that promha sets itself, each with what to use instead. A key that ends in `*` is a prefix. */
export type Own = Readonly<Record<string, string>>

/** promha's gates and checks ask by plain HTTP: a program that needs TLS or a password would look unhealthy. */
const httpOnly =
  'promha asks the programs by plain HTTP on their own hosts; TLS and passwords are not supported yet'
export const plainHttp: Own = {
  'web.config.file': httpOnly,
  // As old exporters call it.
  'web.config': httpOnly,
  'web.systemd-socket': 'promha has each program open its own port; use "listen"',
}

const lifecycle = 'promha reloads by signal, which needs no flag'

export const prometheusOwn: Own = {
  ...plainHttp,
  'config.file': 'promha writes the config; use "scrape_configs" and its neighbours',
  'config.auto-reload*': 'promha reloads once the whole bundle is in place',
  'storage.tsdb.path': 'use "data_dir"',
  'storage.tsdb.retention*': 'use "retention"',
  'web.listen-address': 'use "listen"',
  'web.enable-lifecycle': lifecycle,
}

const joins = 'promha joins the Alertmanagers of a cell itself'

export const alertmanagerOwn: Own = {
  ...plainHttp,
  'config.file': 'use "config"',
  'storage.path': 'promha keeps it in /var/lib/alertmanager',
  'web.listen-address': 'use "listen"',
  'cluster.listen-address': 'use "cluster_listen"',
  'cluster.advertise-address': 'promha takes the "address" of the host; write an IP address there',
  'cluster.peer': joins,
  'cluster.peer-name': joins,
  'cluster.peers-resolve*': joins,
  'cluster.label': joins,
  'cluster.tls-config': 'TLS among Alertmanagers is not supported yet',
}

export const pushgatewayOwn: Own = {
  ...plainHttp,
  'web.listen-address': 'use "listen"',
  'persistence.file': 'promha keeps it in /var/lib/pushgateway',
}

export const blackboxOwn: Own = {
  ...plainHttp,
  'config.file': 'use "modules"',
  'config.check': 'promha runs it before a config is used',
  'web.listen-address': 'use "listen"',
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
  checkNames(flags, of, own, problems)
  if (own === prometheusOwn) refuseAgent(flags ?? {}, problems)
  const given = Object.fromEntries(
    Object.entries(flags ?? {}).map(([name, value]) => [name, flagValue(name, value)] as const),
  )
  const place = flags && ownPlace(flags)
  // So that an error of the program about a value can name its line.
  if (place) remember(given, place, new Map(membersOf(flags)))
  return given
}

/** With nothing after it, a flag is a bare switch. A list of features is one word, which every program takes. */
function flagValue(name: string, value: FlagsText[string]): Flags[string] {
  if (value === null) return true
  return name === 'enable-feature' && Array.isArray(value) ? value.join(',') : value
}

/** The features that a program's flags turn on. The user may write one text with commas, or a list. */
export function featuresOf(flags: FlagsText | Flags | null | undefined): readonly string[] {
  const texts = [flags?.['enable-feature'] ?? ''].flat()
  const features = texts.flatMap(text => String(text).split(','))
  return features.map(feature => feature.trim()).filter(feature => feature !== '')
}

function refuseAgent(flags: FlagsText, problems: Problem[]): void {
  for (const name of Object.keys(flags)) {
    const bare = name.replace(/^(-+)?(no-)?/, '')
    const feature = bare === 'enable-feature' && featuresOf(flags).includes('agent')
    if (!feature && bare !== 'agent' && !bare.startsWith('storage.agent.')) continue
    problems.push(
      error('promha does not run Prometheus in agent mode', {
        ...(feature ? at(flags, name) : atKey(flags, name)),
        detail:
          'An agent evaluates no rules, sends no alerts and answers no queries, so it cannot be a replica of a pair.',
        remedy: feature ? 'remove "agent" from "enable-feature"' : `remove ${quote(name)}`,
      }),
    )
  }
}

function checkNames(flags: FlagsText | null | undefined, of: string, own: Own, problems: Problem[]): void {
  for (const [name, value] of Object.entries(flags ?? {})) {
    const owner = flags as object
    const bare = name.replace(/^-+/, '')
    const instead = ownedBy(own, bare) ?? ownedBy(own, bare.replace(/^no-/, ''))
    if (instead !== undefined) {
      problems.push(
        error(`the flag ${quote(bare)} of ${of} is set by promha`, {
          ...atKey(owner, name),
          remedy: instead,
        }),
      )
    } else if (endsProgram(bare)) {
      problems.push(
        error(`the flag ${quote(bare)} of ${of} ends the program at once`, {
          ...atKey(owner, name),
          detail: 'Expected: flags of a program that serves.',
          remedy: 'Remove this flag.',
        }),
      )
    } else if (bare !== name) {
      problems.push(
        error(`the flag ${quote(name)} of ${of} begins with a dash`, {
          ...atKey(owner, name),
          remedy: `write ${quote(bare)}`,
        }),
      )
    } else if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
      problems.push(error(`${quote(name)} of ${of} is not a valid name of a flag`, atKey(owner, name)))
    }
    for (const word of Array.isArray(value) ? value : [value]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break in a unit file would begin another setting
      if (typeof word === 'string' && /[\u0000-\u001f\u007f]/.test(word))
        problems.push(error(`the flag ${quote(name)} of ${of} has more than one line`, at(owner, name)))
    }
  }
}

/**
 * Reports a path prefix with characters that the config of HAProxy or keepalived, which request the program, cannot hold.
 * @param by HAProxy or keepalived
 */
export function checkAskedPath(
  settings: CommonSettings,
  hosts: readonly string[],
  of: string,
  by: string,
  problems: Problem[],
): void {
  // The path is the same on all of its hosts.
  const { flags } = wordsOn(settings, hosts[0] ?? '')
  // Upstream's rule: if both are given, the first counts.
  const name = ['web.route-prefix', 'web.external-url'].find(flag => flags[flag] != null)
  if (name === undefined) return
  const text = String(flags[name])
  const isUrl = name === 'web.external-url'
  if (isUrl && !URL.canParse(text)) return
  const path = isUrl ? new URL(text).pathname : text
  if (/^[\w.:@/+-]*$/.test(path)) return
  problems.push(
    error(
      `the flag ${quote(name)} of ${of}: expected a path of letters, digits and any of _ . : @ / + -, because ${by} requests it, saw ${quote(path)}`,
      { ...at(flags, name), remedy: 'choose a path with these characters only' },
    ),
  )
}

function ownedBy(own: Own, name: string): string | undefined {
  if (Object.hasOwn(own, name)) return own[name]
  const prefix = Object.keys(own).find(key => key.endsWith('*') && name.startsWith(key.slice(0, -1)))
  return prefix === undefined ? undefined : own[prefix]
}
