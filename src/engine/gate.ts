/** Waits until a changed program is ready and has loaded what it was given, or says why it will not be. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { Instance } from '../resource/model.ts'
import { resourceId } from '../resource/model.ts'
import type { ChangeRequest } from '../shell/change-request.ts'
import {
  type Diagnosis,
  diagnoseScript,
  isUp,
  type JournalRange,
  journalLines,
  parseDiagnosis,
} from '../shell/diagnose.ts'
import type { Connection } from '../ssh/connection.ts'
import { awaitHealthy } from '../verify/await-healthy.ts'
import { pause } from '../verify/pause.ts'
import type { Baseline } from './baseline.ts'
import { awaitConnected, unreachedPeers } from './connected.ts'
import { nonce } from './hosts.ts'
import { soak } from './soak.ts'
import type { StepContext } from './step.ts'

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

/**
 * undefined once it is ready, its log replayed, its config loaded, its Alertmanagers in touch, and, where `baseline`
 * has something to compare with, once it has soaked. `since`: seconds since the epoch by the host's clock, from just
 * before the service was told.
 */
export async function gate(
  instance: Instance,
  context: Pick<StepContext, 'connection' | 'ask' | 'emit'>,
  since: number,
  baseline: Baseline = {},
): Promise<Problem | undefined> {
  const { connection, emit } = context
  const done = new AbortController()
  const watched: Watched = { unit: instance.service.unit, steady: false }
  const crash = watchForCrash(connection, watched, done.signal)
  const gone = connection.closed.then((): typeof lost => lost)
  const onWait = (note: string) =>
    emit({ type: 'waiting', host: instance.host, component: instance.component, note })
  const proven = prove(instance, context, since, baseline, watched, { signal: done.signal, onWait })
  try {
    const first = await Promise.race([proven, crash, gone])
    if (first === undefined) return undefined
    if (first === lost) {
      return error(`the connection ended while ${instance.component} was awaited`, {
        host: instance.host,
        resource: resourceId(instance.service),
        remedy:
          'The host undoes it within a minute or so. Run the command again once the host can be reached.',
      })
    }
    const found =
      'active' in first
        ? error(`${instance.component} does not stay up: ${downfall(first)}`, {
            host: instance.host,
            resource: resourceId(instance.service),
          })
        : first
    return await withJournal(
      connection,
      { unit: instance.service.unit, checks: instance.checks },
      found,
      since,
    )
  } finally {
    done.abort()
  }
}

/** One proof after the other, each by asking the program itself. */
async function prove(
  instance: Instance,
  { connection, ask }: Pick<StepContext, 'connection' | 'ask'>,
  since: number,
  { peers, hoped = [], own, before }: Baseline,
  watched: Watched,
  told: { readonly signal: AbortSignal; readonly onWait: (note: string) => void },
): Promise<Problem | Diagnosis | typeof lost | undefined> {
  const clock = { now: () => performance.now(), pause: (time: number) => pause(time, told.signal) }
  const unhealthy = await awaitHealthy({
    ask,
    host: instance.host,
    component: instance.component,
    health: instance.health,
    deadline: clock.now() + patience,
    notLoadedBefore: since,
    ...told,
  })
  if (unhealthy) return unhealthy
  watched.steady = true
  const began = clock.now()
  const all = [...(peers ?? []), ...hoped]
  if (hoped.length > 0)
    await awaitConnected({ instance, peers: all, ask, clock, patience: hopePatience, ...told })
  const alone = peers && (await awaitConnected({ instance, peers, ask, clock, ...told }))
  if (alone) return alone
  const itself = own === undefined ? {} : { own }
  const unreached = await unreachedPeers({ instance, ...itself, peers: all, ask, clock, ...told })
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
  return active === 'activating'
    ? 'it ended, and systemd is about to start it again'
    : `systemd says ${active}`
}

/** `steady`: it was healthy already, so it has to be active at each look. */
function fallen({ active, restarts }: Diagnosis, steady: boolean): boolean {
  if (active === 'failed' || restarts >= crashes) return true
  // Without an answer nothing is known.
  return steady && active !== '' && !isUp(active)
}

interface Watched {
  readonly unit: string
  steady: boolean
}

const withheldJournal =
  "Its journal is not shown, because parts of its config lie outside the inventory's directory."

/**
 * The problem with what the service and systemd have written to the journal since it was told, unless that could quote
 * what is not shown. `since`: seconds since the epoch by the host's clock; 0 where that is not known.
 */
export async function withJournal(
  connection: Connection,
  { unit, checks }: Pick<ChangeRequest, 'unit' | 'checks'>,
  problem: Problem,
  since: number,
): Promise<Problem> {
  if (checks.some(({ withheld }) => withheld)) {
    const detail = [...(problem.detail ? [problem.detail] : []), withheldJournal]
    const remedy =
      problem.remedy ?? `Read \`journalctl -u ${unit}\` on ${connection.host}, then run the command again.`
    return { ...problem, detail: detail.join('\n'), remedy }
  }
  const seen = await diagnose(connection, unit, { lines: journalLines, since })
  if (seen === lost || seen.journal.length + seen.manager.length === 0) return problem
  const detail = [
    ...(problem.detail ? [problem.detail] : []),
    ...(seen.journal.length > 0 ? ['Its last journal lines:', ...seen.journal] : []),
    ...(seen.manager.length > 0 ? ['systemd says:', ...seen.manager] : []),
  ]
  return {
    ...problem,
    detail: detail.join('\n'),
    remedy: problem.remedy ?? 'Fix what its journal says, then run the command again.',
  }
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
  const mark = nonce()
  try {
    const result = await connection.run({ script: diagnoseScript(mark, unit, range), timeout: 20_000 })
    if (result.code === null) return lost
    return parseDiagnosis(mark, result.stdout.toString('utf8'))
  } catch {
    // It gave no answer, or one that makes no sense.
    return parseDiagnosis(mark, '')
  }
}
