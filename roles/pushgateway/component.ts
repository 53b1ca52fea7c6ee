import { type ComponentDefinition, flagValue } from '../component.ts'
import { promuAndDebian } from '../release.ts'
import { part, pushgatewayOwnFlags } from './settings.ts'

export const pushgateway: ComponentDefinition = {
  name: 'pushgateway',
  key: ['pushgateway'],
  settings: cell => cell.pushgateway,
  parts: [part],
  noun: 'Pushgateway',
  ownFlags: pushgatewayOwnFlags,
  severalAddressesFrom: '1.5.0',
  account: 'pushgateway',
  release: promuAndDebian('prometheus/pushgateway', '1.11.3'),
  members: cell => cell.pushgateways,
  readyCheck: 'exporter.up',
  checks: async () => (await import('./checks.ts')).checks,
  health: { address: '127.0.0.1', port: 9091, readyPath: '/-/ready', loaded: 'none' },
  order: { oneByOne: true },
  takeOver: {
    programs: /^(prometheus-)?pushgateway(-?v?\d.*)?$/,
    units: ['prometheus-pushgateway'],
    data: {
      names: ['metrics', 'persistence'],
      path: flags => flagValue(flags, 'persistence.file'),
      file: true,
      lost: 'the metrics that were pushed would be gone',
    },
    knownFlags: /^persistence\.file$/,
  },
}
