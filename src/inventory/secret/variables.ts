/** Which values of `environment` are masked: promha cannot tell a password from another value by the name of its variable. */
import { definitions } from '../../../roles/index.ts'
import type { Cell, CommonSettings, Host } from '../model.ts'
import { isOfPlaceholder } from './secrets.ts'

/** Characters. What is shorter (`1`, `true`, `info`) is in every second line of a journal and protects nothing. */
const shortest = 6

/** Every value but short ones and names. Values of secret keys and of references are masked whatever their length. */
export function secretVariables(cells: readonly Cell[], hosts: readonly Host[]): readonly string[] {
  const names = new Set([...cells, ...hosts].map(({ name }) => name))
  for (const { name, aliases = [], account = name } of definitions)
    for (const one of [name, account, ...aliases]) names.add(one)
  return cells
    .flatMap(componentsOf)
    .flatMap(({ environment, perHost = {} }) => [{ environment }, ...Object.values(perHost)])
    .flatMap(({ environment = {} }) => Object.values(environment))
    .filter(value => value.length >= shortest && !names.has(value) && !isOfPlaceholder(value))
}

function componentsOf(cell: Cell): readonly CommonSettings[] {
  const own = definitions.flatMap(({ exporter, settings }) => (exporter ? [] : (settings?.(cell) ?? [])))
  return [...own, ...Object.values(cell.exporters ?? {})]
}
