/** The names in configs and rules that were found on a host, and in those that replace them. Pure; the texts may be hostile. */
import { posix } from 'node:path'
import type { Retention } from '../../../roles/component.ts'
import type { YamlMap } from '../../inventory/model.ts'
import { source } from '../../inventory/text/source-text.ts'
import { isYamlMap, mapsIn, yamlList } from '../../inventory/upstream/upstream-values.ts'
import { parseYaml } from '../../inventory/yaml/yaml.ts'
import { type Instance, ofKind } from '../../resource/model.ts'

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
export type FoundNames = ReadonlyMap<Kind, ReadonlySet<string>>

export interface ConfigText {
  readonly names: FoundNames
  /** As written. */
  readonly ruleFiles: readonly string[]
  readonly scrapeFiles: readonly string[]
  readonly retention: Retention
}

/** Undefined if it cannot be read as YAML. */
export function readFoundConfig(text: string): ConfigText | undefined {
  const { value, problems } = parseYaml(source('', text), text.length + 1_000, 'first')
  if (problems.some(({ severity }) => severity === 'error') || (value !== null && !isYamlMap(value)))
    return undefined
  const top = value ?? {}
  const rules = mapsIn(top.groups).flatMap(group => mapsIn(group.rules))
  const parts = ['remote_write', 'remote_read', 'tracing', 'otlp'].filter(key => !isEmpty(top[key]))
  const retention = mapOf(mapOf(mapOf(top.storage).tsdb).retention)
  const limits = (['time', 'size', 'percentage'] as const).filter(key => retention[key] != null)
  return {
    names: new Map<Kind, ReadonlySet<string>>([
      ['scrape jobs', texts(mapsIn(top.scrape_configs).map(job => job.job_name))],
      ['alerts', texts(rules.map(rule => rule.alert))],
      ['recording rules', texts(rules.map(rule => rule.record))],
      ['receivers', texts(mapsIn(top.receivers).map(receiver => receiver.name))],
      ['modules', new Set(Object.keys(mapOf(top.modules)))],
      ['parts of prometheus.yml', new Set(parts)],
    ]),
    ruleFiles: [...texts(yamlList(top.rule_files))],
    scrapeFiles: [...texts(yamlList(top.scrape_config_files))],
    retention: Object.fromEntries(limits.map(key => [key, String(retention[key])])),
  }
}

export function together(all: readonly FoundNames[]): FoundNames {
  return new Map(kinds.map(kind => [kind, new Set(all.flatMap(names => [...(names.get(kind) ?? [])]))]))
}

/** What is in the first and not in the second, sorted; kinds of which nothing is missing are left out. */
export function missing(before: FoundNames, after: FoundNames): ReadonlyMap<Kind, readonly string[]> {
  return new Map(
    kinds.flatMap(kind => {
      const names = [...(before.get(kind) ?? [])].filter(name => !after.get(kind)?.has(name))
      return names.length === 0 ? [] : [[kind, names.sort()] as const]
    }),
  )
}

/** The configs that an instance brings. */
export function wantedConfigs({ resources }: Instance): readonly ConfigText[] {
  return ofKind(resources, 'file').flatMap(resource => {
    if (!/\.(ya?ml|json|rules)$/.test(resource.path)) return []
    const { content } = resource
    if (typeof content !== 'string' && !(content instanceof Uint8Array)) return []
    return readFoundConfig(typeof content === 'string' ? content : Buffer.from(content).toString()) ?? []
  })
}

/** Patterns of files, relative ones from the config that names them. */
export function patternsIn(config: string, names: readonly string[]): readonly string[] {
  return names.map(name => posix.resolve(posix.dirname(config), name))
}

function mapOf(value: unknown): YamlMap {
  return isYamlMap(value) ? value : {}
}

function texts(values: readonly unknown[]): ReadonlySet<string> {
  return new Set(values.flatMap(value => (value == null || typeof value === 'object' ? [] : [String(value)])))
}

function isEmpty(value: unknown): boolean {
  return value == null || (typeof value === 'object' && Object.keys(value).length === 0)
}
