/** Files that Prometheus itself writes beside its data: the log of queries, and those of scrapes that failed. */
import { posix } from 'node:path'
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import { jobsOf } from './jobs.ts'
import type { PrometheusSettings, YamlMap } from './model.ts'
import { at, quote } from './place.ts'

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
    const remedy = `write ${quote(`/var/log/prometheus/${posix.basename(absolute)}`)}, and make that directory on each replica: \`install -d -o prometheus -g prometheus /var/log/prometheus\``
    if (/[\p{Cc}\p{Cs}]/u.test(path) || path.endsWith('/'))
      problems.push(
        error(`${key}: expected the path of a file, saw ${quote(path)}`, { ...at(owner, key), remedy }),
      )
    else if (absolute.startsWith(`${configDirectory}/`))
      problems.push(
        error(`${key}: Prometheus may not write to ${quote(absolute)}`, {
          ...at(owner, key),
          detail: path.startsWith('/')
            ? `Only root writes below ${configDirectory}.`
            : `Relative paths start beside the config, and only root writes below ${configDirectory}.`,
          remedy,
        }),
      )
    else if (isPrivate(absolute))
      problems.push(
        warning(`${key}: ${quote(absolute)} is seen by Prometheus only, and lost when it stops`, {
          ...at(owner, key),
          detail: 'Its unit has a /tmp and a /var/tmp of its own.',
          remedy,
        }),
      )
  }
}

function isPrivate(path: string): boolean {
  return /^\/(var\/)?tmp\//.test(path)
}
