/** Waits until a changed program is ready and has loaded what it was given, or says why it will not be. */
import { setTimeout as delay } from 'node:timers/promises'
import { error, type Problem } from '../diagnostic/problem.ts'
import type { Instance } from '../resource/model.ts'
import { resourceId } from '../resource/model.ts'
import { type Diagnosis, diagnoseScript, parseDiagnosis } from '../shell/diagnose.ts'
import type { Connection } from '../ssh/connection.ts'
import { awaitHealthy } from '../verify/await-healthy.ts'
import { nonce } from './hosts.ts'
import type { StepContext } from './step.ts'

/** Milliseconds; a WAL replay may take long, and is watched rather than cut short. */
const patience = 300_000
/** systemd counts from the moment the service was told, so one automatic restart is a crash of the new state. */
const crashes = 1
const journalLines = 12
/** The connection is gone. */
const lost = 'lost'

/** `since`: seconds since the epoch by the host's clock, from just before the service was told. */
export async function gate(
  instance: Instance,
  context: Pick<StepContext, 'connection' | 'ask' | 'emit'>,
  since: number,
): Promise<Problem | undefined> {
  const { connection, ask, emit } = context
  const done = new AbortController()
  const crash = watchForCrash(connection, instance.service.unit, done.signal)
  const gone = connection.closed.then((): typeof lost => lost)
  const healthy = awaitHealthy({
    ask,
    host: instance.host,
    component: instance.component,
    health: instance.health,
    deadline: performance.now() + patience,
    signal: done.signal,
    notLoadedBefore: since,
    onWait: note => emit({ type: 'waiting', host: instance.host, component: instance.component, note }),
  })
  try {
    const first = await Promise.race([healthy, crash, gone])
    if (first === undefined) return undefined
    if (first === lost) {
      return error(`the connection ended while ${instance.component} was awaited`, {
        host: instance.host,
        resource: resourceId(instance.service),
        remedy: 'run again as soon as the host can be reached: what is half done will be completed',
      })
    }
    const found =
      'active' in first
        ? error(`${instance.component} does not stay up: ${downfall(first)}`, {
            host: instance.host,
            resource: resourceId(instance.service),
          })
        : first
    return await withJournal(connection, instance.service.unit, found)
  } finally {
    done.abort()
  }
}

function downfall({ active, restarts }: Diagnosis): string {
  return restarts > 0 ? 'it ended, and systemd started it again' : `systemd says ${active}`
}

/** The problem with the service's last journal lines. */
export async function withJournal(connection: Connection, unit: string, problem: Problem): Promise<Problem> {
  const seen = await diagnose(connection, unit, journalLines)
  if (seen === lost || seen.journal.length === 0) return problem
  const detail = [...(problem.detail ? [problem.detail] : []), 'Its last journal lines:', ...seen.journal]
  return {
    ...problem,
    detail: detail.join('\n'),
    remedy: problem.remedy ?? 'mend what its journal says, then run again',
  }
}

/** Resolves once the unit has failed, was restarted again and again, or the connection is gone; else never. */
async function watchForCrash(
  connection: Connection,
  unit: string,
  signal: AbortSignal,
): Promise<Diagnosis | typeof lost> {
  for (;;) {
    // A healthy program is ready long before the first look.
    await delay(1000, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return new Promise<never>(() => {})
    const seen = await diagnose(connection, unit, 0)
    if (seen === lost || seen.active === 'failed' || seen.restarts >= crashes) return seen
  }
}

async function diagnose(
  connection: Connection,
  unit: string,
  lines: number,
): Promise<Diagnosis | typeof lost> {
  const mark = nonce()
  const result = await connection
    .run({ script: diagnoseScript(mark, unit, lines), timeout: 20_000 })
    .catch(() => undefined)
  if (result?.code === null) return lost
  return parseDiagnosis(mark, result?.stdout.toString('utf8') ?? '')
}
