/** Back by one run: what the last one changed on the chosen hosts goes back to the generation before it. */
import { definitions } from '../../../roles/index.ts'
import { type Problem, ProblemError, throwErrors } from '../../diagnostic/problem.ts'
import type { Component } from '../../inventory/model.ts'
import { isChosen } from '../../plan/chosen.ts'
import { instanceFrom } from '../../plan/owned/generation.ts'
import { type Choice, type LastRunScope, newestRun, recordsOf } from '../../plan/owned/last-run.ts'
import type { Instance } from '../../resource/model.ts'
import { readGenerationsScript } from '../../shell/record/generation.ts'
import { askOrFail } from '../../ssh/ask.ts'
import type { Connection } from '../../ssh/connection.ts'
import { redundantMembers } from '../../topology/member/redundant.ts'
import type { CellTopology } from '../../topology/model.ts'
import type { RunOutcome, RunRequest } from '../api.ts'
import { converge } from '../converge.ts'
import { begunChanges, byName, eachHost, type HostRun, type HostRuns } from '../host-run.ts'
import { damagedRecords, probe } from '../session/hosts.ts'
import type { Desired, Goal } from './goal.ts'
import { rollbackProblem } from './messages.ts'

/** Undoes the last run on the selected hosts, in the order and with the gates of every change. */
export function rollback(request: RunRequest): Promise<RunOutcome> {
  return converge(request, byGeneration())
}

/** For one run of promha: the second look has to find the run that the first one found. */
export function byGeneration(): Goal {
  let first: string | undefined
  let unfinished = false
  return {
    async desire({ hosts, prepared, request: { selection } }) {
      const begun =
        first === undefined && !unfinished ? begunChanges(hosts, rollbackProblem.onlyCutShort) : []
      unfinished ||= begun.length > 0
      // The run that somebody wants undone is the one that was cut short: that is done under the locks anyway.
      if (unfinished) {
        const idle = [...hosts.values()].map(run => ({ ...run, desired: [] }))
        return { hosts: byName(idle), warnings: begun }
      }
      const cells = new Set(prepared.inventory.cells.map(cell => cell.name))
      const found = await rollbackInstances(hosts, { components: selection.components, cells }, first)
      const halves = prepared.topology.cells.flatMap(cell => halfWarnings(cell, found.hosts))
      const told = first === undefined ? [...found.warnings, ...halves] : []
      first = found.run
      return { hosts: found.hosts, warnings: told }
    },
  }
}

/** Members that stand in for each other are alike no more where only some of them go back. */
function halfWarnings(cell: CellTopology, hosts: HostRuns): readonly Problem[] {
  return definitions.flatMap(({ name: component, together }) => {
    if (together === undefined) return []
    const goesBack = ({ desired }: HostRun) =>
      desired.some(one => one.cell === cell.name && one.component === component)
    const back = [...hosts.values()].filter(goesBack).map(({ host }) => host.name)
    const members = redundantMembers(cell, component).map(({ host }) => host)
    const stay = members.filter(host => !back.includes(host))
    if (back.length === 0 || stay.length === 0) return []
    return rollbackProblem.goesBackApart({}, component, back, stay)
  })
}

interface RolledBack extends Desired {
  /** The run that is undone. The hosts have the instances that go back, and were observed again. */
  readonly run: string
}

/** What goes back where. `expected`: the run found at first. Rejects where nothing can go back, or a host did not answer. */
export async function rollbackInstances(
  hosts: HostRuns,
  choice: Choice,
  expected?: string,
): Promise<RolledBack> {
  refuseUnknown(hosts, choice)
  const seen = [...hosts].flatMap(([host, { session }]) =>
    session.observed ? [{ host, observed: session.observed }] : [],
  )
  const all = recordsOf(seen, choice)
  const run = newestRun(all)
  if (run === undefined) throw nothingGoesBack('promha runs nothing on the chosen hosts')
  if (expected !== undefined && run !== expected) throw new ProblemError([rollbackProblem.otherRun({})])
  const last = all.filter(({ stamp }) => stamp.run === run)
  const looked = await eachHost(hosts, 'go on', async (one): Promise<HostRun> => {
    const { connection } = one.session
    const own = last.filter(({ host }) => host === one.host.name)
    if (!connection || own.length === 0) return { ...one, desired: [] }
    const desired = await readBack(connection, own)
    if (desired.length === 0) return { ...one, desired }
    return { ...one, desired, session: { connection, observed: await probe(connection, desired, false) } }
  })
  // One half of a pair must not go back before it is known that the other one can.
  throwErrors([...looked.values()].flatMap(({ result }) => result?.problems ?? []))
  const stays = last.filter(
    ({ host, component }) => !looked.get(host)?.desired.some(instance => instance.component === component),
  )
  if (last.length > 0 && stays.length === last.length) throw nothingGoesBack(whyNothing(stays))
  // What verify compares with is the inventory.
  const note = last.length > 0 ? [rollbackProblem.mayNotDescribe({})] : []
  return { run, hosts: looked, warnings: [...stays.map(staysWarning), ...note] }
}

/** Those of the components that have a generation before the present one. */
async function readBack(connection: Connection, own: readonly LastRunScope[]): Promise<readonly Instance[]> {
  const running = own.map(({ component, stamp }) => ({ component, generation: stamp.generation }))
  const { host } = connection
  const asked = readGenerationsScript(running)
  const { texts, lacking } = await askOrFail(connection, asked, rollbackProblem.generationsUnread)
  if (lacking.length > 0) throw new ProblemError([rollbackProblem.generationNotWhole({ host }, lacking)])
  return [...texts].map(([component, text]) => instanceFrom(host, component as Component, text))
}

function whyNothing(stays: readonly LastRunScope[]): string {
  if (stays.every(({ stamp }) => stamp.generation <= 1))
    return 'the last run only created components, so they have no earlier generation'
  const named = stays.slice(0, 4).map(({ host, component }) => `${component} on ${host}`)
  return `no earlier generation is kept of ${[...named, ...(stays.length > 4 ? ['…'] : [])].join(', ')}`
}

/** It is not known whether a host that cannot be looked at was changed last. */
function refuseUnknown(hosts: HostRuns, { components }: Choice): void {
  const damaged = [...hosts.values()].flatMap(damagedRecords)
  const unknown = [...hosts.values()].filter(
    ({ result, session: { observed } }) =>
      !observed || result || observed.damaged.some(component => isChosen(components, component)),
  )
  if (unknown.length === 0) return
  const names = unknown.map(({ host }) => host.name)
  const unreachable = unknown.every(({ result }) => result?.status === 'unreachable')
  throw new ProblemError([
    ...unknown.flatMap(({ host, result }) =>
      (result?.problems ?? []).map(problem => ({ host: host.name, ...problem })),
    ),
    ...damaged.map((problem): Problem => ({ ...problem, severity: 'error' })),
    rollbackProblem.lastRunUnknown({}, names, unreachable),
  ])
}

function nothingGoesBack(why: string): ProblemError {
  return new ProblemError([rollbackProblem.nothingGoesBack({}, why)])
}

function staysWarning({ host, component, stamp }: LastRunScope): Problem {
  return stamp.generation <= 1
    ? rollbackProblem.createdByRun({ host }, component, host)
    : rollbackProblem.noGeneration({ host }, component)
}
