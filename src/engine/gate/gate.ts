/** Waits until a changed program is ready and has loaded what it was given, or says why it will not be. */
import { defined } from '../../diagnostic/defined.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import { atInstance, type Instance } from '../../resource/model.ts'
import { runs, unitState } from '../../resource/unit-state.ts'
import type { ChangeRequest } from '../../shell/change/request.ts'
import {
  type Diagnosis,
  diagnoseScript,
  diagnosisIn,
  type JournalRange,
  journalLines,
} from '../../shell/host/diagnose.ts'
import { ask, ScriptError } from '../../ssh/ask.ts'
import type { Connection } from '../../ssh/connection.ts'
import { awaitHealthy } from '../../verify/await-healthy.ts'
import { clockOf, pause } from '../../wait/poll.ts'
import type { Baseline } from '../availability/baseline.ts'
import { gateProblem } from '../messages.ts'
import type { StepContext } from '../rollout/step-context.ts'
import { awaitConnected, unreachedPeers } from './connected.ts'
import { awaitFounded } from './founded.ts'
import { awaitJoined } from './joined.ts'
import { awaitComplete } from './lacking.ts'
import { type Asked, withOtherPorts } from './other-ports.ts'
import { soak } from './soak.ts'

/** Milliseconds; a WAL replay may take long, and is watched rather than cut short. */
const patience = 300_000
/** systemd counts from the moment the service was told, so one automatic restart is a crash of the new state. */
const crashes = 1
/** Milliseconds for peers that may only understand it once they are changed too. */
const hopePatience = 20_000
/** Milliseconds between two looks at the unit. */
const watchInterval = 1_000
/** The connection is gone. */
const lost = 'lost'

interface Awaited {
  /** Seconds since the epoch by the host's clock, from just before the service was told. */
  readonly since: number
  readonly baseline?: Baseline | undefined
  /** What the inventory says of the instance. */
  readonly where?: Pick<Problem, 'source'>
  /** The key that sets its port, if its program is the inventory's own. */
  readonly ownPort?: 'port' | 'listen' | undefined
  /** Milliseconds that a reload may take; absent where nothing makes it slow. */
  readonly reloadTime?: number | undefined
}

/** Undefined once it is ready, has loaded its config and is connected, and has soaked if `baseline` has something to compare with. */
export async function awaitGate(
  instance: Instance,
  context: Pick<StepContext, 'connection' | 'ask' | 'askHost' | 'emit' | 'clockOf'>,
  { since, baseline = {}, where = {}, ownPort, reloadTime = baseline.reloadTime }: Awaited,
): Promise<Problem | undefined> {
  const { connection, emit } = context
  const done = new AbortController()
  const watched: Watched = { unit: instance.service.unit, steady: false }
  const crash = watchForCrash(connection, watched, done.signal)
  const gone = connection.closed.then((): typeof lost => lost)
  const onWait = (note: string) =>
    emit({ type: 'waiting', host: instance.host, component: instance.component, note })
  const told = { signal: done.signal, onWait }
  const proven = awaitService(instance, context, { since, baseline, reloadTime }, watched, told)
  try {
    const first = await Promise.race([proven, crash, gone])
    if (first === undefined) return undefined
    const of = atInstance(instance)
    if (first === lost) return gateProblem.connectionEnded(of, instance.component)
    const found = 'active' in first ? gateProblem.crashes(of, instance.component, downfall(first)) : first
    const { checks, service } = instance
    const request = { unit: service.unit, checks, asked: { ...instance, ownPort } }
    return await withJournal(connection, request, { ...where, ...found }, since)
  } finally {
    done.abort()
  }
}

/** One proof after the other, each by asking the program itself. */
async function awaitService(
  instance: Instance,
  {
    connection,
    ask,
    askHost,
    clockOf: given,
  }: Pick<StepContext, 'connection' | 'ask' | 'askHost' | 'clockOf'>,
  {
    since,
    baseline: { peers, hoped = [], own, before, found, lack, lackPatience, members = [] } = {},
    reloadTime,
  }: Awaited,
  watched: Watched,
  told: { readonly signal: AbortSignal; readonly onWait: (note: string) => void },
): Promise<Problem | Diagnosis | typeof lost | undefined> {
  const clock = (given ?? clockOf)(told.signal)
  const { host, component, health } = instance
  const asked = { ask, host, component, health, notLoadedBefore: since, ...told, ...defined({ reloadTime }) }
  const unhealthy = await awaitHealthy({ ...asked, deadline: performance.now() + patience })
  if (unhealthy) return unhealthy
  watched.steady = true
  const began = clock.now()
  const apart = await awaitJoined({ instance, members, ask, clock, ...told })
  if (apart) return apart
  const all = [...(peers ?? []), ...hoped]
  if (hoped.length > 0)
    await awaitConnected({ instance, peers: all, ask, clock, patience: hopePatience, ...told })
  const alone = peers && (await awaitConnected({ instance, peers, ask, clock, ...told }))
  if (alone) return alone
  const unfounded = found && (await awaitFounded({ instance, found, clock, ...told }))
  if (unfounded) return unfounded
  const lacking =
    lack && (await awaitComplete({ instance, lack, clock, ...told, ...defined({ patience: lackPatience }) }))
  if (lacking) return lacking
  const itself = own === undefined ? {} : { own }
  const unreached = await unreachedPeers({ instance, ...itself, peers: all, ask, askHost, clock, ...told })
  if (unreached) return unreached
  if (!before) return instance.health.loaded === 'unit' ? stillUp(connection, watched) : undefined
  const worse = await soak({ instance, before, ask, clock, began, ...told })
  if (worse || told.signal.aborted) return worse
  return stillUp(connection, watched)
}

/** The watch looks once a second; what has ended since its last look is seen here. */
async function stillUp(
  connection: Connection,
  { unit }: Watched,
): Promise<Diagnosis | typeof lost | undefined> {
  const last = await diagnose(connection, unit)
  return last === lost || fallen(last, true) ? last : undefined
}

function downfall({ active, restarts }: Diagnosis): string {
  if (restarts > 0) return 'it ended, and systemd started it again'
  return unitState(active) === 'starts'
    ? 'it ended, and systemd is about to start it again'
    : `systemd says ${active}`
}

/** `steady`: it was healthy already, so it has to be active at each look. */
function fallen({ active, restarts }: Diagnosis, steady: boolean): boolean {
  if (unitState(active) === 'failed' || restarts >= crashes) return true
  // Without an answer nothing is known.
  return steady && active !== '' && !runs(active)
}

interface Watched {
  readonly unit: string
  steady: boolean
}

const withheldJournal =
  "Its journal is not shown, because parts of its config lie outside the inventory's directory."

/** Adds the journal since `since` (seconds by the host's clock; 0: unknown), unless that could quote what is not shown. */
export async function withJournal(
  connection: Connection,
  { unit, checks, asked }: Pick<ChangeRequest, 'unit' | 'checks'> & { readonly asked?: Asked },
  unexplained: Problem,
  since: number,
): Promise<Problem> {
  const withheld = checks.some(check => check.withheld)
  const seen = await diagnose(connection, unit, { lines: withheld ? 0 : journalLines, since })
  const problem = asked && seen !== lost ? withOtherPorts(unexplained, asked, seen) : unexplained
  const before = problem.detail ? [problem.detail] : []
  if (withheld) {
    const remedy = `Read \`journalctl -u ${unit}\` on ${connection.host}, then run the command again.`
    return { remedy, ...problem, detail: [...before, withheldJournal].join('\n') }
  }
  const look = `Run \`systemctl status ${unit}\` on ${connection.host} to see why, then run the command again.`
  if (seen === lost || seen.journal.length + seen.manager.length === 0) return { remedy: look, ...problem }
  const detail = [
    ...before,
    ...(seen.journal.length > 0 ? ['Its last journal lines:', ...seen.journal] : []),
    ...(seen.manager.length > 0 ? ['systemd says:', ...seen.manager] : []),
  ]
  const remedy = 'Fix what its journal says, then run the command again.'
  return { remedy, ...problem, detail: detail.join('\n') }
}

/** Resolves once the unit has failed, or the connection is gone; else never. */
async function watchForCrash(
  connection: Connection,
  watched: Watched,
  signal: AbortSignal,
): Promise<Diagnosis | typeof lost> {
  for (;;) {
    // A healthy program is ready long before the first look.
    await pause(watchInterval, signal)
    if (signal.aborted) return new Promise<never>(() => {})
    const { steady } = watched
    const seen = await diagnose(connection, watched.unit)
    if (seen === lost || fallen(seen, steady)) return seen
  }
}

async function diagnose(
  connection: Connection,
  unit: string,
  range?: JournalRange,
): Promise<Diagnosis | typeof lost> {
  try {
    return await ask(connection, diagnoseScript(unit, range))
  } catch (failure) {
    if (failure instanceof ScriptError && failure.cutOff) return lost
    // It gave no answer, or one that makes no sense.
    return diagnosisIn(new Map())
  }
}
