import { type CommandFlags, type ComponentDefinition, flagValue } from '../component.ts'
import { program } from '../release.ts'
import { storeMembers } from '../storage/store.ts'
import { victoriaMetricsOwnFlags } from './flags.ts'
import { victoriaMetricsVersionProblems } from './versions.ts'

export const victoriaMetrics: ComponentDefinition = {
  name: 'victoriametrics',
  key: ['storage', 'victoriametrics'],
  settings: ({ storage }) => {
    const said = storage?.victoriametrics
    return said?.cluster ? undefined : said
  },
  noun: 'VictoriaMetrics node',
  essential: true,
  ownFlags: victoriaMetricsOwnFlags,
  severalAddressesFrom: 'any',
  account: 'victoriametrics',
  release: {
    version: '1.151.0',
    upstream: {
      folder: 'VictoriaMetrics/VictoriaMetrics/releases/download/v$V',
      archive: 'victoria-metrics-linux-$ARCH-v$V.tar.gz',
      checksums: 'victoria-metrics-linux-$ARCH-v$V_checksums.txt',
      members: [program('victoria-metrics-prod', 'victoria-metrics')],
      architectures: { armv7: 'arm' },
    },
    debian: {
      packages: [{ name: 'victoria-metrics' }],
      members: [program('usr/bin/victoria-metrics', 'victoria-metrics')],
    },
  },
  members: storeMembers('victoriametrics'),
  readyCheck: 'storage.ready',
  checks: async () => (await import('./checks.ts')).checks,
  health: { address: '127.0.0.1', port: 8428, readyPath: '/health', loaded: 'none' },
  order: {
    oneByOne: true,
    precedes: [
      { what: ['vmselect'], because: 'vmselect reads from victoriametrics' },
      { what: ['prometheus'], because: 'prometheus writes to victoriametrics' },
      {
        what: ['haproxy'],
        because: 'haproxy forwards to victoriametrics and may need a port that it releases',
      },
      { what: ['keepalived'], because: 'the addresses of keepalived lead to victoriametrics' },
    ],
  },
  versionProblems: victoriaMetricsVersionProblems,
  takeOver: {
    programs: /^(victoria-metrics|victoriametrics|vmsingle)(-(prod|pure|linux|amd64|arm64|v?\d.*))*$/,
    units: ['victoria-metrics', 'vmsingle'],
    data: {
      names: ['data', 'metadata', 'indexdb', 'flock.lock'],
      path: flags => flagValue(flags, 'storageDataPath') ?? 'victoria-metrics-data',
      lost: 'its history would disappear from every query',
    },
    retention: {
      of: flags => ({ time: keptFor(flags) }),
      setting: (_, value) => `\`retention: ${value}\` under \`victoriametrics:\``,
    },
    knownFlags: /^(storageDataPath|retentionPeriod|dedup\.minScrapeInterval)$/,
  },
}

/** In Prometheus' form: VictoriaMetrics counts a bare number, and `M`, in months of 31 days. */
function keptFor(flags: CommandFlags): string {
  const said = flagValue(flags, 'retentionPeriod') ?? '1'
  const [, months] = /^(\d+)M?$/.exec(said) ?? []
  return months === undefined ? said : `${Number(months) * 31}d`
}
