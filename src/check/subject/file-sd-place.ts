/** Where in a file of targets the thing stands that promtool refuses. It names no place in JSON, and a line in YAML. */
import { posix } from 'node:path'
import { suggestion } from '../../diagnostic/nearest.ts'
import { at, atKey } from '../../inventory/text/place.ts'
import { range, source } from '../../inventory/text/source-text.ts'
import { isYamlMap } from '../../inventory/upstream/upstream-values.ts'
import { findings, type Spot } from '../finding/message.ts'
import { isOfValue, pathAtLine, readUserFile, spotOf, userPlace } from '../finding/place.ts'

interface TargetFault extends Spot {
  /** In promtool's words. */
  readonly said: string
  readonly remedy?: string
}

const known = ['targets', 'labels']

/** One for each thing that promtool names. */
export function targetFaults(path: string, text: string, reason: string): readonly TargetFault[] {
  const { value, fault } = readUserFile(path, text)
  const all = findings(reason)
  const broken = all.some(isOfValue) ? undefined : fault
  const texts = broken ? [] : all
  const each = texts.length > 0 ? texts : [{ text: reason }]
  const isJson = posix.extname(path) === '.json'
  return each.map(finding => {
    const line = 'line' in finding ? finding.line : undefined
    const found = line === undefined ? undefined : pathAtLine(value, line, finding.text)
    const named = found && userPlace(value, found)
    const place = broken ??
      (named && range(named)) ??
      (line === undefined ? undefined : spotOf(finding, value, text)) ??
      quotedPlace(path, text, finding.text, value) ??
      firstWrong(value, isJson) ?? { line: 1, column: 1 }
    const field = /field "?(\w+)"?(?: not found|$)/.exec(finding.text)?.[1]
    return {
      // The struct of Go says nothing that the remedy does not.
      said: finding.text.replace(/ in type struct \{.*\}$/, ''),
      ...{ line: place.line, column: place.column },
      ...(field === undefined ? {} : suggestion(field, known)),
    }
  })
}

/** The one scalar that promtool quotes. */
function quotedPlace(path: string, text: string, said: string, value: unknown): Spot | undefined {
  const quoted = /"((?:[^"\\]|\\.)+)"/.exec(said)?.[1]
  if (quoted === undefined || /unknown field/.test(said)) return undefined
  if (!Array.isArray(value)) return undefined
  const start = text.indexOf(quoted)
  return start < 0 ? undefined : range({ source: source(path, text), start, end: start + quoted.length })
}

/** The first thing that is not of a target file's form. */
function firstWrong(value: unknown, isJson: boolean): Spot | undefined {
  if (!Array.isArray(value)) return undefined
  const isText = (one: unknown) => typeof one === 'string' || (!isJson && typeof one !== 'object')
  for (const [index, group] of value.entries()) {
    if (!isYamlMap(group)) return at(value, index).source
    for (const [key, part] of Object.entries(group)) {
      if (!known.includes(key)) return atKey(group, key).source
      if (part === null) continue
      if (key === 'targets' && !Array.isArray(part)) return at(group, key).source
      if (key === 'labels' && !isYamlMap(part)) return at(group, key).source
      for (const [name, one] of Object.entries(part as object))
        if (!isText(one)) return at(part as object, Array.isArray(part) ? Number(name) : name).source
    }
  }
  return undefined
}
