/** The lock file as text: written in a fixed order, read with positions. */
import { releasedComponents } from '../../../roles/index.ts'
import { type Problem, ProblemError, type SourceRange } from '../../diagnostic/problem.ts'
import type { Component } from '../../inventory/model.ts'
import { at, atKey } from '../../inventory/text/place.ts'
import { source } from '../../inventory/text/source-text.ts'
import { parseYaml } from '../../inventory/yaml/yaml.ts'
import { architectures } from '../catalog.ts'
import { fetchProblem } from '../messages.ts'
import type { Arch } from '../model.ts'
import { describeLockKey, findEntry, type Lock, type LockEntry, withEntry } from './lock.ts'
import type { LockedPackage } from './packages.ts'

const format = 1
const remedy =
  'Restore the file from version control, or remove it and run `promha artifacts fetch` to write it again.'

const header = [
  '# Written by promha. Keep it beside the inventory, in version control: it says which bytes a version is.',
  '# Only `promha artifacts fetch --update` replaces an entry.',
]

export function formatLock(lock: Lock, packages: readonly LockedPackage[] = []): string {
  return [
    ...header,
    `promha_lock: ${format}`,
    lock.length === 0 ? 'artifacts: []' : 'artifacts:',
    ...lock.flatMap(formatEntry),
    ...(packages.length === 0 ? [] : ['packages:', ...packages.flatMap(formatPackage)]),
    '',
  ].join('\n')
}

function formatEntry(entry: LockEntry): readonly string[] {
  return [
    `  - component: ${entry.component}`,
    `    version: "${entry.version}"`,
    `    source: ${entry.source}`,
    `    arch: ${entry.arch}`,
    '    archives:',
    ...entry.archives.flatMap(one => [`      - name: "${one.name}"`, `        sha256: "${one.sha256}"`]),
    '    files:',
    ...entry.files.flatMap(({ path, sha256, size, packed }) => [
      `      - path: "${path}"`,
      `        sha256: "${sha256}"`,
      `        size: ${size}`,
      ...(packed === undefined ? [] : [`        packed: "${packed}"`]),
    ]),
  ]
}

function formatPackage(one: LockedPackage): readonly string[] {
  return [
    `  - name: "${one.name}"`,
    `    version: "${one.version}"`,
    `    source: ${one.source}`,
    `    arch: ${one.arch}`,
    `    file: "${one.filename}"`,
    `    sha256: "${one.sha256}"`,
    `    size: ${one.size}`,
    `    depends: "${one.depends}"`,
    `    provides: "${one.provides}"`,
  ]
}

export interface LockContent {
  readonly lock: Lock
  /** Of hosts' own systems. */
  readonly packages: readonly LockedPackage[]
}

/** Throws a ProblemError with all that is wrong, each with its line. `outside`: nothing of the text may be shown. */
export function parseLock(text: string, file: string, outside = false): LockContent {
  const { value, problems: faults } = parseYaml(source(file, text, outside))
  const problems: Problem[] = faults.map(fault => damaged(fault.summary, fault))
  const top: Reader = reader(value, { source: { file, line: 1, column: 1 } }, problems)
  const lock = problems.length === 0 ? readEntries(top) : []
  const packages = problems.length === 0 && top.has('packages') ? readPackages(top) : []
  if (problems.length > 0) throw new ProblemError(problems)
  return { lock, packages }
}

function readPackages(top: Reader): readonly LockedPackage[] {
  return top.items('packages').map(item => ({
    name: item.text('name', /^[a-z0-9][a-z0-9+.-]+$/) ?? '',
    version: item.text('version', /^[0-9A-Za-z.+~:-]+$/) ?? '',
    source: item.text('source', /^debian\/[A-Za-z0-9.-]+$/) ?? '',
    arch: item.text('arch', /^[a-z0-9-]+$/) ?? '',
    filename: item.text('file', below) ?? '',
    sha256: item.text('sha256', hash) ?? '',
    size: item.number('size') ?? 0,
    depends: item.text('depends', /^[^"\\\n]*$/) ?? '',
    provides: item.text('provides', /^[^"\\\n]*$/) ?? '',
  }))
}

function readEntries(top: Reader): Lock {
  const version = top.number('promha_lock')
  if (version === undefined) return []
  if (version !== format) {
    top.report(`it has format ${version}; this promha reads format ${format}`, 'promha_lock')
    return []
  }
  let lock: Lock = []
  for (const item of top.items('artifacts')) {
    const entry = readEntry(item)
    if (!entry) continue
    if (findEntry(lock, entry)) item.report(`${describeLockKey(entry)} stands in it twice`, 'component')
    lock = withEntry(lock, entry)
  }
  return lock
}

const hash = /^[0-9a-f]{64}$/

/** A name becomes part of a URL or of a path: it stays below where it is looked for. In a URL, `%2e` is a dot. */
const below = /^(?!.*%2e)(?!.*(^|\/)\.\.(\/|$))[A-Za-z0-9][^\s\\"]*$/i

function readEntry(item: Reader): LockEntry | undefined {
  const component = item.component('component')
  const version = item.text('version', /^\d[0-9A-Za-z.+~-]*$/)
  const from = item.text('source', /^(upstream|inventory|debian\/[A-Za-z0-9.-]+)$/)
  const arch = item.word<Arch>('arch', architectures)
  const archives = item.items('archives').map(archive => ({
    name: archive.text('name', below) ?? '',
    sha256: archive.text('sha256', hash) ?? '',
  }))
  const files = item.items('files').map(one => ({
    path: one.text('path', /^(?!.*\/\.\.(\/|$))\/[^\s"\\]+[^\s"\\/]$/) ?? '',
    sha256: one.text('sha256', hash) ?? '',
    size: one.number('size') ?? 0,
    ...(one.has('packed') ? { packed: one.text('packed', hash) ?? '' } : {}),
  }))
  if (component === undefined || version === undefined || from === undefined || arch === undefined)
    return undefined
  return { component, version, source: from, arch, archives, files }
}

/** Reads the keys of one map; whatever is missing or of the wrong form is reported at its own line. */
interface Reader {
  readonly has: (key: string) => boolean
  readonly report: (summary: string, key: string) => undefined
  readonly text: (key: string, shape: RegExp) => string | undefined
  readonly word: <T extends string>(key: string, known: readonly T[]) => T | undefined
  /** One that promha brings, or an exporter of the inventory's own. */
  readonly component: (key: string) => Component | undefined
  readonly number: (key: string) => number | undefined
  readonly items: (key: string) => readonly Reader[]
}

function reader(value: unknown, fallback: { source?: SourceRange }, problems: Problem[]): Reader {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
  const map = (isMap ? value : {}) as Record<string, unknown>
  if (!isMap && problems.length === 0) problems.push(damaged('expected keys and values here', fallback))
  const place = (key: string) => {
    const found = Object.hasOwn(map, key) ? at(map, key) : atKey(map, '')
    return found.source ? found : fallback
  }
  const report = (summary: string, key: string): undefined => {
    problems.push(damaged(summary, place(key)))
  }
  const wrong = (key: string): undefined => {
    if (isMap) report(`${key} is missing or not of the right form`, key)
  }
  return {
    has: key => Object.hasOwn(map, key),
    report,
    text: (key, shape) => {
      const text = map[key]
      return typeof text === 'string' && shape.test(text) ? text : wrong(key)
    },
    word: (key, known) => {
      const found = known.find(one => one === map[key])
      return found ?? report(`${key}: expected one of ${known.join(', ')}`, key)
    },
    component: key => {
      const name = map[key]
      if (typeof name === 'string' && /^[a-z][a-z0-9_]{0,39}_exporter$/.test(name)) return name
      const found = releasedComponents.find(one => one === name)
      return found ?? report(`${key}: expected one of ${releasedComponents.join(', ')}`, key)
    },
    number: key => {
      const number = map[key]
      return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : wrong(key)
    },
    items: key => {
      const list = map[key]
      if (!Array.isArray(list)) return wrong(key) ?? []
      return list.map((item: unknown) => reader(item, place(key), problems))
    },
  }
}

function damaged(summary: string, { source: range }: { source?: SourceRange }): Problem {
  return fetchProblem.lockFileDamaged(range ? { source: range } : {}, summary, remedy)
}
