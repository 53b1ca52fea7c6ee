/** Which checks there are for a topology and a selection. */
import { remembered } from '../../diagnostic/grouped.ts'
import type { Component } from '../../inventory/model.ts'
import { isStopped } from '../../resource/unit-state.ts'
import { wayTo } from '../../topology/address/way.ts'
import { withoutMissing } from '../../topology/member/without-missing.ts'
import type { CellTopology } from '../../topology/model.ts'
import type { CheckDefinition } from '../answer/view.ts'
import { programOf, programsOf, replicaProgram } from '../ask/programs.ts'
import type { Program } from '../ask/question.ts'
import type { Chosen } from '../input.ts'
import { exporterCheck, exportersUp, type TargetOwner } from './exporter-up.ts'
import type { AskedCell } from './facet.ts'
import { type Known, knownIn } from './known.ts'
import { missingPrograms, missingWay } from './there.ts'

/** All checks of one cell that the selection leaves, in the order in which they are told. */
export function checksIn(
  whole: CellTopology,
  chosen: Chosen,
  all: readonly Known[],
): readonly CheckDefinition[] {
  const known = knownIn(whole, all)
  const asked = askedCell(whole, chosen, known)
  const told = known.map(({ checks }) => checks.cellChecks?.(asked) ?? {})
  const exporters = known
    .filter(({ definition }) => definition.readyCheck === exporterCheck)
    .flatMap(({ definition }) => asked.selected(programsOf(definition, asked.cell)))
  return [
    ...missingPrograms(known, whole, chosen),
    ...told.flatMap(({ own = [] }) => own),
    ...told.flatMap(({ across = [] }) => across),
    ...exportersUp(asked, exporters.flatMap(targetOf(asked.cell))),
    ...told.flatMap(({ access = [] }) => access),
  ]
}

function askedCell(whole: CellTopology, chosen: Chosen, known: readonly Known[]): AskedCell {
  const { hosts, components, unreachable, facts, missing } = chosen
  const cell = withoutMissing(whole, missing)
  const has = (component: Component, host: string) => components.has(component) && hosts.has(host)
  return {
    whole,
    cell,
    chosen,
    replicas: cell.replicas.map(replicaProgram),
    selected: programs => programs.filter(({ host, component }) => has(component, host)),
    has,
    facts: ({ host, component }) => facts(host, component),
    isStopped: (component, host) => isStopped(facts(host, component)?.active),
    isUsable: host => hosts.has(host) && !unreachable.has(host),
    owner: ownerOf(whole, chosen, known),
  }
}

/** The target by which the replicas see a program. A prober that only probes through has none of its own. */
function targetOf(cell: CellTopology) {
  return ({ host, component, instance }: Program) => {
    const job = cell.jobs.find(({ targets }) => targets.some(target => target.instance === instance))
    return job ? [{ target: `${host}/${component}`, host, job: job.name, instance }] : []
  }
}

/** What is scraped at an address that moves is there once all of its members are, and what moves it. */
function ownerOf(
  cell: CellTopology,
  chosen: Chosen,
  known: readonly Known[],
): (instance: string, job: string) => TargetOwner {
  const programs = known.flatMap(({ definition }) => programsOf(definition, cell))
  const missing = chosen.missing ?? (() => false)
  const elsewhere = cell.stores.flatMap(({ component, members, scraped: { port } = {} }) =>
    port === undefined ? [] : members.map(member => programOf(component, { ...member, port })),
  )
  // A target is where metrics are told, and others ask some programs elsewhere.
  const byInstance = new Map([...programs, ...elsewhere].map(program => [program.instance, program]))
  const behind = new Map<string, Component>(
    known.flatMap(({ definition: { name }, checks }) =>
      (checks.jobs?.(cell) ?? []).map(job => [job.name, name] as const),
    ),
  )
  const anybodys: TargetOwner = { selected: true, gone: false, missing: false }
  const found = (program: Program | undefined, component: Component | undefined): TargetOwner => {
    const by = component && wayTo(cell, component)?.by
    const all = program ? [program] : programs.filter(candidate => candidate.component === component)
    return {
      selected:
        all.every(({ host, component }) => chosen.hosts.has(host) && chosen.components.has(component)) &&
        (by === undefined || chosen.components.has(by)),
      gone: all.every(
        ({ host, component }) =>
          chosen.unreachable.has(host) || isStopped(chosen.facts(host, component)?.active),
      ),
      missing:
        all.every(({ host, component }) => missing(host, component)) ||
        (component !== undefined && missingWay(cell, component, chosen.missing) !== undefined),
    }
  }
  // Asked for each target of each replica, of which a host may tell any number; the programs are a few.
  const owners = new Map<string, TargetOwner>()
  return (instance, job) => {
    const program = byInstance.get(instance)
    const component = behind.get(job)
    if (!program && component === undefined) return anybodys
    const key = `${program?.instance ?? ''} ${component ?? ''}`
    return remembered(owners, key, () => found(program, component))
  }
}
