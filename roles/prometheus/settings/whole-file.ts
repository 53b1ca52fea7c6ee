/** A whole prometheus.yml under `scrape_configs`: which parts of it are used, and warnings about the others. */
import type { Problem } from '../../../src/diagnostic/problem.ts'
import type { Context } from '../../../src/inventory/context.ts'
import { type ListedPath, listedPaths } from '../../../src/inventory/file/user-files.ts'
import type { Yaml, YamlMap } from '../../../src/inventory/model.ts'
import {
  at,
  atKey,
  memberPlace,
  membersOf,
  placedAs,
  recordMembers,
  reject,
  rejectedOf,
  typeOf,
} from '../../../src/inventory/text/place.ts'
import type { MemberPlace } from '../../../src/inventory/text/source-text.ts'
import { defaultReplicaLabel } from '../../../src/inventory/upstream/labels.ts'
import { isYamlMap, mapsIn, yamlList } from '../../../src/inventory/upstream/upstream-values.ts'
import { prometheusProblem } from '../messages.ts'
import { besideIt } from './named-files.ts'
import { isOwnKey, type PrometheusText, upstreamParts } from './schema.ts'
import type { WholeFile } from './scrape-files.ts'

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
      const known = Object.hasOwn(kinds, key) || upstreamParts.includes(key)
      // The name of any other key is content of the file.
      const say = known ? prometheusProblem.fileKeyUnused : prometheusProblem.fileOtherKeyUnused
      problems.push(say(atKey(owner, key), key))
      continue
    }
    taken.set(key, [...(taken.get(key) ?? []), part])
  }
  const paths = (key: 'rule_files' | 'scrape_config_files') => [
    ...listedPaths(text[key] ?? []),
    ...(taken.get(key) ?? []).flatMap(({ value, file }) =>
      listedPaths(value as string[], file.directory).map(one => ({ ...one, there: besideIt(one.path) })),
    ),
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
  const present = Object.entries(text).filter(([, value]) => value != null)
  const said = { ...merged, ...Object.fromEntries(present) } as PrometheusText
  placedAs(said, text, new Map([...places, ...membersOf(text)]))
  for (const key of rejectedOf(text)) reject(said, key)
  return { text: said, rules: paths('rule_files'), jobFiles: paths('scrape_config_files') }
}

/** The keys that go into prometheus.yml unread and unchanged, with their places. */
export function furtherOf(text: PrometheusText, remoteRead: readonly YamlMap[]): YamlMap {
  const values = { ...text, remote_read: remoteRead.length > 0 ? remoteRead : undefined } as YamlMap
  const further = Object.fromEntries(
    Object.entries(values).filter(
      ([key, value]) =>
        value != null && (key === 'remote_read' || upstreamParts.includes(key) || !isOwnKey(key)),
    ),
  )
  recordMembers(further, new Map([...membersOf(text)].filter(([key]) => Object.hasOwn(further, key))))
  return further
}

/** The members of a file by the keys that they have in an inventory. */
function partsOf(file: WholeFile, cell: string, problems: Problem[]): readonly Part[] {
  return Object.entries(file.value).flatMap(([key, value]): readonly Part[] => {
    const part = (name: string, owner: object, of: Yaml | undefined): readonly Part[] =>
      of == null ? [] : [{ key: name, value: of, owner, file }]
    if (key === 'scrape_configs') return []
    if (key === 'global' && isYamlMap(value))
      return [...part(key, file.value, value), ...part('external_labels', value, value.external_labels)]
    if (key !== 'alerting' || !isYamlMap(value)) return part(key, file.value, value)
    // promha computes where alerts go. Their relabeling is kept.
    const known = ['alertmanagers', 'alert_relabel_configs']
    // Nothing else is taken of it, so no tool sees a key that is misspelt.
    for (const other of Object.keys(value).filter(one => !known.includes(one)))
      problems.push(prometheusProblem.unknownAlertingKey(atKey(value, other), other, known))
    problems.push(...unused(file.value, value, cell))
    return part('alert_relabel_configs', value, value.alert_relabel_configs)
  })
}

function unused(owner: object, alerting: YamlMap, cell: string): readonly Problem[] {
  const groups = mapsIn(alerting.alertmanagers)
  const targets = groups.flatMap(group =>
    mapsIn(group.static_configs).flatMap(({ targets: found }) => yamlList(found).map(String)),
  )
  const found = groups.flatMap(group => Object.keys(group).filter(key => /_sd_configs$/.test(key)))
  const all = [...targets, ...new Set(found.map(key => `what ${key} finds`))]
  if (all.length === 0) return []
  return [prometheusProblem.fileAlertmanagersUnused(atKey(owner, 'alerting'), cell, all)]
}

function isOfKind({ key, value, owner }: Part, problems: Problem[]): boolean {
  const kind = kinds[key]
  if (kind === undefined) return true
  const fits = (item: Yaml) => (kind === 'a list of maps' ? isYamlMap(item) : typeof item === 'string')
  const good = kind === 'a map' ? isYamlMap(value) : Array.isArray(value) && value.every(fits)
  if (good) return true
  const wrong = kind !== 'a map' && Array.isArray(value) ? value.findIndex(item => !fits(item)) : -1
  const list = value as readonly Yaml[]
  problems.push(
    wrong === -1
      ? prometheusProblem.badFileKey(at(owner, key), key, kind, typeOf(value))
      : prometheusProblem.badFileItem(at(list, wrong), key, kind, typeOf(list[wrong])),
  )
  return false
}

/** The lists of several files as one list. Anything else may be in one file only, or has to be equal in all. */
function onlyOne(key: string, parts: readonly Part[], problems: Problem[]): Part {
  const [first, ...others] = parts as readonly [Part, ...Part[]]
  if (others.length > 0 && parts.every(({ value }) => Array.isArray(value)))
    return { ...first, value: parts.flatMap(({ value }) => yamlList(value)) }
  for (const other of others) {
    if (JSON.stringify(other.value) === JSON.stringify(first.value)) continue
    problems.push(prometheusProblem.fileKeyTwice(atKey(other.owner, key), key, first.file.shown))
  }
  return first
}

/** The labels without those that promha sets itself, which the files of a pair that was set up by hand have too. */
function withoutOwnLabels({ value }: Part, ownLabels: readonly string[], problems: Problem[]): YamlMap {
  const labels = value as YamlMap
  for (const label of ownLabels.filter(one => Object.hasOwn(labels, one))) {
    problems.push(prometheusProblem.fileLabelUnused(atKey(labels, label), label))
  }
  const kept = Object.fromEntries(Object.entries(labels).filter(([label]) => !ownLabels.includes(label)))
  return placedAs(kept, labels)
}
