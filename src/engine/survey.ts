/** What every command begins with: reach, observe, and compare with what is desired. */

import { fitted } from '../plan/fitted.ts'
import type { HostPlan } from '../plan/model.ts'
import { planInstance } from '../plan/plan.ts'
import type { Connection } from '../ssh/connection.ts'
import { createDialer } from '../ssh/dialer.ts'
import { usualNotesFile } from '../ssh/sudo-notes.ts'
import { type Ahead, askAhead } from '../verify/ahead.ts'
import { createAsk } from '../verify/ask.ts'
import { knownComponents } from '../verify/known.ts'
import { withAdvertised } from './advertised.ts'
import type { RunRequest, Selection } from './api.ts'
import { damagedStamps, eachGuarded, type HostSession, observe } from './hosts.ts'
import { type Prepared, prepare } from './prepare.ts'
import { archOf, hashesFor, type Releases, releasesFor } from './releases.ts'
import { unitWarnings } from './units.ts'

export interface Survey {
  readonly prepared: Prepared
  readonly selection: Selection
  readonly sessions: readonly HostSession[]
  /** Verify's first questions may have been asked already, while the hosts were observed. */
  readonly ahead: Ahead
  /** The connection to any host of the inventory, made where there is none yet. Rejects with a ProblemError. */
  connect(host: string): Promise<Connection>
  /** Closes every connection. Never rejects. */
  close(): Promise<void>
}

/**
 * `proves`: verify follows, so its questions are asked ahead. Rejects with a ProblemError for what is wrong before any
 * host is reached; a host's own failure is its session's.
 */
export async function survey(request: RunRequest, proves: boolean): Promise<Survey> {
  const { emit, inventory, selection } = request
  const hosts = inventory.hosts.filter(host => selection.hosts.has(host.name))
  const dialer = (request.dial ?? createDialer)({
    forks: request.forks,
    hosts,
    sudoNotes: usualNotesFile(),
    warn: problem => emit({ type: 'problem', problem }),
    ...(request.prompt ? { prompt: request.prompt } : {}),
    unattended: request.unattended ?? false,
    ...(request.confirm ? { confirm: request.confirm } : {}),
  })
  const began = performance.now()
  emit({ type: 'stage-begin', stage: 'probe', total: hosts.length, unit: 'hosts' })
  // The hosts' part of a login takes as long as ours: render while they work.
  const connecting = hosts.map(host => {
    const connection = dialer.connect(host, request.signal)
    connection.catch(() => {})
    return { host, connection }
  })
  let prepared: Prepared
  try {
    prepared = await prepare(request)
  } catch (failure) {
    await dialer.close()
    throw failure
  }
  const connections = new Map<string, Connection>()
  const asking = createAsk(host => connections.get(host))
  const asked = proves ? await knownComponents() : []
  const ahead = askAhead({ topology: prepared.topology, ...selection, ask: asking.ask }, asked)
  let done = 0
  const observed = await Promise.all(
    connecting.map(async ({ host, connection }) => {
      const connected = connection.then(open => {
        connections.set(host.name, open)
        if (proves) ahead.begin(host.name)
        return open
      })
      const own = prepared.instances.filter(instance => instance.host === host.name)
      const session = await observe(host, connected, own, request.deep)
      done += 1
      emit({ type: 'stage-progress', stage: 'probe', done, note: host.name })
      return session
    }),
  )
  emit({ type: 'stage-end', stage: 'probe', elapsed: performance.now() - began })
  const { sessions: told, ...known } = withAdvertised(prepared, observed, request)
  const sessions = told.map(fittedSession)
  for (const problem of sessions.flatMap(damagedStamps)) emit({ type: 'problem', problem })
  for (const problem of sessions.flatMap(unitWarnings))
    emit({ type: 'problem', problem: { ...problem, first: true } })
  const close = () => {
    asking.close()
    for (const connection of connections.values()) connection.close()
    return dialer.close()
  }
  const connect = async (name: string): Promise<Connection> => {
    const known = connections.get(name)
    if (known) return known
    const host = inventory.hosts.find(candidate => candidate.name === name)
    if (!host) throw new RangeError(`the inventory names no host ${name}`)
    const open = await dialer.connect(host, request.signal)
    connections.set(name, open)
    return open
  }
  return { ...known, selection, sessions, ahead, connect, close }
}

/** Surveys, does the work, and closes every connection. */
export async function withSurvey<T>(
  request: RunRequest,
  proves: boolean,
  work: (current: Survey) => Promise<T>,
): Promise<T> {
  const current = await survey(request, proves)
  try {
    // What was not looked at is not unreachable: that is not known.
    request.signal.throwIfAborted()
    return await work(current)
  } finally {
    await current.close()
  }
}

/** With its instances as the host's own facts want them. */
function fittedSession(session: HostSession): HostSession {
  const { instances, observed } = session
  return observed ? { ...session, instances: instances.map(one => fitted(one, observed)) } : session
}

export interface Compared {
  readonly releases: Releases
  readonly plans: readonly HostPlan[]
  /** With what is desired of each host, and with what an odd architecture or the like adds to its problems. */
  readonly sessions: readonly HostSession[]
}

/** What each host lacks of what its session says. Downloads only what the lock file has never seen. */
export async function compare(survey: Survey, observed: readonly HostSession[]): Promise<Compared> {
  const fit = await eachGuarded(observed, 'tell the architecture', session => {
    if (session.observed && session.problems.length === 0) archOf(session.observed.machine, session.host.name)
    return session
  })
  const releases = await releasesFor(survey.prepared.artifacts, fit)
  const plans = new Map<string, HostPlan>()
  const sessions = await eachGuarded(fit, 'compare what was seen', session => {
    plans.set(session.host.name, planHost(session, releases))
    return session
  })
  // What failed in being compared has a problem now, and nothing to compare.
  return {
    releases,
    sessions,
    plans: sessions.map(session => plans.get(session.host.name) ?? planHost(session, releases)),
  }
}

function planHost(session: HostSession, releases: Releases): HostPlan {
  const { host, observed, problems } = session
  const cells = [...new Set(session.instances.map(instance => instance.cell))]
  const common = { host: host.name, cells, problems }
  if (!session.connection) return { ...common, instances: [], status: 'unreachable' }
  if (!observed || problems.length > 0) return { ...common, instances: [], status: 'failed' }
  const hash = hashesFor(releases, archOf(observed.machine, host.name))
  const instances = session.instances.map(instance => planInstance(instance, observed, hash))
  const differs = instances.some(instance => instance.changes.length > 0)
  return { ...common, instances, status: differs ? 'differs' : 'ok' }
}
