/** All long-term stores that promha can set up, a line each; `instances.ts` has a line for the role of each. */
import { cortexStore } from '../cortex/store.ts'
import { m3dbStore } from '../m3db/store.ts'
import { mimirStore } from '../mimir/store.ts'
import { thanosLongTerm } from '../thanos/store.ts'
import { victoriaMetricsStore } from '../victoriametrics/store.ts'
import type { StorageSettings, StoreDefinition, StoreLayout } from './store.ts'

export const stores: readonly StoreDefinition[] = [
  victoriaMetricsStore,
  thanosLongTerm,
  cortexStore,
  mimirStore,
  m3dbStore,
]

interface NamedLayout extends StoreLayout {
  /** Its key below `storage:`. */
  readonly key: StoreDefinition['key']
}

/** The stores of a cell. */
export function layoutsOf(storage: StorageSettings | undefined): readonly NamedLayout[] {
  return stores.flatMap(({ key, layout }) => {
    const settings = storage?.[key]
    return settings ? [{ key, ...layout(settings) }] : []
  })
}

/** The names of all components of stores. */
export const storeComponents: readonly string[] = stores.flatMap(({ components }) =>
  components.map(({ name }) => name),
)
