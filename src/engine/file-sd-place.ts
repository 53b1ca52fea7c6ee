/** Where in a file of targets the thing stands that promtool refuses. It names no place in JSON, and a line in YAML. */
import { posix } from 'node:path'
import { suggestion } from '../diagnostic/nearest.ts'
import { at, atKey, range, source } from '../inventory/place.ts'
import { isMap } from '../inventory/upstream-values.ts'
import { findings } from './tool-message.ts'
import { isOfValue, pathAtLine, readShipped, spotOf, userPlace } from './tool-place.ts'

interface TargetFault {
  /** In promtool's words. */
  readonly said: string
  readonly line: number
  readonly column: number
  readonly remedy?: string
}

const known = ['targets', 'labels']

/** One for each thing that promtool names. */
export function targetFaults(path: string, text: string, reason: string): readonly TargetFault[] {
  const { value, fault } = readShipped(path, text)
  const all = findings(reason)
  const broken = all.some(isOfValue) ? undefined : fault
  const told = broken ? [] : all
  const each = told.length > 0 ? told : [{ text: reason }]
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

type Spot = { readonly line: number; readonly column: number }

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
    if (!isMap(group)) return at(value, index).source
    for (const [key, part] of Object.entries(group)) {
      if (!known.includes(key)) return atKey(group, key).source
      if (part === null) continue
      if (key === 'targets' && !Array.isArray(part)) return at(group, key).source
      if (key === 'labels' && !isMap(part)) return at(group, key).source
      for (const [name, one] of Object.entries(part as object))
        if (!isText(one)) return at(part as object, Array.isArray(part) ? Number(name) : name).source
    }
  }
  return undefined
}
