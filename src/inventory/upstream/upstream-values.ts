/** Access to values in upstream's form, whose shape is not checked yet. */
import type { Yaml, YamlMap } from '../model.ts'

export function isYamlMap(value: unknown): value is YamlMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function yamlList(value: unknown): readonly Yaml[] {
  return Array.isArray(value) ? value : []
}

/** The maps of a list. */
export function mapsIn(value: unknown): readonly YamlMap[] {
  return yamlList(value).filter(isYamlMap)
}
