/** The rule files that come with the long-term stores of a cell. */
import type { CellTopology } from '../../src/topology/model.ts'
import type { StorageSettings } from './store.ts'
import { stores } from './stores.ts'

export interface StoreRules {
  /** Relative to the config of Prometheus. */
  readonly name: string
  /** Below `roles/`. */
  readonly from: string
  /** Those for which it has an alert if they are down. */
  readonly jobs: readonly string[]
}

/** By its series a store shows which replica writes to it. */
const ofWriters: StoreRules = { name: nameOf('storage'), from: 'storage/rules/storage.yml', jobs: [] }

export function storeRules(cell: Pick<CellTopology, 'stores' | 'sinks'>): readonly StoreRules[] {
  const ofStores = stores.flatMap(({ key, rules }): readonly StoreRules[] => {
    const jobs = cell.stores.flatMap(({ store, job }) => (store === key ? [job] : []))
    return rules === undefined || jobs.length === 0 ? [] : [{ name: nameOf(key), from: rules, jobs }]
  })
  return [...(cell.sinks.length > 0 ? [ofWriters] : []), ...ofStores]
}

/** Names that no file of the user may have in a cell with these stores. */
export function storeRuleNames(storage: StorageSettings | undefined): readonly string[] {
  return storage ? [ofWriters.name, ...Object.keys(storage).map(nameOf)] : []
}

function nameOf(key: string): string {
  return `rules/promha-${key}.yml`
}
