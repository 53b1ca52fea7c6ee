/** Files that Prometheus itself writes beside its data: the log of queries, and those of scrapes that failed. */
import { posix } from 'node:path'
import type { Problem } from '../../../src/diagnostic/problem.ts'
import type { YamlMap } from '../../../src/inventory/model.ts'
import { at, quoted } from '../../../src/inventory/text/place.ts'
import { prometheusProblem } from '../messages.ts'
import { jobsOf } from './jobs.ts'
import type { PrometheusSettings } from './schema.ts'

/** Upstream's rule: paths are relative to the config, and paths of a job in another file to that file. */
const configDirectory = '/etc/prometheus'

interface Named {
  readonly owner: YamlMap
  readonly key: string
  /** As it is written. */
  readonly path: string
  readonly absolute: string
}

type Settings = Pick<PrometheusSettings, 'global' | 'scrapeConfigs' | 'jobFiles'>

function named(settings: Settings): readonly Named[] {
  const of = (owner: YamlMap, key: string, below = '') => {
    const path = owner[key]
    if (typeof path !== 'string' || path === '') return []
    return [{ owner, key, path, absolute: posix.resolve(configDirectory, below, path) }]
  }
  return [
    ...of(settings.global, 'query_log_file'),
    ...of(settings.global, 'scrape_failure_log_file'),
    ...jobsOf(settings).flatMap(({ job, below }) => of(job, 'scrape_failure_log_file', below)),
  ]
}

/** Absolute paths, each once and sorted. Without devices and the unit's private /tmp, which need no permission. */
export function logFiles(settings: Settings): readonly string[] {
  const paths = named(settings).map(({ absolute }) => absolute)
  return [...new Set(paths)].filter(path => !/^\/(dev|proc)\//.test(path) && !isPrivate(path)).sort()
}

/** Reports files in the config directory, which the service may not write, and files in the unit's private /tmp. */
export function checkLogFiles(settings: Settings, problems: Problem[]): void {
  for (const { owner, key, path, absolute } of named(settings)) {
    const remedy = `Write ${quoted(`/var/log/prometheus/${posix.basename(absolute)}`)}, and make that directory on each replica: \`install -d -o prometheus -g prometheus /var/log/prometheus\`.`
    const facts = { key, absolute, path, configDirectory, remedy }
    if (/[\p{Cc}\p{Cs}]/u.test(path) || path.endsWith('/'))
      problems.push(prometheusProblem.badLogFile(at(owner, key), key, path, remedy))
    else if (absolute.startsWith(`${configDirectory}/`))
      problems.push(prometheusProblem.logFileNotWritable(at(owner, key), facts))
    else if (isPrivate(absolute))
      problems.push(prometheusProblem.logFileLost(at(owner, key), key, absolute, remedy))
  }
}

function isPrivate(path: string): boolean {
  return /^\/(var\/)?tmp\//.test(path)
}
