import { memberPlace, ownPlace, recordPlaces, reject, rejectedOf } from '../text/place.ts'
import { isYamlMap } from '../upstream/upstream-values.ts'

type MapValue = Record<string, unknown>

/** Maps key by key at every depth, all else replaces; a key without a value removes the default. Places are kept. */
export function merge(under: MapValue, over: MapValue): MapValue {
  const merged: MapValue = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const below = under[key]
    merged[key] = isYamlMap(below) && isYamlMap(value) ? merge(below, value) : value
  }
  const places = new Map(
    Object.keys(merged).flatMap(key => {
      const place = (Object.hasOwn(over, key) ? memberPlace(over, key) : undefined) ?? memberPlace(under, key)
      return place ? [[key as string | number, place] as const] : []
    }),
  )
  const own = ownPlace(over) ?? ownPlace(under)
  if (own) recordPlaces(merged, own, places)
  for (const key of [...rejectedOf(under), ...rejectedOf(over)]) reject(merged, key)
  return merged
}
