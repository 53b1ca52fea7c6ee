import { cut, listFirstNames } from '../../src/diagnostic/list-first.ts'
import type { CommandFlags, ComponentDefinition, FlagChange, FoundFlags } from '../component.ts'
import { flagValue } from '../component.ts'
import { program, promuRelease, support } from '../release.ts'
import { alertmanagerOwnFlags, part } from './settings.ts'

export const alertmanager: ComponentDefinition = {
  name: 'alertmanager',
  key: ['alertmanager'],
  settings: cell => cell.alertmanager,
  parts: [part],
  noun: 'Alertmanager',
  together: 'cluster',
  essential: true,
  ownFlags: alertmanagerOwnFlags,
  severalAddressesFrom: '0.25.0',
  account: 'alertmanager',
  release: {
    version: '0.34.0',
    upstream: promuRelease('prometheus/alertmanager', ['alertmanager', 'amtool']),
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
  order: {
    oneByOne: true,
    follows: [
      {
        what: 'exporters',
        because: 'a faulty release must fail on an exporter before it can stop alerts',
        unlessLeaving: true,
      },
    ],
  },
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
    ...(peers.length === 0 ? [] : [`it will not join ${listFirstNames(peers)} any more`]),
    ...(flagValue(flags, 'cluster.tls-config') === undefined
      ? []
      : ['its cluster will not use TLS any more']),
  ]
  return parts.length === 0 ? undefined : { summary: `changes its cluster: ${parts.join('; ')}` }
}
