/** Where a component's part of the inventory stands, for what a tool says about text that promha writes. */
import type { ConfigPath } from '../../../roles/component.ts'
import { knownDefinition } from '../../../roles/index.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Cell, Component, Inventory } from '../../inventory/model.ts'
import { atKeyOf, cellTextOf, placeInCell } from '../../inventory/origin.ts'
import type { Place } from '../../inventory/text/source-text.ts'
import type { Instance } from '../../resource/model.ts'

/** Where the inventory says what stands under a key of the generated config. */
export function partPlace(cell: Cell, component: Component, path: ConfigPath): Place | undefined {
  const { key, partOf } = knownDefinition(component) ?? {}
  return key && placeInCell(cell, [...key, ...(partOf?.(path) ?? [])])
}

/** Where the inventory has what an instance runs with: its flags, or else its part of the cell. */
export function writtenAt(
  { cell: name, component }: Pick<Instance, 'cell' | 'component'>,
  inventory: Pick<Inventory, 'cells'> | undefined,
): Pick<Problem, 'source'> {
  const cell = inventory?.cells.find(one => one.name === name)
  return cell ? atKeyOf(cell, ...pathInCell(cell, component), 'flags') : {}
}

/**
 * The key that sets the port at which an instance is asked, and its place. An entry with a program of its own has `port`
 * unless it has `listen`. No key if another one sets this port.
 */
export function portKey(
  { cell: name, component, health }: Pick<Instance, 'cell' | 'component' | 'health'>,
  cells: readonly Cell[],
  port: number,
): Pick<Problem, 'source'> & { readonly key?: 'port' | 'listen' } {
  const cell = cells.find(one => one.name === name)
  if (!cell) return {}
  const path = pathInCell(cell, component)
  if (path.length === 0 || port !== health.port) return atKeyOf(cell, ...path)
  const entry = cellTextOf(cell).exporters?.[cell.exporters?.[component]?.job ?? '']
  const key = entry?.port === port && entry.listen == null ? 'port' : 'listen'
  return { key, ...atKeyOf(cell, ...path, key) }
}

/** {@link portKey} of an exporter whose program is the inventory's own. */
export function ownPortKey(instance: Instance, cells: readonly Cell[]): 'port' | 'listen' | undefined {
  const cell = cells.find(({ name }) => name === instance.cell)
  const own = cell?.exporters?.[instance.component]?.definition?.release.own
  return own ? portKey(instance, cells, instance.health.port).key : undefined
}

function pathInCell({ exporters }: Cell, component: Component): readonly string[] {
  const job = exporters?.[component]?.job
  return job === undefined ? (knownDefinition(component)?.key ?? []) : ['exporters', job]
}

/** Where the inventory has what put a line into a text that is no YAML. `line`: the one that the tool names. */
export function textPlace(
  cell: Cell,
  component: Component,
  fault: { readonly message: string; readonly text: string; readonly line: number | undefined },
): Place | undefined {
  const { writtenFrom } = knownDefinition(component) ?? {}
  return writtenFrom ? writtenFrom(cell, fault) : partPlace(cell, component, [])
}
