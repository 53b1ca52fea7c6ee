/** Reaches the hosts and observes them: one connection and one command each. */
import type { Problem } from '../../diagnostic/problem.ts'
import type { Host } from '../../inventory/model.ts'
import { probeFor } from '../../plan/questions.ts'
import { type Instance, unitOf } from '../../resource/model.ts'
import type { Observed } from '../../resource/observed.ts'
import { probeScript } from '../../shell/observe/probe.ts'
import { askOrFail } from '../../ssh/ask.ts'
import type { Connection } from '../../ssh/connection.ts'
import { type HostRun, ruledOut } from '../host-run.ts'
import { guardedProblems } from './guard.ts'
import { sessionProblem } from './messages.ts'

/** Any failure of what is done on a host as problems that name it. */
export function problemsOf(failure: unknown, host: string): readonly Problem[] {
  return guardedProblems(failure, host, 'go on')
}

/** The host as it is found. Never rejects: one on which nothing can be done is ruled out. */
export async function observe(
  run: HostRun,
  connecting: Promise<Connection>,
  deep: boolean,
): Promise<HostRun> {
  const { host, desired } = run
  let reached = run
  try {
    const connection = await connecting
    reached = { ...run, session: { connection } }
    const observed = await probe(connection, desired, deep)
    const problems = unfit(host, observed)
    const seen = { ...run, session: { connection, observed } }
    return problems.length > 0 ? ruledOut(seen, problems) : seen
  } catch (failure) {
    return ruledOut(reached, problemsOf(failure, host.name))
  }
}

/** Rejects with a ProblemError where the probe did not finish. */
export async function probe(
  connection: Connection,
  instances: readonly Instance[],
  deep: boolean,
): Promise<Observed> {
  // Hashing every program of a slow host again takes longer than a probe ever should.
  const asked = { ...probeScript(probeFor(instances, deep)), timeout: deep ? 600_000 : 120_000 }
  return askOrFail(connection, asked, sessionProblem.notObserved)
}

/** What promha owned there is not known any more: told, since nothing of it can be taken away. */
export function damagedRecords({ host, session: { observed } }: HostRun): readonly Problem[] {
  return (observed?.damaged ?? []).map(component =>
    sessionProblem.recordDamaged({ host: host.name }, component),
  )
}

/** Notes that somebody else changed. */
export function misnamedRecords({ host, session: { observed } }: HostRun): readonly Problem[] {
  return [...(observed?.misnamed ?? [])].map(([component, unit]) =>
    sessionProblem.recordMisnamed({ host: host.name }, component, unit, unitOf(component)),
  )
}

/** Why nothing can be installed there at all. */
function unfit(host: Host, observed: Observed): readonly Problem[] {
  const where = { host: host.name }
  return [
    ...(observed.systemd ? [] : [sessionProblem.noSystemd(where)]),
    ...(observed.root ? [] : [sessionProblem.notRoot(where)]),
  ]
}
