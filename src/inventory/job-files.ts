/** `scrape_config_files`: files of scrape jobs that are shipped unchanged. */
import { posix } from 'node:path'
import { suggestion } from '../diagnostic/nearest.ts'
import { error, type Problem } from '../diagnostic/problem.ts'
import type { Context } from './context.ts'
import type { JobFile, YamlMap } from './model.ts'
import type { Naming } from './named-files.ts'
import { atKey, quote, range, typeOf } from './place.ts'
import { contentOf, jobsIn } from './scrape-files.ts'
import { filesOfList, type ListedPath } from './shipped.ts'
import { secretValues } from './upstream.ts'
import { isMap } from './upstream-values.ts'

/** Below /etc/prometheus. */
export const jobDirectory = 'scrape_configs'

/**
 * The files, and where to find further files that their jobs name.
 * @param kept filters the jobs of one file
 */
export function buildJobFiles(
  paths: readonly ListedPath[],
  kept: (jobs: readonly YamlMap[]) => readonly YamlMap[],
  context: Context,
): { readonly files: readonly JobFile[]; readonly naming: readonly Naming[] } {
  const found = filesOfList(paths, jobDirectory, () => undefined, context).flatMap(({ file, shipped }) => {
    const read = contentOf(file, context)
    if (read === undefined) return []
    if (read.value != null && !isMap(read.value)) {
      context.problems.push(notAMap(read.value, range(read.top)))
      return []
    }
    const value = read.value ?? {}
    context.problems.push(...otherKeys(value))
    if (context.secrets) secretValues(value, context.secrets)
    const jobs = jobsIn(value, context)
    const left = kept(jobs)
    const naming = {
      value,
      directory: posix.dirname(file.path),
      below: posix.dirname(shipped.name),
      complete: true,
    }
    return [
      {
        file: { ...shipped, jobs: left, ...(left.length < jobs.length ? { changed: true as const } : {}) },
        naming,
      },
    ]
  })
  return {
    files: found.map(({ file }) => file),
    naming: found.map(({ naming }) => naming),
  }
}

/** Prometheus refuses the file for them, on the host: promtool reads no such file. */
function otherKeys(value: YamlMap): readonly Problem[] {
  return Object.keys(value)
    .filter(key => key !== 'scrape_configs')
    .map(key =>
      error(`unknown key ${quote(key)} in a file of scrape_config_files`, {
        ...atKey(value, key),
        ...suggestion(key, ['scrape_configs'], 'Remove it: such a file has "scrape_configs" only.'),
      }),
    )
}

function notAMap(value: unknown, source: Problem['source']): Problem {
  return error(`expected a map with the key "scrape_configs", saw ${typeOf(value)}`, {
    ...(source ? { source } : {}),
    remedy: 'write "scrape_configs:" above the list, or name the file under "scrape_configs" of prometheus',
  })
}
