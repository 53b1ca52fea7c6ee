/** What every command begins with: reach and observe all hosts, one connection and one command each. */
import { fitted } from '../../plan/fitted.ts'
import type { Connection } from '../../ssh/connection.ts'
import { createDialer, type Dialer } from '../../ssh/dialer.ts'
import { usualNotesFile } from '../../ssh/sudo/sudo-notes.ts'
import { createAsk } from '../../verify/ask/ask.ts'
import { prefetch } from '../../verify/ask/prefetch.ts'
import { knownComponents } from '../../verify/checks/known.ts'
import type { Asking } from '../../verify/model.ts'
import type { RunRequest } from '../api.ts'
import type { RunContext } from '../context.ts'
import { byName } from '../host-run.ts'
import { type Prepared, prepare } from '../prepare.ts'
import { type StageWork, stage } from '../stage.ts'
import { noReleases } from '../transfer/releases.ts'
import { withAdvertised } from './advertised.ts'
import { damagedRecords, misnamedRecords, observe } from './hosts.ts'
import { unitWarnings } from './units.ts'

/** Opens the sessions, works, and closes all. `proves`: verify follows. Rejects for what is wrong before any host is reached. */
export async function withSessions<T>(
  request: RunRequest,
  proves: boolean,
  work: (context: RunContext) => Promise<T>,
): Promise<T> {
  let begin = () => {}
  const begun = new Promise<void>(resolve => {
    begin = resolve
  })
  const dialer = dialerOf(request, begin)
  const connections = new Map<string, Connection>()
  const asking = createAsk(host => connections.get(host))
  try {
    const context = await openSessions(request, proves, { dialer, begun, connections, asking })
    // What was not looked at is not unreachable: that is not known.
    request.signal.throwIfAborted()
    return await work(context)
  } finally {
    asking.close()
    for (const connection of connections.values()) connection.close()
    await dialer.close()
  }
}

function dialerOf(request: RunRequest, begun: () => void): Dialer {
  const { emit, forks, inventory, selection, prompt, confirm, unattended = false } = request
  return (request.dial ?? createDialer)({
    forks,
    hosts: inventory.hosts.filter(host => selection.hosts.has(host.name)),
    sudoNotes: usualNotesFile(),
    begun,
    warn: problem => emit({ type: 'problem', problem }),
    retried: why => emit({ type: 'login-retried', why }),
    ...(prompt ? { prompt } : {}),
    unattended,
    ...(confirm ? { confirm } : {}),
  })
}

interface Lines {
  readonly dialer: Dialer
  /** Resolves once a login has begun. */
  readonly begun: Promise<void>
  /** Grows with each host that is reached. */
  readonly connections: Map<string, Connection>
  readonly asking: Asking
}

async function openSessions(request: RunRequest, proves: boolean, lines: Lines): Promise<RunContext> {
  const { emit, inventory, selection, signal } = request
  const { dialer, begun, connections } = lines
  const hosts = inventory.hosts.filter(host => selection.hosts.has(host.name))
  const open = async (told: StageWork) => {
    // The hosts' part of a login takes as long as ours: render while they work.
    const connecting = hosts.map(host => {
      const connection = dialer.connect(host, signal)
      connection.catch(() => {})
      return { host, connection }
    })
    await Promise.race([begun, Promise.allSettled(connecting.map(({ connection }) => connection))])
    const prepared: Prepared = await prepare(request)
    const asked = proves ? await knownComponents() : []
    const ahead = prefetch({ topology: prepared.topology, ...selection, ...lines.asking }, asked)
    const runs = await Promise.all(
      connecting.map(async ({ host, connection }) => {
        const connected = connection.then(reached => {
          connections.set(host.name, reached)
          if (proves) ahead.begin(host.name)
          return reached
        })
        const desired = prepared.instances.filter(instance => instance.host === host.name)
        const run = await observe({ host, session: {}, desired, plan: [] }, connected, request.deep)
        told.advance(1, host.name)
        return run
      }),
    )
    return { prepared, prefetch: ahead, runs }
  }
  const opened = await stage(emit, 'probe', open, { total: hosts.length, unit: 'hosts' })
  const { runs: told, ...known } = withAdvertised(opened.prepared, opened.runs, request)
  const runs = told.map(run => {
    const { observed } = run.session
    return observed ? { ...run, desired: run.desired.map(one => fitted(one, observed)) } : run
  })
  for (const problem of runs.flatMap(one => [...damagedRecords(one), ...misnamedRecords(one)]))
    emit({ type: 'problem', problem })
  for (const problem of runs.flatMap(unitWarnings))
    emit({ type: 'problem', problem: { ...problem, first: true } })
  const connect = async (name: string): Promise<Connection> => {
    const known = connections.get(name)
    if (known) return known
    const host = inventory.hosts.find(candidate => candidate.name === name)
    if (!host) throw new RangeError(`the inventory names no host ${name}`)
    const connection = await dialer.connect(host, signal)
    connections.set(name, connection)
    return connection
  }
  const { prefetch: ahead } = opened
  return { ...known, request, prefetch: ahead, hosts: byName(runs), releases: noReleases, connect }
}
