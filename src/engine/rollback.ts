/** Back by one run: what the last one changed on the chosen hosts goes back to the generation before it. */
import { definitions, knownDefinition } from '../../roles/index.ts'
import { error, type Problem, ProblemError, throwErrors, warning } from '../diagnostic/problem.ts'
import type { Component } from '../inventory/model.ts'
import { isChosen } from '../plan/chosen.ts'
import { instanceFrom } from '../plan/generation.ts'
import { type Choice, type Chosen, newestRun, stampsOf } from '../plan/last-run.ts'
import type { Instance } from '../resource/model.ts'
import { parseGenerations, parseLacking, readGenerationsScript } from '../shell/generation.ts'
import type { Connection } from '../ssh/connection.ts'
import type { CellTopology } from '../topology/model.ts'
import { standbysOf } from '../topology/standby.ts'
import type { RunOutcome, RunRequest } from './api.ts'
import { converge } from './converge.ts'
import type { Desire } from './desire.ts'
import { damagedStamps, type HostSession, nonce, probe, problemsOf } from './hosts.ts'

/** Undoes the last run on the selected hosts, in the order and with the gates of every change. */
export async function rollback(request: RunRequest): Promise<RunOutcome> {
  return converge(request, byGeneration())
}

/** For one run of promha: the second look has to find the run that the first one found. */
export function byGeneration(): Desire {
  let first: string | undefined
  let unfinished = false
  return {
    async of({ prepared, selection }, sessions) {
      const begun = first === undefined && !unfinished ? begunChanges(sessions) : []
      unfinished ||= begun.length > 0
      // The run that somebody wants undone is the one that was cut short: that is done under the locks anyway.
      if (unfinished) return { sessions: sessions.map(one => ({ ...one, instances: [] })), warnings: begun }
      const cells = new Set(prepared.inventory.cells.map(cell => cell.name))
      const found = await rollbackInstances(sessions, { components: selection.components, cells }, first)
      const halves = prepared.topology.cells.flatMap(cell => halfWarnings(cell, found.sessions))
      const told = first === undefined ? [...found.warnings, ...halves] : []
      first = found.run
      return { sessions: found.sessions, warnings: told }
    },
  }
}

/** Members that stand in for each other are alike no more where only some of them go back. */
function halfWarnings(cell: CellTopology, sessions: readonly HostSession[]): readonly Problem[] {
  return definitions.flatMap(({ name: component, together }) => {
    if (together === undefined) return []
    const back = sessions
      .filter(({ instances }) => instances.some(one => one.cell === cell.name && one.component === component))
      .map(({ host }) => host.name)
    const stay = standbysOf(cell, component)
      .map(({ host }) => host)
      .filter(host => !back.includes(host))
    if (back.length === 0 || stay.length === 0) return []
    return warning(
      `${component} goes back on ${back.join(', ')} and not on ${stay.join(', ')}: they may differ from then on`,
      { remedy: '`promha verify` says whether they do; the next apply makes them alike' },
    )
  })
}

/** Changes that were begun and neither confirmed nor undone. */
function begunChanges(sessions: readonly HostSession[]): readonly Problem[] {
  return sessions.flatMap(({ host, observed }) =>
    (observed?.unfinished ?? [])
      .filter(({ touched }) => touched)
      .map(({ name }) =>
        warning(`a change of ${name} was cut short: that is what is undone, and no run before it`, {
          host: host.name,
          remedy: 'Run the command again to go back by one more confirmed run.',
        }),
      ),
  )
}

interface RolledBack {
  /** The run that is undone. */
  readonly run: string
  /** With the instances that go back, observed anew. */
  readonly sessions: readonly HostSession[]
  readonly warnings: readonly Problem[]
}

/**
 * What goes back where. `expected`: the run that was found at first. Rejects with a ProblemError where nothing can go
 * back, and where a host did not answer: its run might be the last.
 */
export async function rollbackInstances(
  sessions: readonly HostSession[],
  choice: Choice,
  expected?: string,
): Promise<RolledBack> {
  refuseUnknown(sessions, choice)
  const seen = sessions.flatMap(({ host, observed }) => (observed ? [{ host: host.name, observed }] : []))
  const all = stampsOf(seen, choice)
  const run = newestRun(all)
  if (run === undefined) refuseNothing('promha runs nothing on the chosen hosts')
  if (expected !== undefined && run !== expected) refuseOther()
  const last = all.filter(({ stamp }) => stamp.run === run)
  const instances = new Map<string, readonly Instance[]>()
  const looked = await Promise.all(
    sessions.map(async (session): Promise<HostSession> => {
      const own = last.filter(({ host }) => host === session.host.name)
      if (!session.connection || session.problems.length > 0 || own.length === 0)
        return { ...session, instances: [] }
      try {
        const found = await readBack(session.connection, own)
        instances.set(session.host.name, found)
        if (found.length === 0) return { ...session, instances: [] }
        return { ...session, instances: found, observed: await probe(session.connection, found, false) }
      } catch (failure) {
        return { ...session, instances: [], problems: problemsOf(failure, session.host.name) }
      }
    }),
  )
  // One half of a pair must not go back before it is known that the other one can.
  throwErrors(looked.flatMap(({ problems }) => problems))
  const read = last.filter(({ host }) => instances.has(host))
  const stays = read.filter(one => !goesBack(one, instances))
  if (read.length > 0 && stays.length === read.length) refuseNothing(whyNothing(stays))
  return { run, sessions: looked, warnings: [...stays.map(staysWarning), ...note(read.length > 0)] }
}

function goesBack({ host, component }: Chosen, instances: ReadonlyMap<string, readonly Instance[]>): boolean {
  return instances.get(host)?.some(instance => instance.component === component) === true
}

/** Those of the components that have a generation before the present one. */
async function readBack(connection: Connection, own: readonly Chosen[]): Promise<readonly Instance[]> {
  const mark = nonce()
  const running = own.map(({ component, stamp }) => ({ component, generation: stamp.generation }))
  const result = await connection.run({ script: readGenerationsScript(mark, running) })
  const text = result.stdout.toString('utf8')
  const found = parseGenerations(mark, text)
  if (!found) {
    throw new ProblemError([
      error('the kept generations could not be read', {
        host: connection.host,
        detail: result.stderr.trim(),
        remedy: 'see that the host can be reached and /var/lib/promha be read, then run the command again',
      }),
    ])
  }
  const lacking = parseLacking(mark, text)
  if (lacking.length > 0) {
    throw new ProblemError([
      error('the generation before is not whole any more', {
        host: connection.host,
        detail: `Gone from the host's store: ${lacking.join(', ')}`,
        remedy: 'change the inventory to what it was then, and apply it',
      }),
    ])
  }
  return [...found].map(([component, text]) => instanceFrom(connection.host, component as Component, text))
}

function whyNothing(stays: readonly Chosen[]): string {
  if (stays.every(({ stamp }) => stamp.generation <= 1))
    return 'the last run there created all that it changed, so nothing was before it'
  const named = stays.slice(0, 4).map(nameOf)
  return `no earlier generation is kept of ${[...named, ...(stays.length > 4 ? ['…'] : [])].join(', ')}`
}

function nameOf({ host, component }: Chosen): string {
  return `${component} on ${host}`
}

/** It is not known whether a host that cannot be looked at was changed last. */
function refuseUnknown(sessions: readonly HostSession[], { components }: Choice): void {
  const damaged = sessions.flatMap(damagedStamps)
  const unknown = sessions.filter(
    ({ observed, problems }) =>
      !observed || problems.length > 0 || observed.damaged.some(component => isChosen(components, component)),
  )
  if (unknown.length === 0) return
  const names = unknown.map(({ host }) => host.name)
  throw new ProblemError([
    ...unknown.flatMap(({ host, problems }) => problems.map(problem => ({ host: host.name, ...problem }))),
    ...damaged.map((problem): Problem => ({ ...problem, severity: 'error' })),
    error(`which run was the last is not known, for ${names.join(', ')} could not be looked at`, {
      detail: 'Nothing was touched.',
      remedy: `bring it back, or leave it out: --limit '${names.map(name => `!${name}`).join(',')}'`,
    }),
  ])
}

function refuseNothing(why: string): never {
  throw new ProblemError([
    error(`nothing can go back: ${why}`, {
      remedy: 'change the inventory and apply it; `promha destroy` removes what promha installed',
    }),
  ])
}

function refuseOther(): never {
  throw new ProblemError([
    error('another run has changed the hosts since they were looked at; nothing was touched', {
      remedy: 'see with `promha status` what runs there now, then run the command again',
    }),
  ])
}

function staysWarning(chosen: Chosen): Problem {
  const { host, component } = chosen
  const created = chosen.stamp.generation <= 1
  const remove = knownDefinition(component)
    ? `to remove it, take it out of the inventory and apply, or: promha destroy --limit ${host} --only ${component}`
    : `To remove it, run \`promha apply --limit ${host}\`: the inventory does not name it.`
  return warning(
    created
      ? `${component} was created by the run that is undone, and stays as it is`
      : `no earlier generation of ${component} is kept, so it stays as it is`,
    {
      host,
      remedy: created ? remove : 'the last three are kept; apply an inventory of that time instead',
    },
  )
}

/** What verify compares with is the inventory. */
function note(goes: boolean): readonly Problem[] {
  if (!goes) return []
  return [
    warning('the hosts go back to an earlier generation, which this inventory may not describe', {
      detail:
        'Verified is then what went back as it was, and all the rest as the inventory says. The next apply brings its state again.',
      remedy: 'put the inventory right before the next apply',
    }),
  ]
}
