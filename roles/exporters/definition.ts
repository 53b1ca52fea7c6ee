/** The form of an exporter's definition, and the component that it makes. */
import { type Own, plainHttp } from '../../src/inventory/flags.ts'
import { type ComponentDefinition, exporterOrder } from '../component.ts'
import type { ReleaseDefinition } from '../release.ts'

export interface ExporterDefinition {
  /** Its key below `exporters:`, and the name of its scrape job. */
  readonly key: string
  /** The name of its program, its unit and its component; absent: `KEY_exporter`. */
  readonly name?: string
  /** What it tells of, for the description of its unit. */
  readonly of: string
  /** The address of its manual; empty: not known. */
  readonly manual: string
  readonly release: ReleaseDefinition
  readonly port: number
  /** The system user that it runs as; absent: `KEY-exp`. `root`: it cannot do with less. */
  readonly user?: string
  /** Groups of the host that it needs besides its own. */
  readonly groups?: readonly string[]
  /** How it takes a switch that is off: kingpin's `--no-NAME` (if absent) or Go's `--NAME=false`. */
  readonly switches?: 'kingpin' | 'go'
  /** The flag for the address on which it listens; absent: `web.listen-address`. */
  readonly listenFlag?: string
  /** The flag for the path of its metrics, if it has one. */
  readonly pathFlag?: string
  /** Flags that promha sets, which flags of the inventory replace. */
  readonly flags?: readonly (readonly [string, string])[]
  /** Flags that the inventory may not set, and what to use instead. */
  readonly own?: Own
  readonly config?: ExporterConfig
  /** Absent: it tells of its own host or of one program only. */
  readonly probe?: ExporterProbe
  /** Where 200 says that it is up, without work for what is behind it; absent: its landing page. */
  readonly readyPath?: string
  /** Where its metrics are; absent: `/metrics`. */
  readonly metricsPath?: string
  /** Settings of its unit after the common ones, which they replace. */
  readonly unit?: readonly string[]
  /** What it needs of the host's own packages. */
  readonly packages?: readonly string[]
  /**
   * Present: it judges all flags before it listens, so that a port that no program can open shows that they are right.
   * `config`: the smallest config that it takes.
   */
  readonly flagsCheck?: { readonly config?: string }
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
  /** It reads the config again at SIGHUP; absent: at a restart only. */
  readonly reload?: true
}

/** How Prometheus has it probe something else: `probes:` in the inventory. */
export interface ExporterProbe {
  readonly path: string
  /** Parameters besides `target`, which are keys of a probe. */
  readonly parameters: readonly string[]
}

/** Flags that promha sets itself, and what to use instead. */
export function ownFlagsOf({ listenFlag = 'web.listen-address', own }: ExporterDefinition): Own {
  return { ...plainHttp, [listenFlag]: 'use "listen"', ...own }
}

export function exporterName({ key, name = `${key}_exporter` }: ExporterDefinition): string {
  return name
}

export function accountOf({ key, user = `${key.replaceAll('_', '-')}-exp` }: ExporterDefinition): string {
  return user
}

/** The exporter as a component like others. */
export function exporter(definition: ExporterDefinition): ComponentDefinition {
  const { key, port, readyPath = '/', release } = definition
  const name = exporterName(definition)
  const plain = name.replaceAll('_', '-')
  return {
    name,
    ...(key === name ? {} : { aliases: [key] }),
    key: ['exporters', key],
    noun: name,
    settings: cell => cell.exporters?.[name],
    members: cell => cell.exporters.find(({ component }) => component === name)?.members ?? [],
    readyCheck: 'exporter.up',
    health: { address: '127.0.0.1', port, readyPath, loaded: 'none' },
    order: exporterOrder,
    release,
    ownFlags: ownFlagsOf(definition),
    ...(accountOf(definition) === 'root' ? {} : { account: accountOf(definition) }),
    ...(definition.packages ? { packages: definition.packages } : {}),
    takeOver: {
      programs: new RegExp(`^(prometheus-)?${plain}(-?v?\\d.*)?$`),
      units: [`prometheus-${plain}`, `prometheus-${name}`, plain],
    },
    exporter: definition,
  }
}
