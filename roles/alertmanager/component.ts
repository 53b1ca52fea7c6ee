import { type ComponentDefinition, flagValue } from '../component.ts'
import { githubRelease, program, support } from '../release.ts'

export const alertmanager: ComponentDefinition = {
  name: 'alertmanager',
  key: ['alertmanager'],
  settings: cell => cell.alertmanager,
  noun: 'Alertmanager',
  together: 'cluster',
  essential: true,
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
  },
}
