/** What the reader has to be told of the rules between components, which are not its own. */
import type {
  PrometheusSettings,
  PrometheusText,
  StandardRules,
} from '../../roles/prometheus/settings/schema.ts'
import type { Problem } from '../diagnostic/problem.ts'
import type { Cell, CellText, CommonSettings, Host, Inventory, YamlMap } from './model.ts'

/** Whether promha generates a job of that name. */
export type Generated = (job: string) => boolean

/** Why a job cannot be left out, as a sentence; undefined if promha scrapes all that it names. */
export type Unscraped = (job: YamlMap) => string | undefined

/** All members of a cell's Prometheus, as far as scraping them goes. */
export type Scrapers = Pick<PrometheusSettings, 'replicas'> & CommonSettings

export interface Rules {
  readonly generatedJobs: (cell: CellText) => Generated
  /** `others`: components that are scraped beside the replicas; `hosts`: of the inventory, by name. */
  readonly unscrapedBy: (
    prometheus: Scrapers,
    others: Partial<Cell>,
    hosts: ReadonlyMap<string, Host>,
  ) => Unscraped
  /** Alert rules that promha ships; undefined if the inventory says nothing. The exporters have the flags these need. */
  readonly standardRules: (
    text: PrometheusText,
    exporters: Cell['exporters'],
    problems: Problem[],
  ) => {
    readonly rules: readonly StandardRules[] | undefined
    readonly exporters: Cell['exporters']
  }
  /** What is wrong between the parts of an inventory. `found`: its problems so far. */
  readonly siteProblems: (inventory: Inventory, found: readonly Problem[]) => readonly Problem[]
}
