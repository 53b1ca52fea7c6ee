/** What the reader has to be told of the rules between components, which are not its own. */
import type { Problem } from '../diagnostic/problem.ts'
import type { Cell, CommonSettings, Host, Inventory, PrometheusSettings, YamlMap } from './model.ts'
import type { CellText } from './schema.ts'

/** Whether promha generates a job of that name. */
export type Generated = (job: string) => boolean

/** Why a job cannot be left out, as a sentence; undefined if promha scrapes all that it names. */
export type Unscraped = (job: YamlMap) => string | undefined

/** All members of a cell's Prometheus, as far as scraping them goes. */
export type Scrapers = Pick<PrometheusSettings, 'replicas'> & CommonSettings

export interface Rules {
  readonly generatedJobs: (cell: CellText) => Generated
  /**
   * @param others the components that are scraped beside the replicas
   * @param hosts of the inventory, by name
   */
  readonly unscrapedBy: (
    prometheus: Scrapers,
    others: Partial<Cell>,
    hosts: ReadonlyMap<string, Host>,
  ) => Unscraped
  /**
   * What is wrong between the parts of an inventory.
   * @param found the problems of the inventory so far
   */
  readonly siteProblems: (inventory: Inventory, found: readonly Problem[]) => readonly Problem[]
}
