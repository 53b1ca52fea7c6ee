/** Finds the part of the inventory's schema for a path of its text. */
import { inventorySchema } from './schema.ts'
import { labels } from './schema-words.ts'

export type SchemaPath = readonly (string | number)[]

/** The parts of a zod schema that are needed here: its kind, and the schemas within it. */
export interface Schema {
  readonly _zod: {
    readonly def: {
      readonly type: string
      readonly shape?: Readonly<Record<string, Schema>>
      readonly innerType?: Schema
      readonly valueType?: Schema
      readonly element?: Schema
      readonly options?: readonly Schema[]
    }
  }
}

/** Undefined below a part that promha does not check. */
export function schemaAt(path: SchemaPath): Schema | undefined {
  return path.reduce<Schema | undefined>(schemaMember, bare(inventorySchema as Schema))
}

/** False for a key that no map of the schema has, and all below it. */
export function isKnown(path: SchemaPath): boolean {
  let schema = bare(inventorySchema as Schema)
  for (const key of path) {
    const shape = schema?._zod.def.shape
    // A number is a place in a list, which may stand instead of the map.
    if (shape && typeof key === 'string' && !Object.hasOwn(shape, key)) return false
    schema = schemaMember(schema, key)
  }
  return true
}

/** The schema of a member. */
export function schemaMember(schema: Schema | undefined, key: string | number): Schema | undefined {
  const def = schema?._zod.def
  const { shape } = def ?? {}
  return bare((shape && Object.hasOwn(shape, key) ? shape[key] : undefined) ?? def?.valueType ?? def?.element)
}

/** Whether upstream's programs, and not promha, check the content of a map of this schema. */
export function isUpstream(schema: Schema): boolean {
  return schema === (labels as unknown) || schema._zod.def.valueType?._zod.def.type === 'unknown'
}

/** The schema without the wrappers of an optional key; of a union, its map. */
function bare(schema: Schema | undefined): Schema | undefined {
  const def = schema?._zod.def
  if (def?.innerType) return bare(def.innerType)
  return def?.options ? def.options.find(option => option._zod.def.type === 'object') : schema
}
