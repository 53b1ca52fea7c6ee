/** The cell that feeds a store, as the checks of the store know it. */
import type { CellTopology } from '../../../src/topology/model.ts'
import type { Feeding } from './held.ts'

/** Undefined if no replica of the cell writes to that component of its own stores. */
export function feedingOf(cell: CellTopology, component: string): Feeding | undefined {
  const { name, externalLabels, replicaLabel, replicas, stores } = cell
  const interval = stores.find(one => one.component === component)?.interval
  if (interval === undefined || replicas.length === 0) return undefined
  return {
    ...{ cell: name, cellLabel: externalLabels.cell ?? name, replicaLabel, interval },
    replicas: replicas.map(({ name, host, port }) => ({ name, host, instance: `${host}:${port}` })),
  }
}
