import { frontPlace } from '../../src/topology/address/front-place.ts'
import { type ComponentDefinition, unitHealth } from '../component.ts'
import { part } from './settings.ts'

export const firewall: ComponentDefinition = {
  name: 'firewall',
  key: ['firewall'],
  parts: [part],
  noun: 'firewall',
  packages: ['nftables'],
  members: cell => cell.firewallRules,
  readyCheck: 'firewall.closed',
  checks: async () => (await import('./checks.ts')).checks,
  health: unitHealth,
  order: { oneByOne: false, precedesAll: 'the firewall must be in place while programs listen' },
  writtenFrom: frontPlace,
}
