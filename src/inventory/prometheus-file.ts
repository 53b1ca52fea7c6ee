/** A whole prometheus.yml under `scrape_configs`: which parts of it are used, and warnings about the others. */
import { suggestion } from '../diagnostic/nearest.ts'
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import type { Context } from './context.ts'
import { defaultReplicaLabel } from './labels.ts'
import type { Yaml, YamlMap } from './model.ts'
import { isOwnKey } from './passed-on.ts'
import {
  at,
  atKey,
  type MemberPlace,
  memberPlace,
  membersOf,
  ownPlace,
  quote,
  reject,
  rejectedOf,
  remember,
  rememberMembers,
  typeOf,
} from './place.ts'
import type { PrometheusText } from './schema.ts'
import type { WholeFile } from './scrape-files.ts'
import { type ListedPath, listed } from './shipped.ts'
import { isMap, listOf, mapsIn } from './upstream-values.ts'

export interface MergedPrometheus {
  /** The keys of the inventory, merged over those of the files. */
  readonly text: PrometheusText
  readonly rules: readonly ListedPath[]
  readonly jobFiles: readonly ListedPath[]
}

/** The kinds of values of the keys that promha reads. promtool checks all other keys. */
const kinds: Readonly<Record<string, 'a map' | 'a list of maps' | 'a list of texts'>> = {
  global: 'a map',
  external_labels: 'a map',
  alerting: 'a map',
  scrape_config_files: 'a list of texts',
  rule_files: 'a list of texts',
  remote_write: 'a list of maps',
  remote_read: 'a list of maps',
  alert_relabel_configs: 'a list of maps',
}

const pathLists = ['rule_files', 'scrape_config_files']

/** One member of a file, with the map that holds it. */
interface Part {
  readonly key: string
  readonly value: Yaml
  readonly owner: object
  readonly file: WholeFile
}

/** The keys of a cell's Prometheus, merged over those of the files. If both have a key, the inventory's is used. */
export function withWholeFiles(
  text: PrometheusText,
  files: readonly WholeFile[],
  { name }: { readonly name: string },
  { problems }: Context,
): MergedPrometheus {
  const ownLabels = [text.replica_label ?? defaultReplicaLabel, 'cell']
  const taken = new Map<string, Part[]>()
  for (const part of files.flatMap(file => partsOf(file, name, problems))) {
    if (!isOfKind(part, problems)) continue
    const { key, owner } = part
    if (text[key] != null) {
      problems.push(
        warning(`${quote(key)} of this file is not used because the inventory says ${quote(key)}`, {
          ...atKey(owner, key),
          remedy: `remove ${quote(key)} from one of the two`,
        }),
      )
      continue
    }
    taken.set(key, [...(taken.get(key) ?? []), part])
  }
  const paths = (key: 'rule_files' | 'scrape_config_files') => [
    ...listed(text[key] ?? []),
    ...(taken.get(key) ?? []).flatMap(({ value, file }) => listed(value as string[], file.directory)),
  ]
  const merged: Record<string, Yaml> = {}
  const places = new Map<string | number, MemberPlace>()
  for (const [key, parts] of taken) {
    if (pathLists.includes(key)) continue
    const part = onlyOne(key, parts, problems)
    merged[key] = key === 'external_labels' ? withoutOwnLabels(part, ownLabels, problems) : part.value
    const place = memberPlace(part.owner, key)
    if (place) places.set(key, place)
  }
  const said = { ...merged, ...present(text) } as PrometheusText
  const own = ownPlace(text)
  if (own) remember(said, own, new Map([...places, ...membersOf(text)]))
  for (const key of rejectedOf(text)) reject(said, key)
  return {
    text: said,
    rules: paths('rule_files'),
    jobFiles: paths('scrape_config_files'),
  }
}

/** The keys that go into prometheus.yml unchanged, with their places. */
export function furtherOf(text: PrometheusText, remoteRead: readonly YamlMap[]): YamlMap {
  const values = { ...text, remote_read: remoteRead.length > 0 ? remoteRead : undefined } as YamlMap
  const further = Object.fromEntries(
    Object.entries(values).filter(([key, value]) => isFurther(key) && value != null),
  )
  rememberMembers(further, new Map([...membersOf(text)].filter(([key]) => Object.hasOwn(further, key))))
  return further
}

/** Whether promha copies a key into prometheus.yml without reading its value. */
function isFurther(key: string): boolean {
  return ['remote_read', 'storage', 'tracing', 'otlp', 'runtime'].includes(key) || !isOwnKey(key)
}

function present(text: PrometheusText): Partial<PrometheusText> {
  return Object.fromEntries(Object.entries(text).filter(([, value]) => value != null))
}

/** The members of a file by the keys that they have in an inventory. */
function partsOf(file: WholeFile, cell: string, problems: Problem[]): readonly Part[] {
  return Object.entries(file.value).flatMap(([key, value]): readonly Part[] => {
    const part = (name: string, owner: object, of: Yaml | undefined): readonly Part[] =>
      of == null ? [] : [{ key: name, value: of, owner, file }]
    if (key === 'scrape_configs') return []
    if (key === 'global' && isMap(value))
      return [...part(key, file.value, value), ...part('external_labels', value, value.external_labels)]
    if (key !== 'alerting' || !isMap(value)) return part(key, file.value, value)
    problems.push(...leftOut(file.value, value, cell))
    return part('alert_relabel_configs', value, value.alert_relabel_configs)
  })
}

/** Warns about Alertmanagers of the file: promha computes where alerts go. Their relabeling is kept. */
function leftOut(owner: object, alerting: YamlMap, cell: string): readonly Problem[] {
  return [...unknownAlerting(alerting), ...unused(owner, alerting, cell)]
}

/** Nothing else is taken of it, so no tool sees a key that is misspelt. */
function unknownAlerting(alerting: YamlMap): readonly Problem[] {
  const known = ['alertmanagers', 'alert_relabel_configs']
  return Object.keys(alerting)
    .filter(key => !known.includes(key))
    .map(key =>
      warning(`"alerting" of this file has the unknown key ${quote(key)}, which is not used`, {
        ...atKey(alerting, key),
        ...suggestion(key, known, `Remove it: the keys of "alerting" are ${known.join(' and ')}.`),
      }),
    )
}

function unused(owner: object, alerting: YamlMap, cell: string): readonly Problem[] {
  const groups = mapsIn(alerting.alertmanagers)
  const targets = groups.flatMap(group =>
    mapsIn(group.static_configs).flatMap(({ targets: found }) => listOf(found).map(String)),
  )
  const found = groups.flatMap(group => Object.keys(group).filter(key => /_sd_configs$/.test(key)))
  const all = [...targets, ...new Set(found.map(key => `what ${key} finds`))]
  if (all.length === 0) return []
  return [
    warning('"alertmanagers" of this file are not used', {
      ...atKey(owner, 'alerting'),
      detail: `promha sends the alerts to the Alertmanagers of cell ${quote(cell)}. This file names ${all.join(', ')}.`,
      remedy:
        'name those outside the cell under "alertmanagers" of prometheus, and remove "alerting" from this file',
    }),
  ]
}

function isOfKind({ key, value, owner }: Part, problems: Problem[]): boolean {
  const kind = kinds[key]
  if (kind === undefined) return true
  const fits = (item: Yaml) => (kind === 'a list of maps' ? isMap(item) : typeof item === 'string')
  const good = kind === 'a map' ? isMap(value) : Array.isArray(value) && value.every(fits)
  if (good) return true
  const wrong = kind !== 'a map' && Array.isArray(value) ? value.findIndex(item => !fits(item)) : -1
  const list = value as readonly Yaml[]
  problems.push(
    wrong === -1
      ? error(`${quote(key)}: expected ${kind}, saw ${typeOf(value)}`, at(owner, key))
      : error(
          `each item of ${key}: expected ${kind.replace(/ list of (\w+)s/, ' $1')}, saw ${typeOf(list[wrong])}`,
          at(list, wrong),
        ),
  )
  return false
}

/** The lists of several files as one list. Anything else may be in one file only, or has to be equal in all. */
function onlyOne(key: string, parts: readonly Part[], problems: Problem[]): Part {
  const [first, ...others] = parts as readonly [Part, ...Part[]]
  if (others.length > 0 && parts.every(({ value }) => Array.isArray(value)))
    return { ...first, value: parts.flatMap(({ value }) => listOf(value)) }
  for (const other of others) {
    if (JSON.stringify(other.value) === JSON.stringify(first.value)) continue
    problems.push(
      error(`${quote(key)} is in this file and, with another value, in ${quote(first.file.shown)}`, {
        ...atKey(other.owner, key),
        remedy: `write ${quote(key)} in the inventory, or remove it from one of the two`,
      }),
    )
  }
  return first
}

/** The labels without those that promha sets itself, which the files of a pair that was set up by hand have too. */
function withoutOwnLabels({ value }: Part, ownLabels: readonly string[], problems: Problem[]): YamlMap {
  const labels = value as YamlMap
  for (const label of ownLabels.filter(one => Object.hasOwn(labels, one))) {
    problems.push(
      warning(`the external label ${quote(label)} of this file is not used because promha sets it`, {
        ...atKey(labels, label),
        remedy: 'remove it from this file',
      }),
    )
  }
  const kept = Object.fromEntries(Object.entries(labels).filter(([label]) => !ownLabels.includes(label)))
  const own = ownPlace(labels)
  if (own) remember(kept, own, new Map(membersOf(labels)))
  return kept
}
