import { error, type Problem } from '../diagnostic/problem.ts'
import { endsProgram } from './ending-flags.ts'
import type { CommonSettings } from './model.ts'
import { at, atKey, quote } from './place.ts'
import type { FlagsText } from './schema.ts'
import { wordsOn } from './words-on.ts'

/** What promha sets itself, and what to use instead; a key that ends in `*` stands for all that begin so. */
export type Own = Readonly<Record<string, string>>

/** Whatever changes how a program is asked would make it look dead to every gate and check. */
const plainHttp = {
  'web.config.file':
    'promha asks the programs by plain HTTP on their own hosts; TLS and passwords are not built yet',
  'web.systemd-socket': 'promha has each program open its own port; use "listen"',
}

const lifecycle = 'promha reloads by signal, which needs no flag'

export const prometheusOwn: Own = {
  ...plainHttp,
  'config.file': 'promha writes the config; use "scrape_configs" and its neighbours',
  'config.auto-reload*': 'promha reloads once the whole bundle is in place',
  'storage.tsdb.path': 'use "data_dir"',
  'storage.agent.path': 'use "data_dir"',
  'storage.tsdb.retention*': 'use "retention"',
  'web.listen-address': 'use "listen"',
  'web.enable-lifecycle': lifecycle,
  agent: 'an agent has no rules and no alerts, so it cannot be one of a pair',
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
  'cluster.tls-config': 'TLS among Alertmanagers is not built yet',
}

export const nodeOwn: Own = {
  ...plainHttp,
  'web.listen-address': 'use "listen"',
  'collector.textfile.directory': 'promha keeps it in /var/lib/node_exporter',
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

/** The extra flags as they are given to the program; names that promha sets itself are reported. */
export function checkFlags(
  flags: FlagsText | null | undefined,
  of: string,
  own: Own,
  problems: Problem[],
): FlagsText {
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
        error(`the flag ${quote(name)} of ${of} stands without the dashes`, {
          ...atKey(owner, name),
          remedy: `write ${quote(bare)}`,
        }),
      )
    } else if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
      problems.push(error(`${quote(name)} of ${of} is no name of a flag`, atKey(owner, name)))
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break in a unit file would begin another setting
    if (typeof value === 'string' && /[\u0000-\u001f\u007f]/.test(value)) {
      problems.push(error(`the flag ${quote(name)} of ${of} has more than one line`, at(owner, name)))
    }
  }
  return flags ?? {}
}

/**
 * Reports a path that stands before all of a program's, where it has letters that the config of the one who asks the
 * program cannot hold.
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
  // Upstream's rule: where both are given, the first counts.
  const name = ['web.route-prefix', 'web.external-url'].find(flag => flags[flag] != null)
  if (name === undefined) return
  const text = String(flags[name])
  const isUrl = name === 'web.external-url'
  if (isUrl && !URL.canParse(text)) return
  const path = isUrl ? new URL(text).pathname : text
  if (/^[\w.:@/+-]*$/.test(path)) return
  problems.push(
    error(
      `the flag ${quote(name)} of ${of}: expected a path of letters, digits and any of _ . : @ / + -, since ${by} asks for it, saw ${quote(path)}`,
      { ...at(flags, name), remedy: 'choose a path that has none of the others' },
    ),
  )
}

function ownedBy(own: Own, name: string): string | undefined {
  if (Object.hasOwn(own, name)) return own[name]
  const prefix = Object.keys(own).find(key => key.endsWith('*') && name.startsWith(key.slice(0, -1)))
  return prefix === undefined ? undefined : own[prefix]
}
