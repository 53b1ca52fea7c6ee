import { memberPlace, ownPlace, reject, rejectedOf, remember } from './place.ts'
import { isMap } from './upstream-values.ts'

type MapValue = Record<string, unknown>

/**
 * `over` merged over `under`: maps key by key at every depth; lists and everything else replace. A key without a value
 * removes the default. Each member keeps the place where it was written.
 */
export function merge(under: MapValue, over: MapValue): MapValue {
  const merged: MapValue = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const below = under[key]
    merged[key] = isMap(below) && isMap(value) ? merge(below, value) : value
  }
  const places = new Map(
    Object.keys(merged).flatMap(key => {
      const place = (Object.hasOwn(over, key) ? memberPlace(over, key) : undefined) ?? memberPlace(under, key)
      return place ? [[key as string | number, place] as const] : []
    }),
  )
  const own = ownPlace(over) ?? ownPlace(under)
  if (own) remember(merged, own, places)
  for (const key of [...rejectedOf(under), ...rejectedOf(over)]) reject(merged, key)
  return merged
}
