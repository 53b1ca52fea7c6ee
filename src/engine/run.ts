/** What the commands ask for. */
import { type Problem, warning } from '../diagnostic/problem.ts'
import type { HostPlan } from '../plan/model.ts'
import type { SavedPlan } from '../plan/saved.ts'
import type { StatusRow } from '../verify/model.ts'
import { status as askStatus } from '../verify/status.ts'
import type { RunOutcome, RunRequest } from './api.ts'
import { converge } from './converge.ts'
import { byInventory } from './desire.ts'
import { repairDrift } from './drift.ts'
import { examineHere, examineThere, tellUnfit } from './examine.ts'
import type { HostSession } from './hosts.ts'
import { apartWarnings } from './networks.ts'
import { absent } from './not-installed.ts'
import { tellOrder } from './order.ts'
import { patienceFor, prove, verifyInput } from './prove.ts'
import { carryOut, savedPlan } from './saved.ts'
import { outageProblems } from './serving.ts'
import { compare, withSurvey } from './survey.ts'

/** Reads hosts, changes nothing. */
export async function plan(request: RunRequest): Promise<RunOutcome> {
  return withSurvey(request, false, async current => {
    const { sessions, warnings } = await byInventory.of(current, current.sessions)
    for (const problem of [...warnings, ...sessions.flatMap(unfinished)])
      request.emit({ type: 'problem', problem })
    const compared = await compare(current, sessions)
    await examineHere(compared, current, request)
    const examined = await examineThere(compared, request)
    for (const problem of apartWarnings(current.prepared.topology.cells, examined))
      request.emit({ type: 'problem', problem })
    for (const problem of await outageProblems(current, examined, request))
      request.emit({ type: 'problem', problem: refusedLater(problem) })
    await tellOrder({ survey: current, compared: examined }, request)
    tellUnfit(examined, request.emit)
    await current.prepared.artifacts.save()
    return {
      plan: { hosts: examined.plans },
      checks: [],
      interrupted: request.signal.aborted,
      saved: savedPlan(examined, request.file, request),
    }
  })
}

/** Converges, then proves it. With a saved plan: exactly that one. */
export async function apply(request: RunRequest, saved?: SavedPlan): Promise<RunOutcome> {
  return saved === undefined ? converge(request, byInventory) : carryOut(request, saved)
}

/** A plan; with `fix` what drifted is put right, as far as it was ever applied and confirmed. */
export async function drift(request: RunRequest, fix: boolean): Promise<RunOutcome> {
  return fix ? repairDrift(request) : plan(request)
}

/** Asks the running programs only. */
export async function verify(request: RunRequest): Promise<RunOutcome> {
  return withSurvey(request, true, async current => {
    const { sessions } = current
    for (const problem of sessions.flatMap(unfinished)) request.emit({ type: 'problem', problem })
    const checks = await prove(current, sessions, request, patienceFor(sessions), {
      missing: absent(sessions),
    })
    return { plan: { hosts: sessions.map(seenOnly) }, checks, interrupted: request.signal.aborted }
  })
}

/** One row for each component on each selected host. */
export async function status(request: RunRequest): Promise<readonly StatusRow[]> {
  return withSurvey(request, false, current => {
    for (const problem of current.sessions.flatMap(unfinished)) request.emit({ type: 'problem', problem })
    return askStatus(verifyInput(current, current.sessions, request, 0))
  })
}

/** As things stand now: by the time of an apply they may be better, or worse. */
function refusedLater(problem: Problem): Problem {
  return { ...problem, severity: 'warning', summary: `apply would refuse: ${problem.summary}` }
}

/** Nothing may differ and still something be left to do. */
function unfinished({ host, observed }: HostSession): readonly Problem[] {
  return (observed?.unfinished ?? [])
    .filter(({ touched }) => touched)
    .map(({ name }) =>
      warning(`a change of ${name} was begun and neither confirmed nor undone`, {
        host: host.name,
        remedy:
          'the host undoes it by itself a minute after promha was last heard; the next apply does so first',
      }),
    )
}

/** A host that was only looked at. */
function seenOnly(session: HostSession): HostPlan {
  const cells = [...new Set(session.instances.map(instance => instance.cell))]
  const status = !session.connection ? 'unreachable' : session.problems.length > 0 ? 'failed' : 'ok'
  return { host: session.host.name, cells, instances: [], problems: session.problems, status }
}
