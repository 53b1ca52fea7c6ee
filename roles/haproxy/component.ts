import { frontPlace } from '../../src/topology/address/front-place.ts'
import { proxyHealth, proxyHealthPath } from '../../src/topology/address/proxy.ts'
import type { ComponentDefinition } from '../component.ts'
import { part } from './settings.ts'

export const haproxy: ComponentDefinition = {
  name: 'haproxy',
  parts: [part],
  noun: 'haproxy',
  packages: ['haproxy'],
  members: cell => cell.proxies,
  readyCheck: 'haproxy.servers',
  checks: async () => (await import('./checks.ts')).checks,
  health: { ...proxyHealth, readyPath: proxyHealthPath, loaded: 'none' },
  order: {
    oneByOne: true,
    follows: [
      {
        what: ['prometheus', 'pushgateway', 'blackbox_exporter'],
        because: 'haproxy forwards to these programs and may need a port that they release',
      },
    ],
  },
  leadsTo: 'prometheus',
  peerRules: true,
  writtenFrom: frontPlace,
}
