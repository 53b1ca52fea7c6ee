import type { ComponentDefinition } from '../component.ts'
import { wholeTree } from '../release.ts'
import { storeComponents } from '../storage/stores.ts'
import { sameDatasources } from './same-datasource.ts'
import { grafanaOwnFlags } from './settings/own.ts'
import { grafanaPart } from './settings.ts'

export const grafana: ComponentDefinition = {
  name: 'grafana',
  key: ['grafana'],
  settings: cell => cell.grafana,
  parts: [grafanaPart],
  noun: 'Grafana',
  cellProblems: sameDatasources,
  ownFlags: grafanaOwnFlags,
  account: 'grafana',
  release: {
    version: '13.0.1',
    upstream: {
      base: 'https://dl.grafana.com',
      folder: 'oss/release',
      archive: 'grafana-$V.linux-$ARCH.tar.gz',
      checksums: '$ARCHIVE.sha256',
      members: [wholeTree('grafana')],
    },
  },
  members: cell => cell.grafanas,
  readyCheck: 'grafana.ready',
  checks: async () => (await import('./checks.ts')).checks,
  health: { address: '127.0.0.1', port: 3000, readyPath: '/api/health', loaded: 'none' },
  order: {
    oneByOne: true,
    follows: [
      {
        what: ['prometheus', 'alertmanager', ...storeComponents],
        because: 'grafana shows what these programs answer',
      },
    ],
    precedes: [
      { what: ['haproxy'], because: 'haproxy forwards to grafana' },
      { what: ['keepalived'], because: 'the addresses of keepalived lead to grafana' },
    ],
  },
  takeOver: {
    programs: /^grafana(-server)?$/,
    units: ['grafana-server'],
    config: '/etc/grafana/grafana.ini',
    data: {
      names: ['grafana.db'],
      path: () => '/var/lib/grafana',
      lost: 'its users and their dashboards would be gone',
    },
    knownFlags: /^(config|homepath|pidfile|packaging)$/,
  },
}
