import { pushgatewayOwn } from '../../src/inventory/flags.ts'
import { type ComponentDefinition, flagValue } from '../component.ts'
import { githubRelease, program } from '../release.ts'
import { buildPart } from './settings.ts'

export const pushgateway: ComponentDefinition = {
  name: 'pushgateway',
  key: ['pushgateway'],
  settings: cell => cell.pushgateway,
  buildPart,
  noun: 'Pushgateway',
  ownFlags: pushgatewayOwn,
  account: 'pushgateway',
  release: {
    version: '1.11.3',
    upstream: githubRelease('pushgateway', ['pushgateway']),
    debian: {
      packages: [{ name: 'prometheus-pushgateway' }],
      members: [program('usr/bin/prometheus-pushgateway', 'pushgateway')],
    },
  },
  members: cell => cell.pushgateways,
  readyCheck: 'exporter.up',
  checks: async () => (await import('./checks.ts')).checks,
  health: { address: '127.0.0.1', port: 9091, readyPath: '/-/ready', loaded: 'none' },
  // Whoever is not active first is a matter of what serves, as with the others.
  order: { wave: 2, oneByOne: true },
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
