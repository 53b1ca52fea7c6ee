import type { $ZodIssue } from 'zod/v4/core'
import { nearest } from '../../diagnostic/nearest.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import { inventoryProblem } from '../messages.ts'
import {
  at,
  atKey,
  memberAt,
  quoted,
  reject,
  seen,
  takeOut as takeOutMember,
  typeOf,
  wasRejected,
} from '../text/place.ts'
import { type Place, range } from '../text/source-text.ts'
import { textForms } from '../text/text-forms.ts'
import { refusedKeys } from '../upstream/passed-on.ts'
import { checkOwnTags } from '../yaml/own-tags.ts'
import { type InventoryText, inventorySchema } from './schema.ts'
import { type Schema, type SchemaPath, schemaAt, schemaMember } from './schema-walk.ts'
import { notesOn } from './schema-words.ts'

/** What is wrong is reported and removed, so that the rest can be checked. Undefined if nothing is left to check. */
export function conform(value: unknown, top: Place, problems: Problem[]): InventoryText | undefined {
  if (typeOf(value) !== 'a map')
    return void problems.push(inventoryProblem.notAMap({ source: range(top) }, typeOf(value)))
  besideCells(value as object, problems)
  const result = inventorySchema.safeParse(value, { jitless: true })
  if (top.source.text.includes('!')) checkOwnTags(value, inventorySchema as Schema, problems)
  const refused = refusedKeys(value).map((fault): Fault => ({ ...fault, expected: [] }))
  if (result.success && refused.length === 0) return value as InventoryText
  const issues = result.error?.issues ?? []
  const found = [...issues.flatMap(issue => flatten(issue, [])), ...refused]
  // A missing key beside an unknown one is probably misspelt, so only the unknown one is reported.
  const reported = found.filter(
    fault => fault.key !== undefined || !(isMissing(value, fault, found) || isTakenOut(value, fault)),
  )
  for (const fault of reported) problems.push(describeFault(value, fault))
  return withoutFaults(value, found) ? (value as InventoryText) : undefined
}

/** Parts of a cell that are indented as the cell itself is: each would be taken for a cell, and the cell for empty. */
function besideCells(value: object, problems: Problem[]): void {
  const { cells } = value as { cells?: unknown }
  if (typeof cells !== 'object' || cells === null || Array.isArray(cells)) return
  const parts = Object.keys(schemaAt(['cells', 'x'])?._zod.def.shape ?? {})
  const map = cells as Readonly<Record<string, unknown>>
  const empty = Object.keys(map).find(key => map[key] === null)
  const found = Object.keys(map).filter(key => parts.includes(key))
  if (empty === undefined || found.length === 0) return
  problems.push(inventoryProblem.keyBesideCell(atKey(cells, found[0] ?? ''), found, empty))
  takeOutMember(value, 'cells')
}

/** Removes what is wrong, and the whole of a map that lacks a key. False if nothing is left. */
function withoutFaults(value: unknown, faults: readonly Fault[]): boolean {
  // From the back, so that removing an item of a list does not move another that has to be removed.
  for (const fault of faults.toReversed()) takeOut(value, fault)
  const result = inventorySchema.safeParse(value, { jitless: true })
  if (result.success) return true
  const owners = result.error.issues
    .flatMap(issue => flatten(issue, []))
    .map(({ path }) => ({ path: path.slice(0, -1), expected: [] }))
  return owners.every(({ path }) => path.length > 0) && withoutFaults(value, owners)
}

interface Fault {
  /** The value that is wrong; with `key`, the map that holds an unknown key. */
  readonly path: SchemaPath
  readonly key?: string
  readonly expected: readonly string[]
}

function flatten(issue: $ZodIssue, base: SchemaPath): Fault[] {
  const path = [...base, ...(issue.path as SchemaPath)]
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => ({ path, key, expected: [] }))
  if (issue.code === 'invalid_union') {
    // The branch that fits the value's type is the one that the user meant.
    const branch = issue.errors.find(issues => issues.every(inner => !isWrongType(inner)))
    if (branch) return branch.flatMap(inner => flatten(inner, path))
    const expected = issue.errors.flatMap(issues =>
      issues.filter(isWrongType).flatMap(inner => wanted(inner)),
    )
    return [{ path, expected: [...new Set(expected)] }]
  }
  return [{ path, expected: wanted(issue) }]
}

/** Whether the value is absent and an unknown key is beside it. */
function isMissing(root: unknown, fault: Fault, all: readonly Fault[]): boolean {
  const parent = fault.path.slice(0, -1)
  const beside = all.some(other => other.key !== undefined && other.path.join('\0') === parent.join('\0'))
  return beside && memberAt(root, fault.path) === undefined
}

/** Whether the value was reported and removed before. */
function isTakenOut(root: unknown, { path }: Fault): boolean {
  const owner = memberAt(root, path.slice(0, -1))
  return typeof owner === 'object' && owner !== null && wasRejected(owner, path.at(-1) ?? '')
}

/** Whether the value does not even have the type of this branch of a union, so that the user meant another branch. */
function isWrongType(issue: $ZodIssue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value')
}

const typeNames: Readonly<Record<string, string>> = {
  object: 'a map',
  record: 'a map',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  null: 'nothing',
}

function wanted(issue: $ZodIssue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  return issue.code === 'invalid_type' ? [typeNames[issue.expected] ?? issue.expected] : ['another value']
}

function describeFault(root: unknown, fault: Fault): Problem {
  if (fault.key !== undefined) return describeUnknownKey(root, fault.path, fault.key)
  const owner = memberAt(root, fault.path.slice(0, -1)) as object
  const key = fault.path.at(-1) ?? ''
  const what = typeof key === 'number' ? 'each item' : quoted(key)
  return inventoryProblem.badValue(at(owner, key), {
    what,
    name: name(fault.path.slice(0, -1)),
    expected: fault.expected,
    seen: seen(owner, key),
    remedyFor: remedyFor(owner, fault.path, fault.expected),
  })
}

function remedyFor(owner: object, path: SchemaPath, expected: readonly string[]): { remedy?: string } {
  const key = path.at(-1) ?? ''
  const value = (owner as Record<string | number, unknown>)[key]
  const schema = schemaAt(path)
  if (expected.includes('a text') && (typeof value === 'number' || typeof value === 'boolean')) {
    const form = textForms.get(path.findLast(part => typeof part === 'string') ?? '')
    if (form !== undefined) return { remedy: form(value) }
    const [, text] = /^the number (.*)$/.exec(seen(owner, key)) ?? []
    if (typeof value === 'number') return { remedy: `Put it in quotes: "${text ?? '…'}".` }
  }
  if (expected.includes('a number') && typeof value === 'string' && /^\d+$/.test(value)) {
    return { remedy: 'Remove the quotes.' }
  }
  if (value === null)
    return {
      remedy: notesOn(schema).mayBeEmpty
        ? 'Write {} for the defaults, or leave the key out.'
        : 'Give it a value, or remove it.',
    }
  if (expected.includes('a list') && typeof value === 'string')
    return { remedy: 'Put it in brackets: [ … ].' }
  const form = expected.includes('a map') ? notesOn(schema).form?.(isNo(value) ? false : value) : undefined
  if (form !== undefined) return { remedy: `Write it as a map: ${form}.` }
  if (expected.includes('true or false')) return { remedy: 'Write true or false, without quotes.' }
  if (expected.includes('a map')) return { remedy: 'Write it as a map: { NAME: VALUE }.' }
  if (isBox(value) && expected.includes('a list'))
    return { remedy: 'Write one value, or several in brackets: [ … ].' }
  return isBox(value) ? { remedy: 'Write one value, without { } and [ ].' } : {}
}

/** A map or a list. */
function isBox(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** What YAML 1.1 reads as false. In YAML 1.2, by which an inventory is read, it is a text. */
function isNo(value: unknown): boolean {
  return typeof value === 'string' && /^(no|off|n|false)$/i.test(value)
}

function describeUnknownKey(root: unknown, path: SchemaPath, key: string): Problem {
  const owner = memberAt(root, path) as object
  const schema = schemaAt(path)
  const { notYet, elsewhere } = notesOn(schema)
  if (notYet?.includes(key)) {
    return inventoryProblem.unsupportedKey(atKey(owner, key), key, name(path))
  }
  const instead = elsewhere && Object.hasOwn(elsewhere, key) ? elsewhere[key] : undefined
  const shape = schema?._zod.def.shape ?? {}
  if (instead !== undefined) {
    // The keys that the remedy names are not missing: they are asked for here.
    for (const named of Object.keys(shape))
      if (instead.includes(quoted(named)) && !Object.hasOwn(owner, named)) reject(owner, named)
    return inventoryProblem.misplacedKey(atKey(owner, key), key, name(path), instead)
  }
  const known = Object.keys(shape)
  const meant = nearest(key, known)
  // It is not missing: it is misspelt, and that is told here.
  if (meant !== undefined && !Object.hasOwn(owner, meant)) reject(owner, meant)
  const facts = { key, name: name(path), known, below: below(shape, key) }
  return inventoryProblem.unknownKey(atKey(owner, key), facts)
}

/** A key that stands one level too high. */
function below(shape: Readonly<Record<string, Schema>>, key: string): string | undefined {
  const holders = Object.keys(shape).filter(one =>
    Object.hasOwn(schemaMember({ _zod: { def: { type: 'object', shape } } }, one)?._zod.def.shape ?? {}, key),
  )
  return holders.length === 1 ? `Write it below ${quoted(holders[0] ?? '')}.` : undefined
}

function name(path: SchemaPath): string {
  return path.length === 0 ? 'the inventory' : path.join('.')
}

function takeOut(root: unknown, fault: Fault): void {
  const path = fault.key === undefined ? fault.path : [...fault.path, fault.key]
  const owner = memberAt(root, path.slice(0, -1)) as Record<string | number, unknown>
  const key = path.at(-1)
  if (typeof owner !== 'object' || owner === null || key === undefined) return
  takeOutMember(owner, key)
}
