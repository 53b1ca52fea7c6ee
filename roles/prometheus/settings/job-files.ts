/** `scrape_config_files`: files of scrape jobs that are shipped unchanged. */
import { posix } from 'node:path'
import type { Context } from '../../../src/inventory/context.ts'
import { filesOfList, type ListedPath } from '../../../src/inventory/file/user-files.ts'
import type { YamlMap } from '../../../src/inventory/model.ts'
import { atKey, typeOf } from '../../../src/inventory/text/place.ts'
import { range } from '../../../src/inventory/text/source-text.ts'
import { isYamlMap } from '../../../src/inventory/upstream/upstream-values.ts'
import { prometheusProblem } from '../messages.ts'
import type { Naming } from './named-files.ts'
import type { JobFile } from './schema.ts'
import { contentOf, jobsIn } from './scrape-files.ts'

/** Below /etc/prometheus. */
export const jobDirectory = 'scrape_configs'

/** The files, and where to find further files that their jobs name. `kept` filters the jobs of one file. */
export function buildJobFiles(
  paths: readonly ListedPath[],
  kept: (jobs: readonly YamlMap[]) => readonly YamlMap[],
  context: Context,
): { readonly files: readonly JobFile[]; readonly naming: readonly Naming[] } {
  const { problems } = context
  const files: JobFile[] = []
  const naming: Naming[] = []
  for (const { file, userFile } of filesOfList(paths, jobDirectory, () => undefined, context)) {
    const read = contentOf(file, context)
    if (read === undefined) continue
    const value = read.value ?? {}
    if (!isYamlMap(value)) {
      problems.push(prometheusProblem.jobFileNotAMap({ source: range(read.top) }, typeOf(value)))
      continue
    }
    // Prometheus refuses the file for other keys, on the host: promtool reads no such file.
    for (const key of Object.keys(value).filter(one => one !== 'scrape_configs'))
      problems.push(prometheusProblem.unknownJobFileKey(atKey(value, key), key))
    const all = jobsIn(value, context)
    const jobs = kept(all)
    files.push({ ...userFile, jobs, ...(jobs.length < all.length ? { changed: true } : {}) })
    const [directory, below] = [posix.dirname(file.path), posix.dirname(userFile.name)]
    naming.push({ value, directory, below, complete: true })
  }
  return { files, naming }
}
