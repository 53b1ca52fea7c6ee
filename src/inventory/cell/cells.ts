import { definitions } from '../../../roles/index.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Context } from '../context.ts'
import { acceptedLosses } from '../host/adopt.ts'
import { onlyEmpty, reportPatterns } from '../host/groups.ts'
import type { Cell, CellText, Host } from '../model.ts'
import { writtenAs } from '../origin.ts'
import type { InventoryText } from '../schema/schema.ts'
import { at, atKey, quoted, rejectedOf, wasRejected } from '../text/place.ts'
import { merge } from '../value/merge.ts'
import { nameFault } from '../value/names.ts'
import { hostsInOrder, match } from '../value/patterns.ts'
import { cellProblem } from './messages.ts'
import { cellParts } from './parts.ts'
import type { CellScope } from './scope.ts'

/** What all cells of an inventory are built from. */
interface Cells {
  readonly texts: ReadonlyMap<string, CellText>
  readonly hosts: readonly Host[]
  readonly groups: ReadonlyMap<string, readonly string[]>
}

/** Each cell's text merged over `defaults`, in the order of the file. */
export function cellTexts(text: InventoryText): ReadonlyMap<string, CellText> {
  const defaults = (text.defaults ?? {}) as Record<string, unknown>
  const whole = (cell: CellText | null) =>
    merge(defaults, (cell ?? {}) as Record<string, unknown>) as CellText
  return new Map(Object.entries(text.cells ?? {}).map(([name, cell]) => [name, whole(cell)]))
}

/** The cells as the model has them; problems are left in the context. */
export function buildCells(text: InventoryText, cells: Cells, context: Context): readonly Cell[] {
  const { problems } = context
  const { texts, hosts } = cells
  if (texts.size === 0 && !wasRejected(text, 'cells') && rejectedOf(text.cells ?? {}).size === 0) {
    problems.push(cellProblem.noCells(at(text, 'cells')))
  }
  const owner = text.cells ?? {}
  const built = [...texts].map(([name, cell]) => buildCell(name, cell, cells, atKey(owner, name), context))
  const used = new Set(built.flatMap(cell => cell.hosts))
  const faulty = problems.some(problem => problem.severity === 'error')
  for (const host of hosts) {
    if (used.has(host.name) || faulty) continue
    problems.push(cellProblem.hostUnused(host.source ? { source: host.source } : {}, host.name))
  }
  return built
}

function buildCell(
  name: string,
  text: CellText,
  cells: Cells,
  where: Pick<Problem, 'source'>,
  context: Context,
): Cell {
  const { problems } = context
  const { hosts, groups } = cells
  const fault = nameFault(name)
  if (fault) problems.push(cellProblem.badName(where, name, fault))
  if (name === 'all') problems.push(cellProblem.reservedName(where))
  const members = cellHosts(name, text, cells, where, context)
  const cell: CellScope = {
    name,
    scope: { universe: members, defined: new Set(hosts.map(host => host.name)), named: groups },
    hosts: new Map(hosts.map(host => [host.name, host])),
    candidates: [...members, ...groups.keys(), 'all'],
    allowSharedHost: text.allow_shared_host ?? false,
    ...where,
  }
  checkComplete(text, cell, context)
  const accepts = acceptedLosses(text.adopt, problems)
  const built: Cell = {
    name,
    hosts: members,
    allowSharedHost: cell.allowSharedHost,
    ...(accepts.length > 0 ? { accepts } : {}),
    ...buildParts(text, cell, context),
    ...where,
  }
  return writtenAs(built, text)
}

/** A part that is incomplete is left out and reported. */
function buildParts(text: CellText, cell: CellScope, context: Context): Partial<Cell> {
  const saidIn = (of: CellText) =>
    cellParts.flatMap(part => (of[part.key] ? [[part, of[part.key]] as const] : []))
  const begun = saidIn(text).flatMap(([part, said]) => part.first?.(said as never, cell, context, text) ?? [])
  const whole: CellText = Object.assign({}, text, ...begun.map(one => one.text))
  const others = saidIn(whole).flatMap(([part, said]) => {
    const built = part.build?.(said as never, cell, context, whole)
    return built === undefined ? [] : [[part.key, built]]
  })
  const beside: Partial<Cell> = Object.fromEntries(others)
  return Object.assign({}, beside, ...begun.map(({ build }) => build(beside)))
}

function cellHosts(
  name: string,
  text: CellText,
  { texts, hosts, groups }: Cells,
  where: Pick<Problem, 'source'>,
  context: Context,
): readonly string[] {
  const universe = hosts.map(host => host.name)
  const patterns = text.hosts
  if (patterns == null) {
    if (texts.size > 1 && !wasRejected(text, 'hosts')) {
      context.problems.push(cellProblem.hostsMissing(where, name))
    }
    return universe
  }
  const scope = { universe, defined: new Set(universe), named: groups }
  const found = match(patterns, scope)
  const candidates = [...universe, ...groups.keys()]
  reportPatterns(found.faults, { patterns, of: `cell ${quoted(name)}`, candidates }, context.problems)
  if (found.hosts.length === 0 && onlyEmpty(found.faults) && rejectedOf(patterns).size === 0) {
    context.problems.push(cellProblem.noHosts(atKey(text, 'hosts'), name))
  }
  return hostsInOrder(found.hosts, scope)
}

/** Keys of a cell under which it has components. */
const programs = [
  ...new Set(definitions.flatMap(({ key = [] }) => key.slice(0, 1))),
] as readonly (keyof CellText)[]

function checkComplete(text: CellText, cell: CellScope, context: Context): void {
  if (programs.some(key => wasRejected(text, key))) return
  const { name, source } = cell
  const { exporters } = text
  const has =
    programs.some(key => key !== 'exporters' && text[key]) || Object.values(exporters ?? {}).some(Boolean)
  if (!has && !(exporters && rejectedOf(exporters).size > 0)) {
    context.problems.push(cellProblem.noComponents(source ? { source } : {}, name))
  }
  // Once for all that has probes.
  const prober = cellParts
    .flatMap(part => (text[part.key] && part.probers?.(text[part.key] as never)) || [])
    .find(one => one?.probes?.length)
  if (prober && !text.prometheus)
    context.problems.push(cellProblem.probesWithoutPrometheus(atKey(prober, 'probes'), name))
  for (const part of cellParts)
    if (text[part.key]) part.checkBeside?.(text[part.key] as never, cell, context, text)
}
