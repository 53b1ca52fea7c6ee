/** Remembers the text from which each cell was built, so that later problems can name their line. */
import type { Cell } from './model.ts'
import { memberPlace, type Place } from './place.ts'

const texts = new WeakMap<object, object>()

/** Notes the map of the inventory from which the cell was built. */
export function writtenAs(cell: Cell, text: object): Cell {
  texts.set(cell, text)
  return cell
}

/** The place of the last key of the path that the cell's text has; undefined if it has none of them. */
export function placeInCell(cell: Cell, path: readonly (string | number)[]): Place | undefined {
  return placeBelow(texts.get(cell), path)
}

/** The place of the last key or item of the path that is known. */
export function placeBelow(value: unknown, path: readonly (string | number)[]): Place | undefined {
  let found: Place | undefined
  let owner = value
  for (const key of path) {
    if (typeof owner !== 'object' || owner === null) break
    const place = memberPlace(owner, key)
    if (!place && !Object.hasOwn(owner, key)) break
    found = place?.key ?? found
    owner = (owner as Readonly<Record<string | number, unknown>>)[key]
  }
  return found
}
