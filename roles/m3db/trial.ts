/** Whether M3DB was founded as the inventory wants it now: tried before anything is changed, since it cannot be founded otherwise later. */
import type { Cell } from '../../src/inventory/model.ts'
import type { Instance } from '../../src/resource/model.ts'
import type { Trial } from '../trial.ts'

/** Undefined if the cell has no M3DB. */
export function foundedTrial(instance: Instance, cells: readonly Cell[]): Trial | undefined {
  const settings = cells.find(({ name }) => name === instance.cell)?.storage?.m3db
  if (!settings) return undefined
  const { host, health } = instance
  const { hosts, retention } = settings
  return {
    key: `m3db ${JSON.stringify({ host, hosts, retention })}`,
    run: async from =>
      (await import('./trial/founded.ts')).foundedOtherwise(
        { instance, health, hosts, retention, cells },
        from,
      ),
  }
}
