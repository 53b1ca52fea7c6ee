/** Remembers the text from which each cell was built, so that later problems can name their line. */
import type { SourceRange } from '../diagnostic/problem.ts'
import type { Cell, CellText } from './model.ts'
import { atFirst, memberAt, memberPlace } from './text/place.ts'
import { type Place, range } from './text/source-text.ts'

const texts = new WeakMap<Cell, CellText>()

/** Notes the map of the inventory from which the cell was built. */
export function writtenAs(cell: Cell, text: CellText): Cell {
  texts.set(cell, text)
  return cell
}

/** The place of the last key of the path that the cell's text has; undefined if it has none of them. */
export function placeInCell(cell: Cell, path: readonly (string | number)[]): Place | undefined {
  return placeBelow(texts.get(cell), path)
}

/** Where the last key of the path that the cell's text has is written, to be spread into a problem. */
export function atKeyOf(cell: Cell, ...path: readonly string[]): { source?: SourceRange } {
  const place = placeInCell(cell, path)
  return place ? { source: range(place) } : {}
}

/** Where the value at the path is written, or the first item of a list, otherwise the last key of the path that is. */
export function atValueOf(cell: Cell, path: readonly [string, ...string[]]): { source?: SourceRange } {
  const owner = memberAt(texts.get(cell), path.slice(0, -1))
  const key = path.at(-1) ?? ''
  return isOwnerOf(owner, key) ? atFirst(owner, key) : atKeyOf(cell, ...path)
}

/** The map of the inventory from which the cell was built. */
export function cellTextOf(cell: Cell): CellText {
  return texts.get(cell) ?? {}
}

function isOwnerOf(owner: unknown, key: string): owner is Readonly<Record<string, unknown>> {
  return typeof owner === 'object' && owner !== null && Object.hasOwn(owner, key)
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
