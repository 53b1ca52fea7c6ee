/** The text from which a cell was built, kept beside it, so that what goes wrong later is told at its place. */
import type { Cell } from './model.ts'
import { memberPlace, type Place } from './place.ts'

const texts = new WeakMap<object, object>()

/** Notes the map of the inventory from which the cell was built. */
export function writtenAs(cell: Cell, text: object): Cell {
  texts.set(cell, text)
  return cell
}

/** Where the last key of the path stands that the cell's text has; undefined if it has none of them. */
export function placeInCell(cell: Cell, path: readonly (string | number)[]): Place | undefined {
  return placeBelow(texts.get(cell), path)
}

/** Where the last key of a path stands whose place is known: the key in a map, the item in a list. */
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
