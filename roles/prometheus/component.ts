import { intervalOf } from '../../src/inventory/duration.ts'
import { prometheusOwn } from '../../src/inventory/flags.ts'
import {
  type CommandFlags,
  type ComponentDefinition,
  type ConfigPath,
  flagValue,
  type Retention,
} from '../component.ts'
import { githubRelease, program } from '../release.ts'
import { versionProblems } from './versions.ts'

/** A block of its database is called by a ULID. */
const block = '[0-9A-HJKMNP-TV-Z]'.repeat(26)

export const prometheus: ComponentDefinition = {
  name: 'prometheus',
  key: ['prometheus'],
  settings: cell => cell.prometheus,
  noun: 'replica',
  together: 'pair',
  essential: true,
  ownFlags: prometheusOwn,
  account: 'prometheus',
  release: {
    version: '3.13.2',
    upstream: githubRelease('prometheus', ['prometheus', 'promtool']),
    debian: {
      packages: [{ name: 'prometheus' }, { name: 'promtool', optional: true }],
      members: [program('usr/bin/prometheus', 'prometheus'), program('usr/bin/promtool', 'promtool')],
    },
  },
  members: cell => cell.replicas,
  readyCheck: 'prometheus.ready',
  checks: async () => (await import('./checks.ts')).checks,
  health: { address: '127.0.0.1', port: 9090, readyPath: '/-/ready', loaded: 'prometheus' },
  order: { wave: 4, oneByOne: true },
  versionProblems,
  interval: ({ prometheus: own }) => own && intervalOf(own.global.scrape_interval),
  partOf,
  takeOver: {
    programs: /^prometheus(-server)?(-?v?\d.*)?$/,
    units: ['prometheus2', 'prometheus-server'],
    config: 'prometheus.yml',
    data: {
      names: ['wal', 'wbl', 'chunks_head', 'queries.active', 'lock', block],
      path: dataPath,
      lost: 'its history would disappear from every query',
      key: 'data_dir',
    },
    retention: {
      of: retention,
      setting: (key, value) => `\`retention: { ${key}: ${value} }\` under \`prometheus:\``,
    },
    knownFlags: /^(web\.console\..*|storage\.(tsdb\.(path|retention.*)|agent\.path|local\..*))$/,
  },
}

/** The cell says the other parts of prometheus.yml under keys of the same names. */
function partOf([top, next]: ConfigPath): ConfigPath {
  if (top === undefined) return []
  return [top === 'alerting' && next !== undefined ? next : top]
}

/** An agent has no history that could be queried. */
function dataPath(flags: CommandFlags): string | undefined {
  const isAgent = flags.get('enable-feature')?.some(names => names.split(',').includes('agent'))
  if (flags.has('agent') || isAgent) return undefined
  return flagValue(flags, 'storage.tsdb.path', 'storage.local.path') ?? 'data'
}

/** `config`: what prometheus.yml says, which wins over flags. */
function retention(flags: CommandFlags, config: Retention = {}): Retention {
  const time =
    config.time ??
    flagValue(flags, 'storage.tsdb.retention.time', 'storage.tsdb.retention', 'storage.local.retention')
  const size = config.size ?? flagValue(flags, 'storage.tsdb.retention.size')
  const limits = { time, size, percentage: config.percentage }
  const set = Object.entries(limits).filter(
    ([, value]) => value !== undefined && !/^0+[A-Za-z]*$/.test(value),
  )
  // Upstream's default, if there is no limit at all.
  return set.length === 0 ? { time: '15d' } : Object.fromEntries(set)
}
