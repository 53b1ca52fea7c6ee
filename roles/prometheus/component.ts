import type { Problem } from '../../src/diagnostic/problem.ts'
import { intervalOf } from '../../src/inventory/value/duration.ts'
import type { CommandFlags, ComponentDefinition, Retention, VersionStep } from '../component.ts'
import { flagValue } from '../component.ts'
import { program, promuRelease } from '../release.ts'
import { prometheusProblem } from './messages.ts'
import { prometheusOwnFlags } from './settings/flags.ts'
import { prometheusParts } from './settings.ts'

/** A block of its database is called by a ULID. */
const block = '[0-9A-HJKMNP-TV-Z]'.repeat(26)

export const prometheus: ComponentDefinition = {
  name: 'prometheus',
  key: ['prometheus'],
  settings: cell => cell.prometheus,
  parts: prometheusParts,
  noun: 'replica',
  together: 'pair',
  essential: true,
  ownFlags: prometheusOwnFlags,
  severalAddressesFrom: '2.55.0',
  account: 'prometheus',
  release: {
    version: '3.13.2',
    upstream: promuRelease('prometheus/prometheus', ['prometheus', 'promtool']),
    debian: {
      packages: [{ name: 'prometheus' }, { name: 'promtool', optional: true }],
      members: [program('usr/bin/prometheus', 'prometheus'), program('usr/bin/promtool', 'promtool')],
    },
  },
  members: cell => cell.replicas,
  readyCheck: 'prometheus.ready',
  checks: async () => (await import('./checks.ts')).checks,
  health: { address: '127.0.0.1', port: 9090, readyPath: '/-/ready', loaded: 'prometheus' },
  order: {
    oneByOne: true,
    follows: [
      { what: 'exporters', because: 'prometheus scrapes the exporters' },
      { what: ['alertmanager'], because: 'prometheus sends its alerts to alertmanager' },
    ],
  },
  versionProblems: prometheusVersionProblems,
  interval: ({ prometheus: own }) => own && intervalOf(own.global.scrape_interval),
  // The cell says the other parts of prometheus.yml under keys of the same names.
  partOf: ([top, next]) => (top === undefined ? [] : [top === 'alerting' && next !== undefined ? next : top]),
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

/** The first line that reads the data of 3.x, and the last that 3.x can go back to. */
const bridge = [2, 55] as const

/** Why the step is refused before anything is touched. */
function prometheusVersionProblems({ host, found, wanted }: VersionStep): readonly Problem[] {
  const from = lineOf(found)
  const to = lineOf(wanted)
  if (!from || !to) return []
  const resource = 'program:/usr/local/bin/prometheus'
  if (from[0] >= 3 && isBefore(to, bridge)) {
    return [prometheusProblem.downgradeUnreadable({ host, resource }, found, wanted)]
  }
  if (isBefore(from, bridge) && to[0] >= 3) {
    return [prometheusProblem.upgradeInTwoSteps({ host, resource }, found, wanted)]
  }
  return []
}

type Line = readonly [major: number, minor: number]

function lineOf(version: string | undefined): Line | undefined {
  const match = /^v?(\d+)\.(\d+)/.exec(version ?? '')
  return match ? [Number(match[1]), Number(match[2])] : undefined
}

function isBefore([major, minor]: Line, [otherMajor, otherMinor]: Line): boolean {
  return major < otherMajor || (major === otherMajor && minor < otherMinor)
}
