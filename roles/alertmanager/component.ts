import { cut, listed } from '../../src/diagnostic/cut.ts'
import { alertmanagerOwn } from '../../src/inventory/flags.ts'
import {
  type CommandFlags,
  type ComponentDefinition,
  type FlagChange,
  type FoundFlags,
  flagValue,
} from '../component.ts'
import { githubRelease, program, support } from '../release.ts'
import { buildPart } from './settings.ts'

export const alertmanager: ComponentDefinition = {
  name: 'alertmanager',
  key: ['alertmanager'],
  settings: cell => cell.alertmanager,
  buildPart,
  noun: 'Alertmanager',
  together: 'cluster',
  essential: true,
  ownFlags: alertmanagerOwn,
  account: 'alertmanager',
  release: {
    version: '0.34.0',
    upstream: githubRelease('alertmanager', ['alertmanager', 'amtool']),
    debian: {
      packages: [{ name: 'prometheus-alertmanager' }],
      members: [
        program('usr/bin/prometheus-alertmanager', 'alertmanager'),
        program('usr/bin/amtool', 'amtool'),
        // Debian's build reads these at run time and does not start without them.
        support('usr/share/prometheus/alertmanager/default.tmpl'),
        support('usr/share/prometheus/alertmanager/email.tmpl'),
      ],
    },
  },
  members: cell => cell.peers,
  readyCheck: 'alertmanager.ready',
  checks: async () => (await import('./checks.ts')).checks,
  health: { address: '127.0.0.1', port: 9093, readyPath: '/-/ready', loaded: 'alertmanager' },
  order: { wave: 3, oneByOne: true },
  advertiseFlag: 'cluster.advertise-address',
  partOf: () => ['config'],
  takeOver: {
    programs: /^(prometheus-)?alertmanager(-?v?\d.*)?$/,
    units: ['prometheus-alertmanager'],
    config: 'alertmanager.yml',
    data: {
      names: ['nflog', 'silences'],
      path: flags => flagValue(flags, 'storage.path') ?? 'data',
      lost: 'its silences and its record of sent notifications would be gone',
    },
    retention: {
      of: flags => ({ time: flagValue(flags, 'data.retention') ?? '120h' }),
      setting: (_, value) => `\`flags: { data.retention: ${value} }\` under \`alertmanager:\``,
    },
    knownFlags:
      /^(storage\.path|data\.retention|cluster\.(listen-address|peer|tls-config|advertise-address|peer-name|label))$/,
    flagChange: clusterChange,
  },
}

/** A cluster that is off has nothing to lose. */
function clusterChange({ flags }: FoundFlags, wanted: CommandFlags): FlagChange | undefined {
  const address = (of: CommandFlags) =>
    (of.get('cluster.listen-address')?.at(-1) ?? '0.0.0.0:9094').replace(/^:/, '0.0.0.0:')
  const [before, after] = [address(flags), address(wanted)]
  if (before === '') return undefined
  const peers = (flags.get('cluster.peer') ?? []).filter(peer => !wanted.get('cluster.peer')?.includes(peer))
  const parts = [
    ...(before === after ? [] : [`its cluster listens on ${cut(before)} and will listen on ${after}`]),
    ...(peers.length === 0 ? [] : [`it will not join ${listed(peers)} any more`]),
    ...(flagValue(flags, 'cluster.tls-config') === undefined
      ? []
      : ['its cluster will not use TLS any more']),
  ]
  return parts.length === 0 ? undefined : { summary: `changes its cluster: ${parts.join('; ')}` }
}
