/** Where a component's part of the inventory stands, for what a tool says about text that promha writes. */
import { knownDefinition } from '../../roles/index.ts'
import type { Cell, Component } from '../inventory/model.ts'
import { placeInCell } from '../inventory/origin.ts'
import type { Place } from '../inventory/place.ts'
import type { Path } from './tool-search.ts'

/** Where the inventory says what stands under a key of the generated config. */
export function partPlace(cell: Cell, component: Component, path: Path): Place | undefined {
  const { key, partOf } = knownDefinition(component) ?? {}
  return key && placeInCell(cell, [...key, ...(partOf?.(path) ?? [])])
}

/** Where the inventory has what put a line into a text that is no YAML. `line`: the one that the tool names. */
export function textPlace(
  cell: Cell,
  component: Component,
  message: string,
  text: string,
  line: number | undefined,
): Place | undefined {
  const { writtenFrom } = knownDefinition(component) ?? {}
  return writtenFrom ? writtenFrom(cell, { message, text, line }) : partPlace(cell, component, [])
}
