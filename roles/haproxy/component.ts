import { frontPlace } from '../../src/topology/front-place.ts'
import { proxyHealth, proxyHealthPath } from '../../src/topology/proxy.ts'
import type { ComponentDefinition } from '../component.ts'

export const haproxy: ComponentDefinition = {
  name: 'haproxy',
  noun: 'haproxy',
  packages: ['haproxy'],
  members: cell => cell.proxies,
  readyCheck: 'haproxy.servers',
  checks: async () => (await import('./checks.ts')).checks,
  health: { ...proxyHealth, readyPath: proxyHealthPath, loaded: 'none' },
  // Where a load balancer comes to a pair that is there, its port is free only once Prometheus has let go of it.
  order: { wave: 5, oneByOne: true },
  leadsTo: 'prometheus',
  peerRules: true,
  writtenFrom: frontPlace,
}
