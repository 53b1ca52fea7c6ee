/** Files that Prometheus itself writes beside its data: the log of queries, and those of scrapes that failed. */
import { posix } from 'node:path'
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import type { PrometheusSettings, YamlMap } from './model.ts'
import { at, quote } from './place.ts'

/** Upstream lets relative paths start beside prometheus.yml. */
const configDirectory = '/etc/prometheus'

interface Named {
  readonly owner: YamlMap
  readonly key: string
  /** As it is written. */
  readonly path: string
}

type Settings = Pick<PrometheusSettings, 'global' | 'scrapeConfigs'>

function named({ global, scrapeConfigs }: Settings): readonly Named[] {
  const of = (owner: YamlMap, key: string) => {
    const path = owner[key]
    return typeof path === 'string' && path !== '' ? [{ owner, key, path }] : []
  }
  return [
    ...of(global, 'query_log_file'),
    ...[global, ...scrapeConfigs].flatMap(owner => of(owner, 'scrape_failure_log_file')),
  ]
}

/** Absolute paths, each once and sorted; without devices and what is private to the unit, where nothing has to be opened. */
export function logFiles(settings: Settings): readonly string[] {
  const paths = named(settings).map(({ path }) => posix.resolve(configDirectory, path))
  return [...new Set(paths)].filter(path => !/^\/(dev|proc)\//.test(path) && !isPrivate(path)).sort()
}

/** Reports files in the directory of the config, which the service may not write, and those that nobody else would see. */
export function checkLogFiles(settings: Settings, problems: Problem[]): void {
  for (const { owner, key, path } of named(settings)) {
    const absolute = posix.resolve(configDirectory, path)
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
            : `Relative paths start at ${configDirectory}, and only root writes there.`,
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
