import type { PartBuilder } from '../../roles/component.ts'
import { definitions } from '../../roles/index.ts'
import { error, warning } from '../diagnostic/problem.ts'
import { acceptedLosses } from './adopt.ts'
import type { Context } from './context.ts'
import { buildExporters } from './exporters.ts'
import { buildFederation } from './federation.ts'
import { onlyEmpty, reportPatterns } from './groups.ts'
import { buildLoadbalancer } from './loadbalancer.ts'
import { merge } from './merge.ts'
import type { Cell, Host } from './model.ts'
import { nameFault } from './names.ts'
import { writtenAs } from './origin.ts'
import { match } from './patterns.ts'
import { at, atKey, quote, rejectedOf, wasRejected } from './place.ts'
import { buildPrometheus, readPrometheus } from './prometheus.ts'
import type { CellScope } from './replicas.ts'
import type { CellText, InventoryText } from './schema.ts'

type Groups = ReadonlyMap<string, readonly string[]>

/** Each cell's text merged over `defaults`, in the order of the file. */
export function cellTexts(text: InventoryText): ReadonlyMap<string, CellText> {
  const defaults = (text.defaults ?? {}) as Record<string, unknown>
  return new Map(
    Object.entries(text.cells ?? {}).map(([name, cell]) => [
      name,
      merge(defaults, (cell ?? {}) as Record<string, unknown>) as CellText,
    ]),
  )
}

/** The cells as the model has them; problems are left in the context. */
export function buildCells(
  text: InventoryText,
  cells: ReadonlyMap<string, CellText>,
  hosts: readonly Host[],
  groups: Groups,
  context: Context,
): readonly Cell[] {
  const { problems } = context
  if (cells.size === 0 && !wasRejected(text, 'cells') && rejectedOf(text.cells ?? {}).size === 0) {
    problems.push(
      error('the inventory has no cells', { ...at(text, 'cells'), remedy: 'add one under "cells:"' }),
    )
  }
  const owner = text.cells ?? {}
  const built = [...cells].map(([name, cell]) =>
    buildCell(name, cell, owner, cells.size === 1, hosts, groups, context),
  )
  const used = new Set(built.flatMap(cell => cell.hosts))
  const faulty = problems.some(problem => problem.severity === 'error')
  for (const host of hosts) {
    if (used.has(host.name) || faulty) continue
    problems.push(
      warning(
        `host ${quote(host.name)} is in no cell, so promha does nothing there`,
        host.source ? { source: host.source } : {},
      ),
    )
  }
  return built
}

function buildCell(
  name: string,
  text: CellText,
  owner: object,
  alone: boolean,
  hosts: readonly Host[],
  groups: Groups,
  context: Context,
): Cell {
  const { problems } = context
  const fault = nameFault(name)
  if (fault) problems.push(error(`cell ${quote(name)}: a name ${fault}`, atKey(owner, name)))
  if (name === 'all') problems.push(error('a cell may not be called "all"', atKey(owner, name)))
  const members = cellHosts(name, text, owner, alone, hosts, groups, context)
  const cell: CellScope = {
    name,
    scope: { universe: members, defined: new Set(hosts.map(host => host.name)), named: groups },
    hosts: new Map(hosts.map(host => [host.name, host])),
    candidates: [...members, ...groups.keys(), 'all'],
    allowSharedHost: text.allow_shared_host ?? false,
  }
  checkComplete(name, text, owner, context)
  const accepts = acceptedLosses(text.adopt, problems)
  const said = text.prometheus && readPrometheus(text.prometheus, name, context)
  const others = buildOthers(said ? { ...text, prometheus: said.text } : text, cell, context)
  const built: Cell = {
    name,
    hosts: members,
    allowSharedHost: cell.allowSharedHost,
    ...(accepts.length > 0 ? { accepts } : {}),
    ...(said
      ? { prometheus: buildPrometheus(said, context.rules.generatedJobs(text), others, cell, context) }
      : {}),
    ...others,
    ...atKey(owner, name),
  }
  return writtenAs(built, text)
}

const buildAllExporters: PartBuilder = ({ exporters }, cell, context) =>
  exporters ? { exporters: buildExporters(exporters as never, cell, context) } : {}

const builders = new Set(
  definitions.flatMap(({ exporter, buildPart = exporter && buildAllExporters }) => buildPart ?? []),
)

/** All but the pair. A part that is incomplete is left out and reported. */
function buildOthers(text: CellText, cell: CellScope, context: Context): Partial<Cell> {
  const parts = [...builders].map(build => build(text, cell, context))
  const loadbalancer = text.loadbalancer && buildLoadbalancer(text.loadbalancer, cell, context)
  const federation = text.federation && buildFederation(text.federation, cell.name, context)
  return {
    ...(Object.assign({}, ...parts) as Partial<Cell>),
    ...(loadbalancer ? { loadbalancer } : {}),
    ...(federation ? { federation } : {}),
    ...(text.firewall?.enabled ? { firewall: true as const } : {}),
  }
}

function cellHosts(
  name: string,
  text: CellText,
  owner: object,
  alone: boolean,
  hosts: readonly Host[],
  groups: Groups,
  context: Context,
): readonly string[] {
  const universe = hosts.map(host => host.name)
  const patterns = text.hosts
  if (patterns == null) {
    if (!alone && !wasRejected(text, 'hosts')) {
      context.problems.push(
        error(`cell ${quote(name)} does not say which hosts it has`, {
          ...atKey(owner, name),
          remedy: 'add "hosts:"; it may be left out where there is one cell only',
        }),
      )
    }
    return universe
  }
  const defined = new Set(universe)
  const found = match(patterns, { universe, defined, named: groups })
  reportPatterns(
    found.faults,
    patterns,
    `cell ${quote(name)}`,
    [...universe, ...groups.keys()],
    context.problems,
  )
  if (found.hosts.length === 0 && onlyEmpty(found.faults) && rejectedOf(patterns).size === 0) {
    context.problems.push(error(`cell ${quote(name)} has no hosts`, atKey(text, 'hosts')))
  }
  const members = new Set(found.hosts)
  return universe.filter(host => members.has(host))
}

/** Keys of a cell under which it has components. */
const programs = [
  ...new Set(definitions.flatMap(({ key = [] }) => key.slice(0, 1))),
] as readonly (keyof CellText)[]

function checkComplete(name: string, text: CellText, owner: object, context: Context): void {
  const { prometheus, alertmanager, exporters } = text
  if (programs.some(key => wasRejected(text, key))) return
  const has =
    programs.some(key => key !== 'exporters' && text[key]) || Object.values(exporters ?? {}).some(Boolean)
  if (!has && !(exporters && rejectedOf(exporters).size > 0)) {
    context.problems.push(
      error(`cell ${quote(name)} has no components`, {
        ...atKey(owner, name),
        remedy: 'add "prometheus:", "alertmanager:" or "exporters:"',
      }),
    )
  }
  if (!prometheus) checkAlone(name, text, context)
  if (
    prometheus &&
    !alertmanager &&
    prometheus.alertmanagers == null &&
    !wasRejected(prometheus, 'alertmanagers')
  ) {
    context.problems.push(
      warning(`the alerts of cell ${quote(name)} are sent to no Alertmanager`, {
        ...atKey(owner, name),
        remedy:
          'add "alertmanager:", or name Alertmanagers outside the cell under "prometheus: alertmanagers:"',
      }),
    )
  }
}

/** Reports parts that need a Prometheus, in a cell that has none. */
function checkAlone(name: string, text: CellText, { problems }: Context): void {
  for (const key of ['loadbalancer', 'federation'] as const) {
    if (text[key]) {
      problems.push(
        error(`cell ${quote(name)} has ${quote(key)} but no Prometheus`, {
          ...atKey(text, key),
          remedy: 'add "prometheus:" to the cell, or remove this',
        }),
      )
    }
  }
  if (text.blackbox?.probes && text.blackbox.probes.length > 0) {
    problems.push(
      warning(`cell ${quote(name)} has probes but no Prometheus to run them`, {
        ...atKey(text.blackbox, 'probes'),
        remedy: 'add "prometheus:" to the cell',
      }),
    )
  }
}
