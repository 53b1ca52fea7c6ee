import { type ComponentDefinition, unitHealth } from '../component.ts'

export const keepalived: ComponentDefinition = {
  name: 'keepalived',
  noun: 'keepalived',
  members: cell => cell.movingAddresses.flatMap(({ members }) => members),
  readyCheck: 'vip.one_holder',
  checks: async () => (await import('./checks.ts')).checks,
  health: unitHealth,
  order: { wave: 6, oneByOne: true },
}
