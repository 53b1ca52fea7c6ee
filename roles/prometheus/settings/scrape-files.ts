/** The files that `scrape_configs` names: lists of jobs, and whole prometheus.yml files. */
import { posix } from 'node:path'
import { isError } from '../../../src/diagnostic/problem.ts'
import type { Base, Context, FileRequest, ReadFile } from '../../../src/inventory/context.ts'
import { displayPath, requestKey } from '../../../src/inventory/context.ts'
import { listRequest, matchingFiles } from '../../../src/inventory/file/user-files.ts'
import type { YamlMap } from '../../../src/inventory/model.ts'
import { tellUnexpanded } from '../../../src/inventory/secret/unexpanded.ts'
import { type ParsedFile, parsedFile } from '../../../src/inventory/text/parsed-file.ts'
import { at, picked, typeOf } from '../../../src/inventory/text/place.ts'
import { range } from '../../../src/inventory/text/source-text.ts'
import { secretValues } from '../../../src/inventory/upstream/upstream.ts'
import { isYamlMap } from '../../../src/inventory/upstream/upstream-values.ts'
import { prometheusProblem } from '../messages.ts'
import { besideIt, type Naming, requestsOf } from './named-files.ts'
import type { PrometheusText } from './schema.ts'

/** A prometheus.yml, whose relative paths count from `directory`. */
export interface WholeFile {
  readonly value: YamlMap
  /** Absolute. */
  readonly directory: string
  /** As messages name it. */
  readonly shown: string
}

interface NamedPath {
  readonly owner: object
  readonly key: string | number
  readonly path: string
}

/** A map with one of these keys is a prometheus.yml. */
const topKeys = [
  'global',
  'runtime',
  'scrape_configs',
  'scrape_config_files',
  'rule_files',
  'alerting',
  'remote_write',
  'remote_read',
  'storage',
  'tracing',
  'otlp',
]

/** The paths that a key names, alone or in a list. */
function pathsOf(owner: object, key: string): readonly NamedPath[] {
  const value = (owner as Readonly<Record<string, unknown>>)[key]
  if (typeof value === 'string') return [{ owner, key, path: value }]
  if (!Array.isArray(value)) return []
  return value.flatMap((path, index) =>
    typeof path === 'string' ? [{ owner: value, key: index, path }] : [],
  )
}

function wholeOf(value: unknown): YamlMap | undefined {
  return isYamlMap(value) && topKeys.some(key => Object.hasOwn(value, key)) ? value : undefined
}

/** For a list of jobs, unlike a whole prometheus.yml, missing files may be on the hosts already. */
function namingOf(value: unknown, directory: string): Naming {
  const whole = wholeOf(value) !== undefined
  return { value, directory, below: '', complete: whole, whole }
}

/** What `edge/` has to read for one cell's scrape jobs, as far as the files read so far show it. */
export function scrapeRequests(
  text: PrometheusText,
  base: Base,
  files: Context['files'],
): readonly FileRequest[] {
  const requests = pathsOf(text, 'scrape_configs').map(({ path }) => listRequest(path, base))
  const read = requests.flatMap(request => answered(request, files))
  const jobFiles = pathsOf(text, 'scrape_config_files').map(({ path }) => listRequest(path, base))
  for (const file of read) {
    const { value } = parsedFile(file, displayPath(file.path, base))
    const directory = posix.dirname(file.path)
    const whole = wholeOf(value)
    const listed = (key: 'rule_files' | 'scrape_config_files') =>
      whole && text[key] == null
        ? pathsOf(whole, key).map(({ path }) => listRequest(besideIt(path), { ...base, directory }))
        : []
    requests.push(...listed('rule_files'), ...requestsOf(namingOf(value, directory)))
    jobFiles.push(...listed('scrape_config_files'))
  }
  for (const file of jobFiles.flatMap(request => answered(request, files))) {
    const { value } = parsedFile(file, displayPath(file.path, base))
    // Its directory on the host is not known yet. Any one will do that is deep enough for paths with `..`.
    requests.push(
      ...requestsOf({ value, directory: posix.dirname(file.path), below: 'any/any', complete: false }),
    )
  }
  return [...requests, ...jobFiles]
}

function answered(request: FileRequest, files: Context['files']): readonly ReadFile[] {
  const answer = files.get(requestKey(request))
  return answer && 'files' in answer ? answer.files : []
}

export interface ScrapeFiles {
  /** The user's own maps, in the order in which they are named. */
  readonly jobs: readonly YamlMap[]
  readonly wholes: readonly WholeFile[]
  /** Configs whose relative paths lead to files of the user's. */
  readonly naming: readonly Naming[]
}

/** All jobs of `scrape_configs`, and the prometheus.yml files among what it names. */
export function readScrapeConfigs(text: PrometheusText, context: Context): ScrapeFiles {
  const value = text.scrape_configs
  const items = typeof value === 'string' ? [value] : (value ?? [])
  const owner = typeof value === 'string' ? text : (value ?? [])
  const jobs: (readonly [readonly YamlMap[], number])[] = []
  const wholes: WholeFile[] = []
  const naming: Naming[] = []
  const seen = new Set<string>()
  for (const [index, path] of items.entries()) {
    if (typeof path !== 'string') {
      jobs.push([items as readonly YamlMap[], index])
      continue
    }
    const key = typeof value === 'string' ? 'scrape_configs' : index
    for (const file of matchingFiles({ owner, key, path }, context)) {
      if (seen.has(file.path)) continue
      seen.add(file.path)
      const read = contentOf(file, context)
      if (read === undefined) continue
      const whole = wholeOf(read.value)
      const directory = posix.dirname(file.path)
      if (whole) wholes.push({ value: whole, directory, shown: displayPath(file.path, context) })
      naming.push(namingOf(read.value, directory))
      const found = whole ? jobsIn(whole, context) : jobList(read, context)
      jobs.push(...found.map((_, at) => [found, at] as const))
    }
  }
  return { jobs: picked(jobs), wholes, naming }
}

/** What a named file holds, or undefined with the problems reported. */
export function contentOf(file: ReadFile, context: Context): ParsedFile | undefined {
  const read = parsedFile(file, displayPath(file.path, context))
  context.problems.push(...read.problems)
  if (read.problems.some(isError)) return undefined
  tellUnexpanded(read, context.problems)
  if (context.secrets) secretValues(read.value, context.secrets)
  return read
}

function jobList({ value, top }: ParsedFile, context: Context): readonly YamlMap[] {
  if (value == null) return []
  if (Array.isArray(value)) return mapsOnly(value, context)
  context.problems.push(prometheusProblem.jobsNotAList({ source: range(top) }, typeOf(value)))
  return []
}

/** The jobs below `scrape_configs:` of a file. */
export function jobsIn(whole: YamlMap, context: Context): readonly YamlMap[] {
  const value = whole.scrape_configs ?? []
  if (Array.isArray(value)) return mapsOnly(value, context)
  context.problems.push(prometheusProblem.scrapeConfigsNotAList(at(whole, 'scrape_configs'), typeOf(value)))
  return []
}

function mapsOnly(list: readonly unknown[], context: Context): readonly YamlMap[] {
  for (const [index, item] of list.entries()) {
    if (isYamlMap(item)) continue
    context.problems.push(prometheusProblem.jobNotAMap(at(list, index), typeOf(item)))
  }
  return picked(
    list.flatMap((item, index) => (isYamlMap(item) ? [[list as readonly YamlMap[], index] as const] : [])),
  )
}
