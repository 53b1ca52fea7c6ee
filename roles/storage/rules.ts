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

/** Of the stores that the cell scrapes: its own, and the one that it shares. */
export function storeRules({ jobs, sinks }: Pick<CellTopology, 'jobs' | 'sinks'>): readonly StoreRules[] {
  const names = new Set(jobs.map(({ name }) => name))
  const ofStores = stores.flatMap(({ key, rules, components }): readonly StoreRules[] => {
    const own = components.map(({ name }) => name).filter(name => names.has(name))
    return rules === undefined || own.length === 0 ? [] : [{ name: nameOf(key), from: rules, jobs: own }]
  })
  return [...(sinks.length > 0 ? [ofWriters] : []), ...ofStores]
}

/** Names that no file of the user may have in a cell with a store: it may come to share one of any kind. */
export function storeRuleNames(storage: StorageSettings | undefined): readonly string[] {
  return storage ? [ofWriters.name, ...stores.map(({ key }) => nameOf(key))] : []
}

function nameOf(key: string): string {
  return `rules/promha-${key}.yml`
}
