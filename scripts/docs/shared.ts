/** Parts of a JSON Schema that stand in several places are there once, below `$defs`. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Characters of a part that is worth a name. */
const worth = 160

/** The same schema, smaller. Names of parts come from the keys under which they stand first. */
export function withShared(schema: { readonly [key: string]: Json }): { readonly [key: string]: Json } {
  const seen = new Map<string, { count: number; key: string }>()
  const countIn = (value: Json, key: string): void => {
    if (value === null || typeof value !== 'object') return
    if (isPart(value)) {
      const text = JSON.stringify(value)
      const known = seen.get(text)
      if (known) {
        known.count += 1
        return
      }
      if (text.length >= worth) seen.set(text, { count: 1, key })
    }
    for (const [name, inner] of Object.entries(value) as [string, Json][])
      countIn(inner, /^\d+$/.test(name) || isWord(name) ? key : name)
  }
  countIn(schema, 'inventory')
  const names = new Map<string, string>()
  for (const [text, { count, key }] of seen)
    if (count > 1) names.set(text, nameFor(key, new Set(names.values())))
  const defs: Record<string, Json> = {}
  const replaced = (value: Json, isDefinition = false): Json => {
    if (value === null || typeof value !== 'object') return value
    const name = isPart(value) && !isDefinition ? names.get(JSON.stringify(value)) : undefined
    if (name !== undefined) {
      if (!(name in defs)) {
        defs[name] = true
        defs[name] = replaced(value, true)
      }
      return { $ref: `#/$defs/${name}` }
    }
    if (Array.isArray(value)) return value.map(one => replaced(one))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaced(inner)]))
  }
  const whole = replaced(schema, true) as { readonly [key: string]: Json }
  const sorted = Object.fromEntries(Object.entries(defs).sort(([a], [b]) => (a < b ? -1 : 1)))
  return { ...whole, $defs: sorted }
}

/** A schema of a value, not a map of them. */
function isPart(value: Json): boolean {
  return value !== null && typeof value === 'object' && ('type' in value || 'anyOf' in value)
}

function isWord(name: string): boolean {
  return ['properties', 'additionalProperties', 'anyOf', 'items'].includes(name)
}

function nameFor(key: string, taken: ReadonlySet<string>): string {
  const names = [key, ...Array.from({ length: taken.size + 1 }, (_, index) => `${key}-${index + 2}`)]
  return names.find(name => !taken.has(name)) ?? key
}
