import type { $ZodIssue } from 'zod/v4/core'
import { few } from '../diagnostic/few.ts'
import { nearest, suggestion } from '../diagnostic/nearest.ts'
import { error, type Problem } from '../diagnostic/problem.ts'
import { checkOwnTags } from './own-tags.ts'
import { refusedKeys } from './passed-on.ts'
import {
  at,
  atKey,
  type Place,
  quote,
  range,
  reject,
  seen,
  takeOut as takeOutMember,
  typeOf,
  wasRejected,
} from './place.ts'
import {
  type InventoryText,
  inventorySchema,
  keysOfSiblings,
  mapForms,
  mayBeEmpty,
  notBuiltYet,
} from './schema.ts'
import { memberOf, type Path, type Schema, schemaAt } from './schema-walk.ts'

/**
 * Checks the text against the schema. What is wrong is reported and removed from the value, so that the rest can still be
 * checked and one run reports every problem. Undefined if nothing is left to check.
 */
export function conform(value: unknown, top: Place, problems: Problem[]): InventoryText | undefined {
  if (typeOf(value) !== 'a map') {
    problems.push(
      error(`the inventory: expected a map, saw ${typeOf(value)}`, {
        source: range(top),
        remedy: 'begin with "promha: 1"',
      }),
    )
    return undefined
  }
  besideCells(value as object, problems)
  const result = inventorySchema.safeParse(value, { jitless: true })
  if (top.source.text.includes('!')) checkOwnTags(value, inventorySchema as Schema, problems)
  const refused = refusedKeys(value).map((fault): Fault => ({ ...fault, expected: [] }))
  if (result.success && refused.length === 0) return value as InventoryText
  const issues = result.error?.issues ?? []
  const found = [...issues.flatMap(issue => flatten(issue, [])), ...refused]
  // A missing key beside an unknown one is probably misspelt, so only the unknown one is reported.
  const told = found.filter(
    fault => fault.key !== undefined || !(isMissing(value, fault, found) || isTakenOut(value, fault)),
  )
  for (const fault of told) problems.push(describeFault(value, fault))
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
  problems.push(
    error(`${quote(found[0] ?? '')} stands beside the cell ${quote(empty)}, which is empty`, {
      ...atKey(cells, found[0] ?? ''),
      remedy: `indent ${few(found.map(quote), 3)} below ${quote(empty)}`,
    }),
  )
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
  readonly path: Path
  readonly key?: string
  readonly expected: readonly string[]
}

function flatten(issue: $ZodIssue, base: Path): Fault[] {
  const path = [...base, ...(issue.path as Path)]
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
  return beside && lookup(root, fault.path) === undefined
}

/** Whether the value was reported and removed before. */
function isTakenOut(root: unknown, { path }: Fault): boolean {
  const owner = lookup(root, path.slice(0, -1))
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
  const owner = lookup(root, fault.path.slice(0, -1)) as object
  const key = fault.path.at(-1) ?? ''
  const what = typeof key === 'number' ? 'each item' : quote(key)
  return error(
    `${what} of ${name(fault.path.slice(0, -1))}: expected ${fault.expected.join(' or ')}, saw ${seen(owner, key)}`,
    { ...at(owner, key), ...remedyFor(owner, key, fault.expected, schemaAt(fault.path)) },
  )
}

function remedyFor(
  owner: object,
  key: string | number,
  expected: readonly string[],
  schema: Schema | undefined,
): { remedy?: string } {
  const value = (owner as Record<string | number, unknown>)[key]
  if (expected.includes('a text') && (typeof value === 'number' || typeof value === 'boolean')) {
    const [, text] = /^the number (.*)$/.exec(seen(owner, key)) ?? []
    return { remedy: `put it in quotes: "${text ?? (typeof value === 'boolean' ? value : '…')}"` }
  }
  if (expected.includes('a number') && typeof value === 'string' && /^\d+$/.test(value)) {
    return { remedy: 'remove the quotes' }
  }
  if (value === null)
    return {
      remedy: mayBeEmpty.has(schema)
        ? 'write {} for the defaults, or leave the key out'
        : 'give it a value, or remove it',
    }
  if (expected.includes('a list') && typeof value === 'string') return { remedy: 'put it in brackets: [ … ]' }
  const form = expected.includes('a map') ? mapForms.get(schema)?.(isNo(value) ? false : value) : undefined
  if (form !== undefined) return { remedy: `write it as a map: ${form}` }
  if (expected.includes('true or false')) return { remedy: 'write true or false, without quotes' }
  return expected.includes('a map') ? { remedy: 'write it as a map: { NAME: VALUE }' } : {}
}

/** What YAML 1.1 reads as false. In YAML 1.2, by which an inventory is read, it is a text. */
function isNo(value: unknown): boolean {
  return typeof value === 'string' && /^(no|off|n|false)$/i.test(value)
}

function describeUnknownKey(root: unknown, path: Path, key: string): Problem {
  const owner = lookup(root, path) as object
  const schema = schemaAt(path)
  if (schema && notBuiltYet.get(schema)?.includes(key)) {
    return error(`${quote(key)} of ${name(path)} is not supported yet`, {
      ...atKey(owner, key),
      remedy: 'remove it; a later release may support it',
    })
  }
  const elsewhere = keysOfSiblings.get(schema)
  if (elsewhere && Object.hasOwn(elsewhere, key)) {
    return error(`unknown key ${quote(key)} in ${name(path)}`, {
      ...atKey(owner, key),
      remedy: elsewhere[key] ?? '',
    })
  }
  const shape = schema?._zod.def.shape ?? {}
  const known = Object.keys(shape)
  const meant = nearest(key, known)
  // It is not missing: it is misspelt, and that is told here.
  if (meant !== undefined && !Object.hasOwn(owner, meant)) reject(owner, meant)
  return error(`unknown key ${quote(key)} in ${name(path)}`, {
    ...atKey(owner, key),
    ...suggestion(key, known, below(shape, key) ?? `known keys are ${known.join(', ')}`),
  })
}

/** A key that stands one level too high. */
function below(shape: Readonly<Record<string, Schema>>, key: string): string | undefined {
  const holders = Object.keys(shape).filter(one =>
    Object.hasOwn(memberOf({ _zod: { def: { type: 'object', shape } } }, one)?._zod.def.shape ?? {}, key),
  )
  return holders.length === 1 ? `write it below ${quote(holders[0] ?? '')}` : undefined
}

function name(path: Path): string {
  return path.length === 0 ? 'the inventory' : path.join('.')
}

function takeOut(root: unknown, fault: Fault): void {
  const path = fault.key === undefined ? fault.path : [...fault.path, fault.key]
  const owner = lookup(root, path.slice(0, -1)) as Record<string | number, unknown>
  const key = path.at(-1)
  if (typeof owner !== 'object' || owner === null || key === undefined) return
  takeOutMember(owner, key)
}

function lookup(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<string | number, unknown> | undefined)?.[key],
    root,
  )
}
