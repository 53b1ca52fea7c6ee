/** The names in configs and rules that were found on a host, and in those that replace them. Pure; the texts may be hostile. */
import { posix } from 'node:path'
import type { Retention } from '../../roles/component.ts'
import type { YamlMap } from '../inventory/model.ts'
import { source } from '../inventory/place.ts'
import { isMap, listOf, mapsIn } from '../inventory/upstream-values.ts'
import { parseYaml } from '../inventory/yaml.ts'
import type { Instance } from '../resource/model.ts'

/** What a warning lists by name if the new config lacks it. */
export const kinds = [
  'scrape jobs',
  'alerts',
  'recording rules',
  'receivers',
  'modules',
  'parts of prometheus.yml',
] as const
type Kind = (typeof kinds)[number]
export type Names = ReadonlyMap<Kind, ReadonlySet<string>>

export interface ConfigText {
  readonly names: Names
  /** As written. */
  readonly ruleFiles: readonly string[]
  readonly scrapeFiles: readonly string[]
  readonly retention: Retention
}

/** Undefined if it cannot be read as YAML. */
export function readConfig(text: string): ConfigText | undefined {
  const { value, problems } = parseYaml(source('', text), text.length + 1_000, 'first')
  if (problems.some(({ severity }) => severity === 'error') || (value !== null && !isMap(value)))
    return undefined
  const top = value ?? {}
  const rules = mapsIn(top.groups).flatMap(group => mapsIn(group.rules))
  const parts = ['remote_write', 'remote_read', 'tracing', 'otlp'].filter(key => !isEmpty(top[key]))
  const retention = mapOf(mapOf(mapOf(top.storage).tsdb).retention)
  return {
    names: new Map<Kind, ReadonlySet<string>>([
      ['scrape jobs', texts(mapsIn(top.scrape_configs).map(job => job.job_name))],
      ['alerts', texts(rules.map(rule => rule.alert))],
      ['recording rules', texts(rules.map(rule => rule.record))],
      ['receivers', texts(mapsIn(top.receivers).map(receiver => receiver.name))],
      ['modules', new Set(Object.keys(mapOf(top.modules)))],
      ['parts of prometheus.yml', new Set(parts)],
    ]),
    ruleFiles: [...texts(listOf(top.rule_files))],
    scrapeFiles: [...texts(listOf(top.scrape_config_files))],
    retention: Object.fromEntries(
      (['time', 'size', 'percentage'] as const).flatMap(key =>
        retention[key] == null ? [] : [[key, String(retention[key])]],
      ),
    ),
  }
}

export function together(all: readonly Names[]): Names {
  return new Map(kinds.map(kind => [kind, new Set(all.flatMap(names => [...(names.get(kind) ?? [])]))]))
}

/** What is in the first and not in the second, sorted; kinds of which nothing is missing are left out. */
export function missing(before: Names, after: Names): ReadonlyMap<Kind, readonly string[]> {
  return new Map(
    kinds.flatMap(kind => {
      const names = [...(before.get(kind) ?? [])].filter(name => !after.get(kind)?.has(name))
      return names.length === 0 ? [] : [[kind, names.sort()] as const]
    }),
  )
}

/** The configs that an instance brings. */
export function wantedConfigs({ resources }: Instance): readonly ConfigText[] {
  return resources.flatMap(resource => {
    if (resource.kind !== 'file' || !/\.(ya?ml|json|rules)$/.test(resource.path)) return []
    const { content } = resource
    if (typeof content !== 'string' && !(content instanceof Uint8Array)) return []
    return readConfig(typeof content === 'string' ? content : Buffer.from(content).toString('utf8')) ?? []
  })
}

/** Patterns of files, relative ones from the config that names them. */
export function patternsIn(config: string, names: readonly string[]): readonly string[] {
  return names.map(name => posix.resolve(posix.dirname(config), name))
}

function mapOf(value: unknown): YamlMap {
  return isMap(value) ? value : {}
}

function texts(values: readonly unknown[]): ReadonlySet<string> {
  return new Set(values.flatMap(value => (value == null || typeof value === 'object' ? [] : [String(value)])))
}

function isEmpty(value: unknown): boolean {
  return value == null || (typeof value === 'object' && Object.keys(value).length === 0)
}
