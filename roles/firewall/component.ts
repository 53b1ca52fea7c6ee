import { frontPlace } from '../../src/topology/front-place.ts'
import { type ComponentDefinition, unitHealth } from '../component.ts'

export const firewall: ComponentDefinition = {
  name: 'firewall',
  key: ['firewall'],
  noun: 'firewall',
  packages: ['nftables'],
  members: cell => cell.guarded,
  readyCheck: 'firewall.closed',
  checks: async () => (await import('./checks.ts')).checks,
  health: unitHealth,
  order: { wave: 0, oneByOne: false },
  writtenFrom: frontPlace,
}
