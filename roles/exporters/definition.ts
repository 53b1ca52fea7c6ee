/** The form of an exporter's definition, and the component that it makes. */
import { defined } from '../../src/diagnostic/defined.ts'
import { type Own, plainHttpFlags } from '../../src/inventory/cell/flags.ts'
import type { Endpoint, HostSettings } from '../../src/inventory/model.ts'
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import { type ComponentDefinition, exporterOrder } from '../component.ts'
import type { ReleaseDefinition } from '../release.ts'

export interface ExporterDefinition {
  /** Its key below `exporters:`, and the name of its scrape job. */
  readonly key: string
  /** The name of its program, its unit and its component; absent: `KEY_exporter`. */
  readonly name?: string
  /** Its key is the name of another component too, which `--only` and `--skip` then mean. */
  readonly alias?: false
  /** What it exports metrics of, for the description of its unit. */
  readonly of: string
  /** The address of its manual; empty: not known. */
  readonly manual: string
  readonly release: ReleaseDefinition
  readonly port: number
  /** The system user that it runs as; absent: `KEY-exp`. `root`: it cannot do with less. */
  readonly user?: string
  /** How it takes a switch that is off: kingpin's `--no-NAME` (if absent), or `--NAME=false` as Go's own flags and kong. */
  readonly switches?: 'kingpin' | 'go'
  /** The flag for the address on which it listens; absent: `web.listen-address`. */
  readonly listenFlag?: string
  /** The flag for its port, if `listenFlag` takes an address without one. */
  readonly portFlag?: string
  /** The first release that takes the flag for its address several times; `any`: all do. Absent: it takes it once. */
  readonly severalAddressesFrom?: string
  /** What it opens besides, at the same address: others push to it there. */
  readonly receives?: readonly Receiver[]
  /** The flag for the path of its metrics, `/metrics`; absent: `web.telemetry-path`, or it has none. */
  readonly pathFlag?: string
  /** Flags that promha sets, which flags of the inventory replace. */
  readonly flags?: readonly (readonly [string, string])[]
  /** Flags that the inventory may not set, and what to use instead. */
  readonly own?: Own
  /** Flags whose value is a secret, which every user of a host would see in a command line; and what to use instead. */
  readonly secretFlags?: Readonly<Record<string, string>>
  /** What to use instead of an address with a password in it; absent: it takes the password nowhere else. */
  readonly credentials?: string
  readonly config?: ExporterConfig
  /** Absent: it exports metrics of its own host or of one program only. */
  readonly probe?: ExporterProbe
  readonly rules?: ExporterRules
  /** Where 200 says that it is up, without work for what is behind it; absent: its landing page. */
  readonly readyPath?: string
  /** Settings of its unit after the common ones, which they replace. */
  readonly unit?: readonly string[]
  /** What it needs of the host's own packages. */
  readonly packages?: readonly string[]
  /** It judges all flags before it listens. `config`: the smallest config that it takes. */
  readonly flagsCheck?: { readonly config?: string }
}

/** A port to which others send what it then shows. */
export interface Receiver {
  /** The flag for its address and port; an empty value of the inventory's closes it. */
  readonly flag: string
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
}

/** A config of the user's in upstream's form, inline or a file; what it holds may be secret. */
export interface ExporterConfig {
  /** Its name in the directory `/etc/NAME`. */
  readonly file: string
  readonly flag: string
  /** The exporter does not start without it. */
  readonly required?: true
  /** Arguments by which the program checks the file that follows them, if it can. */
  readonly check?: readonly string[]
  /** What it says at its end if it takes that file; absent: it exits with 0. */
  readonly accepted?: string
  /** The check reads that file only, so it may run here. Absent: on the host only, a stranger's config may open any file. */
  readonly checkedHere?: true
  /** It reads the config again at SIGHUP; absent: at a restart only. */
  readonly reload?: true
}

/** Standard alert rules, loaded where the inventory asks for them. */
export interface ExporterRules {
  /** Relative to `roles/`. Its selectors name the job `KEY`, and with `(-probe(-[0-9]+)?)?` the jobs of its probes too. */
  readonly file: string
  /** Without them some of the alerts never fire. */
  readonly flags?: Readonly<Record<string, boolean>>
}

/** How Prometheus has it probe something else: `probes:` in the inventory. */
export interface ExporterProbe {
  readonly path: string
  /** Parameters besides `target`, which are keys of a probe. */
  readonly parameters: readonly string[]
  /** One value of a parameter may have several names, with commas between them. */
  readonly lists?: true
}

/** Why an exporter may not be given TLS or a password of its own. */
export const plainOnly = 'promha asks exporters by plain HTTP; TLS and passwords are not supported yet'

/** Where it receives on a host; an address of the inventory's in a form of its own is left to the program. */
export function receivedAt(
  { listen, flags }: Pick<HostSettings, 'listen' | 'flags'>,
  receives: readonly Receiver[] = [],
): readonly { readonly endpoint: Endpoint; readonly protocol: Receiver['protocol'] }[] {
  return receives.flatMap(({ flag, port, protocol }) => {
    const text = String(flags[flag] ?? joinHostPort({ ...listen, port }))
    const [, address = '', own] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? []
    return own === undefined
      ? []
      : [{ endpoint: { address: address || '0.0.0.0', port: Number(own) }, protocol }]
  })
}

/** What to use instead of a flag: a variable, which root alone can read. */
export function inEnvironment(...variables: readonly string[]): string {
  return `Use "environment: { ${variables.map(name => `${name}: …`).join(', ')} }".`
}

/** Flags that promha sets itself, and what to use instead. */
export function ownFlagsOf({
  listenFlag = 'web.listen-address',
  portFlag = listenFlag,
  config,
  own,
}: ExporterDefinition): Own {
  return {
    ...plainHttpFlags,
    [listenFlag]: 'use "listen"',
    [portFlag]: 'use "listen"',
    ...(config ? { [config.flag]: 'use "config"' } : {}),
    ...own,
  }
}

/** Why `listen` may not be a list; undefined if it may. */
export function oneAddressOf(definition: ExporterDefinition): string | undefined {
  const { key, listenFlag = 'web.listen-address', portFlag, severalAddressesFrom } = definition
  if (severalAddressesFrom !== undefined) return undefined
  return portFlag === undefined
    ? `The ${key} exporter takes the flag "${listenFlag}" once.`
    : `The ${key} exporter takes the flags "${listenFlag}" and "${portFlag}" once.`
}

export function exporterName({ key, name = `${key}_exporter` }: ExporterDefinition): string {
  return name
}

export function accountOf({ key, user = `${key.replaceAll('_', '-')}-exp` }: ExporterDefinition): string {
  return user
}

/** The exporter as a component like others. */
export function exporter(said: Omit<ExporterDefinition, 'manual'>): ComponentDefinition {
  const { key, port, alias, readyPath = '/', release, severalAddressesFrom, packages } = said
  const { base = 'https://github.com', folder } = release.upstream
  const definition = { ...said, manual: `${base}/${folder.split('/').slice(0, 2).join('/')}` }
  const account = accountOf(definition)
  const name = exporterName(definition)
  const plain = name.replaceAll('_', '-')
  return {
    name,
    ...(key === name || alias === false ? {} : { aliases: [key] }),
    key: ['exporters', key],
    noun: name,
    settings: cell => cell.exporters?.[name],
    members: cell => cell.exporters.find(({ component }) => component === name)?.members ?? [],
    readyCheck: 'exporter.up',
    health: { address: '127.0.0.1', port, readyPath, loaded: 'none' },
    order: exporterOrder,
    release,
    ownFlags: ownFlagsOf(definition),
    ...defined({ severalAddressesFrom, packages, account: account === 'root' ? undefined : account }),
    takeOver: {
      programs: new RegExp(`^(prometheus-)?${plain}(-?v?\\d.*)?$`),
      units: [`prometheus-${plain}`, `prometheus-${name}`, plain],
    },
    exporter: definition,
  }
}
