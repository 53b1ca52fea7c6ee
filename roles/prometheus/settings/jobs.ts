/** All scrape jobs of the user for a cell's Prometheus, from the inventory and from files. */
import { posix } from 'node:path'
import type { YamlMap } from '../../../src/inventory/model.ts'
import type { PrometheusSettings } from './schema.ts'

export interface UserJob {
  readonly job: YamlMap
  /** The directory below /etc/prometheus to which relative paths of the job refer; empty for that directory itself. */
  readonly below: string
}

/** Those of `scrape_configs`, then those of the files of `scrape_config_files`, in the order of the inventory. */
export function jobsOf({
  scrapeConfigs,
  jobFiles = [],
}: Pick<PrometheusSettings, 'scrapeConfigs' | 'jobFiles'>): readonly UserJob[] {
  return [
    ...scrapeConfigs.map(job => ({ job, below: '' })),
    // Upstream's rule: relative to the file that holds the job.
    ...jobFiles.flatMap(({ name, jobs }) => jobs.map(job => ({ job, below: posix.dirname(name) }))),
  ]
}
