/** Waits until a changed program is ready and has loaded what it was given, or says why it will not be. */
import { setTimeout as delay } from 'node:timers/promises'
import { error, type Problem } from '../diagnostic/problem.ts'
import type { Instance } from '../resource/model.ts'
import { resourceId } from '../resource/model.ts'
import { type Diagnosis, diagnoseScript, parseDiagnosis } from '../shell/diagnose.ts'
import type { Connection } from '../ssh/connection.ts'
import { awaitHealthy } from '../verify/gate.ts'
import { nonce } from './hosts.ts'
import type { StepContext } from './step.ts'

/** Milliseconds; a WAL replay may take long, and is watched rather than cut short. */
const patience = 300_000
/** A service that systemd had to start again this often will not come up. */
const crashes = 2
const journalLines = 12

/** `since`: seconds since the epoch by the host's clock, from just before the service was told. */
export async function gate(
  instance: Instance,
  context: Pick<StepContext, 'connection' | 'ask' | 'emit'>,
  since: number,
): Promise<Problem | undefined> {
  const { connection, ask, emit } = context
  const done = new AbortController()
  const crash = watchForCrash(connection, instance.service.unit, done.signal)
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
    const first = await Promise.race([healthy, crash])
    if (first === undefined) return undefined
    const found =
      'active' in first
        ? error(`${instance.component} does not stay up: systemd says ${first.active}`, {
            host: instance.host,
            resource: resourceId(instance.service),
          })
        : first
    const { journal } = await diagnose(connection, instance.service.unit, journalLines)
    return {
      ...found,
      detail: [found.detail, 'Its last journal lines:', ...journal]
        .filter(line => line !== undefined)
        .join('\n'),
      remedy: found.remedy ?? 'mend what its journal says, then run again',
    }
  } finally {
    done.abort()
  }
}

/** Resolves once the unit has failed or was restarted again and again; otherwise never, until aborted. */
async function watchForCrash(connection: Connection, unit: string, signal: AbortSignal): Promise<Diagnosis> {
  for (;;) {
    // A healthy program is ready long before the first look.
    await delay(1000, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return new Promise<never>(() => {})
    const seen = await diagnose(connection, unit, 0)
    if (seen.active === 'failed' || seen.restarts >= crashes) return seen
  }
}

async function diagnose(connection: Connection, unit: string, lines: number): Promise<Diagnosis> {
  const mark = nonce()
  const result = await connection
    .run({ script: diagnoseScript(mark, unit, lines), timeout: 20_000 })
    .catch(() => undefined)
  return parseDiagnosis(mark, result?.stdout.toString('utf8') ?? '')
}
