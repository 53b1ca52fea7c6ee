import { components, definitions } from '../../../roles/index.ts'
import { nearest } from '../../diagnostic/nearest.ts'
import { type Problem, throwErrors } from '../../diagnostic/problem.ts'
import type { Component, Inventory } from '../model.ts'
import { match } from '../value/patterns.ts'
import { hostProblem } from './messages.ts'

/** Other names that components are known by. */
const aliases: Readonly<Record<string, Component>> = Object.fromEntries(
  definitions.flatMap(({ name, aliases = [] }) => aliases.map(alias => [alias, name])),
)

/** What a command is limited to; `!x` excludes. Throws a ProblemError if a name is unknown or nothing is left. */
export function select(
  inventory: Pick<Inventory, 'hosts' | 'groups' | 'cells'>,
  choice: { readonly limit?: string; readonly only?: readonly string[]; readonly skip?: readonly string[] },
): { readonly hosts: ReadonlySet<string>; readonly components: ReadonlySet<Component> } {
  const problems: Problem[] = []
  const hosts = selectHosts(inventory, choice.limit, problems)
  const exporters = inventory.cells.flatMap(cell => Object.entries(cell.exporters ?? {}))
  // By the keys of their entries, too.
  const entries = new Map(exporters.map(([component, { job }]) => [job, component]))
  const chosen = selectComponents(componentsOf(inventory), entries, choice, problems)
  throwErrors(problems)
  return { hosts, components: chosen }
}

function selectHosts(
  inventory: Pick<Inventory, 'hosts' | 'groups' | 'cells'>,
  limit: string | undefined,
  problems: Problem[],
): ReadonlySet<string> {
  const universe = inventory.hosts.map(host => host.name)
  if (limit === undefined) return new Set(universe)
  const named = new Map<string, readonly string[]>(Object.entries(inventory.groups))
  // If a cell and a group have one name, it selects the hosts of both.
  for (const cell of inventory.cells) named.set(cell.name, [...(named.get(cell.name) ?? []), ...cell.hosts])
  // At commas, but not at those inside the braces of a glob.
  const patterns = limit
    .split(/,(?![^{]*\})/)
    .map(pattern => pattern.trim())
    .filter(Boolean)
  const found = match(patterns, { universe, defined: new Set(universe), named, globNamed: true })
  for (const fault of found.faults) {
    if (fault.kind === 'empty') continue
    const what =
      fault.kind === 'invalid' ? 'is not a valid pattern' : 'is not a host, group or cell of the inventory'
    problems.push(
      hostProblem.badLimit({}, { fault: fault.name, what, detail: fault.detail, nearest: fault.nearest }),
    )
  }
  if (problems.length === 0 && found.hosts.length === 0)
    problems.push(hostProblem.limitLeavesNoHost({}, limit))
  const chosen = new Set(found.hosts)
  return new Set(universe.filter(host => chosen.has(host)))
}

/** All that promha knows, and exporters of the inventory's own. */
export function componentsOf({ cells }: Pick<Inventory, 'cells'>): readonly Component[] {
  return [...new Set([...components, ...cells.flatMap(cell => Object.keys(cell.exporters ?? {}))])]
}

function selectComponents(
  all: readonly Component[],
  entries: ReadonlyMap<string, Component>,
  { only, skip = [] }: { readonly only?: readonly string[]; readonly skip?: readonly string[] },
  problems: Problem[],
): ReadonlySet<Component> {
  const wanted = only === undefined ? [...all] : named(all, entries, only, '--only', problems)
  const unwanted = named(all, entries, skip, '--skip', problems)
  const chosen = all.filter(component => wanted.includes(component) && !unwanted.includes(component))
  if (problems.length === 0 && chosen.length === 0) problems.push(hostProblem.noComponentLeft({}, all))
  return new Set(chosen)
}

function named(
  all: readonly Component[],
  entries: ReadonlyMap<string, Component>,
  names: readonly string[],
  flag: string,
  problems: Problem[],
): readonly Component[] {
  return names.flatMap(name => {
    const alias = Object.hasOwn(aliases, name) ? aliases[name] : undefined
    const found = alias ?? all.find(component => component === name) ?? entries.get(name)
    if (found) return [found]
    const near = nearest(name, [...all, ...Object.keys(aliases), ...entries.keys()])
    problems.push(hostProblem.unknownComponent({}, { flag, name, near, all }))
    return []
  })
}
