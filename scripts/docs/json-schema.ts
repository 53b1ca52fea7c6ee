/** The JSON Schema of an inventory, for editors: from the schema that promha itself reads with, and the words below. */
import * as z from 'zod'
import { inventorySchema } from '../../src/inventory/schema/schema.ts'
import { keyWords } from './key-words.ts'

interface Node {
  [key: string]: unknown
  readonly properties?: Readonly<Record<string, Node>>
  readonly additionalProperties?: Node | boolean
  readonly anyOf?: readonly Node[]
  readonly items?: Node
  description?: string
}

/** Draft 2020-12. Rules between keys are not in it: `promha validate` knows them. */
export function inventoryJsonSchema(): Readonly<Record<string, unknown>> {
  // What is not a shape (upstream's own forms) is any value.
  const { $schema, ...schema } = z.toJSONSchema(inventorySchema as unknown as z.ZodType, {
    unrepresentable: 'any',
    io: 'input',
  }) as Node
  describe(schema, [])
  return {
    $schema,
    title: 'promha inventory',
    description:
      'One site of promha: hosts and cells. `promha validate FILE` checks more than this schema can say.',
    ...schema,
    required: ['promha', 'hosts', 'cells'],
  }
}

/** Keys that a user chooses are `*`, a cell of `defaults` is one of `cells.*`. */
function describe(node: Node, path: readonly string[]): void {
  const said = wordsOf(path)
  if (said !== '' && path.at(-1) !== '*') node.description = said
  describeInner(node, path)
}

function describeInner(node: Node, path: readonly string[]): void {
  for (const [key, inner] of Object.entries(node.properties ?? {})) {
    const below = path.length === 0 && key === 'defaults' ? ['cells', '*'] : [...path, key]
    describe(inner, below)
  }
  for (const one of node.anyOf ?? []) describeInner(one, path)
  if (typeof node.additionalProperties === 'object') describe(node.additionalProperties, [...path, '*'])
}

export interface DescribedKey {
  /** `cells.*.prometheus.replicas` */
  readonly path: string
  /** `text`, `list`, `map`, … */
  readonly forms: readonly string[]
  readonly said: string
}

/** Each key once, in the order of the schema; those of `defaults` are those of a cell. */
export function describedKeys(): readonly DescribedKey[] {
  const found = new Map<string, DescribedKey>()
  const visit = (node: Node, path: readonly string[]): void => {
    for (const alternative of alternativesOf(node)) {
      for (const [key, inner] of Object.entries(alternative.properties ?? {})) {
        if (path.length === 0 && key === 'defaults') continue
        const below = [...path, key]
        const name = below.join('.')
        if (!found.has(name)) found.set(name, { path: name, forms: formsOf(inner), said: wordsOf(below) })
        visit(inner, below)
      }
      if (typeof alternative.additionalProperties === 'object')
        visit(alternative.additionalProperties, [...path, '*'])
    }
  }
  visit(inventoryJsonSchema() as Node, [])
  return [...found.values()]
}

/** By the longest end of the path that has words. */
function wordsOf(path: readonly string[]): string {
  const ends = path.map((_, from) => path.slice(from).join('.'))
  const any = path.length > 1 ? [`*.${path.at(-1)}`] : []
  return [...ends, ...any].map(end => keyWords[end]).find(said => said !== undefined) ?? ''
}

const words: Readonly<Record<string, string>> = {
  ...{ string: 'text', number: 'number', boolean: 'true or false' },
  ...{ array: 'list', object: 'map' },
}

/** A value may be one of several, and each of these again. */
function alternativesOf(node: Node): readonly Node[] {
  return [node, ...(node.anyOf ?? []).flatMap(alternativesOf)]
}

function formsOf(node: Node): readonly string[] {
  const types = alternativesOf(node).flatMap(({ type }) => [type].flat())
  const forms = types.flatMap(type => (typeof type === 'string' ? (words[type] ?? []) : []))
  return [...new Set(forms)]
}
