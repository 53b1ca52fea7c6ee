/** What the commands ask for: plan, apply, verify, status. */
import { ProblemError } from '../diagnostic/problem.ts'
import { bundleHash } from '../plan/bundle.ts'
import type { HostPlan } from '../plan/model.ts'
import type { VerifyInput } from '../verify/input.ts'
import type { Check, StatusRow } from '../verify/model.ts'
import { status as askStatus } from '../verify/status.ts'
import { verify as prove } from '../verify/verify.ts'
import type { RunOutcome, RunRequest } from './api.ts'
import { bringAbout } from './apply.ts'
import { type HostSession, probe } from './hosts.ts'
import { checkLocally } from './local-check.ts'
import { preflight } from './preflight.ts'
import { type Compared, compare, type Survey, survey } from './survey.ts'

/** Seconds from its start in which a program may still settle: cluster, first scrape, first evaluation, resending. */
const youth = 120
/** Seconds after a change that started nothing anew. */
const reloadPatience = 60
/** Where something failed, what can still come true gets this many seconds; the rest never will. */
const failedPatience = 30

/** Reads hosts, changes nothing. */
export async function plan(request: RunRequest): Promise<RunOutcome> {
  return withSurvey(request, false, async current => {
    const compared = await examine(await compare(current), current, request)
    await current.prepared.artifacts.save()
    return outcome(compared.plans, [], request)
  })
}

/** Converges, then proves it. */
export async function apply(request: RunRequest): Promise<RunOutcome> {
  return withSurvey(request, true, async current => {
    const compared = await examine(await compare(current), current, request)
    await current.prepared.artifacts.save()
    const differs = compared.plans.some(host => host.status === 'differs')
    if (differs) current.ahead.forget()
    const plans = await bringAbout(current, compared, request)
    if (request.signal.aborted) return outcome(plans, [], request)
    const sessions = differs ? await observeAgain(compared.sessions, plans) : compared.sessions
    const failed = plans.some(host => !['ok', 'changed'].includes(host.status))
    // A reload makes no program young, but gives it new targets to scrape and new rules to evaluate.
    const settling = Math.max(patienceFor(sessions), differs ? reloadPatience : 0)
    const patience = failed ? Math.min(settling, failedPatience) : settling
    const checks = await check(current, sessions, request, patience)
    return outcome(plans, checks, request)
  })
}

/** Asks the running programs only. */
export async function verify(request: RunRequest): Promise<RunOutcome> {
  return withSurvey(request, true, async current => {
    const checks = await check(current, current.sessions, request, patienceFor(current.sessions))
    const plans = current.sessions.map(seenOnly)
    return outcome(plans, checks, request)
  })
}

/** Seconds that the youngest program still has to settle, whoever started it. */
function patienceFor(sessions: readonly HostSession[]): number {
  const ages = sessions.flatMap(session =>
    [...(session.observed?.units.values() ?? [])].map(unit => unit.activeFor),
  )
  return Math.max(0, ...ages.map(age => (age === null ? 0 : youth - age)))
}

/** One row for each component on each selected host. */
export async function status(request: RunRequest): Promise<readonly StatusRow[]> {
  return withSurvey(request, false, current => askStatus(verifyInput(current, current.sessions, request, 0)))
}

async function withSurvey<T>(
  request: RunRequest,
  proves: boolean,
  work: (current: Survey) => Promise<T>,
): Promise<T> {
  const current = await survey(request, proves)
  try {
    // What was not looked at is not unreachable: nobody knows.
    request.signal.throwIfAborted()
    return await work(current)
  } finally {
    current.close()
  }
}

/** Looks again where something is to change; throws what makes the whole request wrong, before anything is touched. */
async function examine(compared: Compared, current: Survey, request: RunRequest): Promise<Compared> {
  const changing = compared.plans.flatMap(host => host.instances).filter(item => changesConfig(item.renewed))
  const found = await checkLocally(
    changing.map(item => item.instance),
    current.prepared.artifacts,
    request.inventory,
  )
  for (const problem of found) if (problem.severity === 'warning') request.emit({ type: 'problem', problem })
  const errors = found.filter(problem => problem.severity === 'error')
  if (errors.length > 0) throw new ProblemError(errors)
  const plans = await Promise.all(
    compared.plans.map(async (host): Promise<HostPlan> => {
      const session = compared.sessions.find(candidate => candidate.host.name === host.host)
      if (!session || host.status !== 'differs') return host
      const result = await preflight(session, host.instances, compared.releases)
      if (result.problems.length === 0) return { ...host, instances: result.plans }
      return {
        ...host,
        instances: result.plans,
        problems: [...host.problems, ...result.problems],
        status: 'failed',
      }
    }),
  )
  for (const host of plans) {
    if (host.problems.length === 0) continue
    const status = host.status === 'unreachable' ? 'unreachable' : 'failed'
    request.emit({ type: 'host-failed', host: host.host, status, problems: host.problems })
  }
  return { ...compared, plans }
}

function changesConfig(renewed: ReadonlySet<string>): boolean {
  return [...renewed].some(id => /^(file|program|unit):/.test(id))
}

/** The same probe again: the proof that the hosts are as desired, and what verify compares with. */
async function observeAgain(
  sessions: readonly HostSession[],
  plans: readonly HostPlan[],
): Promise<readonly HostSession[]> {
  return Promise.all(
    sessions.map(async session => {
      const touched = plans.find(plan => plan.host === session.host.name)?.status !== 'ok'
      if (!touched || !session.connection || !session.observed) return session
      const observed = await probe(session.connection, session.instances, false).catch(() => session.observed)
      return observed ? { ...session, observed } : session
    }),
  )
}

async function check(
  current: Survey,
  sessions: readonly HostSession[],
  request: RunRequest,
  patience: number,
): Promise<readonly Check[]> {
  const began = performance.now()
  request.emit({ type: 'stage-begin', stage: 'verify' })
  const checks = await prove(verifyInput(current, sessions, request, patience * 1000))
  const elapsed = performance.now() - began
  request.emit({ type: 'stage-end', stage: 'verify', elapsed, ...(patience > 0 ? { waited: elapsed } : {}) })
  // What was cut off while it was awaited is not disproven.
  return request.signal.aborted ? checks.filter(found => found.status === 'pass') : checks
}

function verifyInput(
  current: Survey,
  sessions: readonly HostSession[],
  request: RunRequest,
  patience: number,
): VerifyInput {
  const unreachable = new Map<string, string>()
  for (const session of sessions) {
    if (!session.connection) unreachable.set(session.host.name, session.problems[0]?.summary ?? 'unreachable')
  }
  return {
    topology: current.prepared.topology,
    hosts: request.selection.hosts,
    components: request.selection.components,
    unreachable,
    facts: (host, component) => {
      const session = sessions.find(candidate => candidate.host.name === host)
      const instance = session?.instances.find(candidate => candidate.component === component)
      if (!session?.observed || !instance) return undefined
      const bundle = bundleHash(instance, session.observed)
      return {
        active: activeState(session, instance.service.unit),
        configHash: bundle?.hash ?? null,
        configTime: bundle?.newest ?? null,
        lastChange: session.observed.stamps.get(component)?.time ?? null,
      }
    },
    ask: current.ahead.ask,
    patience,
    onCheck: found => request.emit({ type: 'check', check: found }),
    onWait: note => request.emit({ type: 'stage-progress', stage: 'verify', done: 0, note }),
    signal: request.signal,
  }
}

function activeState(session: HostSession, unit: string): string {
  const facts = session.observed?.units.get(unit)
  return facts === undefined || facts.load === 'not-found' ? 'absent' : facts.active
}

/** A host that was only looked at. */
function seenOnly(session: HostSession): HostPlan {
  const cells = [...new Set(session.instances.map(instance => instance.cell))]
  const status = !session.connection ? 'unreachable' : session.problems.length > 0 ? 'failed' : 'ok'
  return { host: session.host.name, cells, instances: [], problems: session.problems, status }
}

function outcome(plans: readonly HostPlan[], checks: readonly Check[], request: RunRequest): RunOutcome {
  return { plan: { hosts: plans }, checks, interrupted: request.signal.aborted }
}
