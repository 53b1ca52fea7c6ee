import { type ComponentDefinition, unitHealth } from '../component.ts'
import { writtenFrom } from './written-from.ts'

/** keepalived.conf with its interfaces filled in, written at each start and reload, and gone when it stops. */
export const runningConfig = '/run/promha-keepalived/keepalived.conf'

export const keepalived: ComponentDefinition = {
  name: 'keepalived',
  noun: 'keepalived',
  packages: ['keepalived'],
  members: cell => cell.movingAddresses.flatMap(({ members }) => members),
  readyCheck: 'vip.one_holder',
  checks: async () => (await import('./checks.ts')).checks,
  health: unitHealth,
  order: { wave: 6, oneByOne: true },
  leadsTo: 'prometheus',
  movesAddresses: { runningConfig },
  peerRules: true,
  writtenFrom,
}
