/** All scrape jobs that the user wrote of a cell's Prometheus, wherever they are written. */
import { posix } from 'node:path'
import type { PrometheusSettings, YamlMap } from './model.ts'

export interface Job {
  readonly job: YamlMap
  /** The directory on the host that relative paths count from, relative to /etc/prometheus; empty for that one itself. */
  readonly below: string
}

/** Those of `scrape_configs`, then those of the files of `scrape_config_files`, in the order of the inventory. */
export function jobsOf({
  scrapeConfigs,
  jobFiles = [],
}: Pick<PrometheusSettings, 'scrapeConfigs' | 'jobFiles'>): readonly Job[] {
  return [
    ...scrapeConfigs.map(job => ({ job, below: '' })),
    // Upstream lets them start beside the file that holds the job.
    ...jobFiles.flatMap(({ name, jobs }) => jobs.map(job => ({ job, below: posix.dirname(name) }))),
  ]
}
