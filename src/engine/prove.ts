/** The end of a run: the hosts are looked at again, and the running programs are asked. */

import { definitions } from '../../roles/index.ts'
import type { Cell } from '../inventory/model.ts'
import { bundleHash } from '../plan/bundle.ts'
import type { HostPlan } from '../plan/model.ts'
import type { VerifyInput } from '../verify/input.ts'
import type { Check } from '../verify/model.ts'
import { verify } from '../verify/verify.ts'
import type { RunRequest } from './api.ts'
import { type HostSession, probe } from './hosts.ts'
import type { Missing } from './not-installed.ts'
import type { Survey } from './survey.ts'

/** Seconds from its start in which a program may still settle: cluster, first scrape, first evaluation, resending. */
const youth = 120

/** Seconds that the youngest program still has to settle, however it was started. */
export function patienceFor(sessions: readonly HostSession[]): number {
  const ages = sessions.flatMap(session =>
    [...(session.observed?.units.values() ?? [])].map(unit => unit.activeFor),
  )
  // A host may say anything of its clock, and no other one waits longer for that.
  return ages.reduce<number>((so, age) => (age === null || !(age > 0) ? so : Math.max(so, youth - age)), 0)
}

/**
 * Seconds in which what can still come true does so where something failed; the rest never will. Prometheus takes up to
 * ten to scrape by a new config, and a scrape that fails is seen by the next one.
 */
export function patienceAfterFailure(cells: readonly Cell[]): number {
  const intervals = cells.flatMap(cell => definitions.flatMap(({ interval }) => interval?.(cell) ?? []))
  return Math.min(30, 10 + (2 * Math.max(0, ...intervals)) / 1000)
}

/** The same probe again: the proof that the hosts are as desired, and what verify compares with. */
export async function observeAgain(
  sessions: readonly HostSession[],
  plans: readonly HostPlan[],
): Promise<readonly HostSession[]> {
  return Promise.all(
    sessions.map(async session => {
      const touched = plans.find(plan => plan.host === session.host.name)?.status !== 'ok'
      const { connection, observed: before, instances } = session
      if (!connection || !before) return session
      // Where something else was desired, the probe was not asked for all that is proven.
      const known = instances.every(({ service }) => before.units.has(service.unit))
      if (!touched && known) return session
      // What ran before the change says nothing of what runs now.
      const unknown = { ...before, units: new Map() }
      const observed = await probe(connection, instances, false).catch(() => unknown)
      return { ...session, observed }
    }),
  )
}

/** What the run did before it is proven. */
interface After {
  readonly changed?: boolean
  /** Hosts on which it failed; absent or empty: none. */
  readonly failedOn?: readonly string[]
  /** What is not installed. After a failed run it is left out of the checks, because the run has reported it. */
  readonly missing?: readonly Missing[]
}

/** `patience`: seconds in which a check that fails may still become true. */
export async function prove(
  current: Survey,
  sessions: readonly HostSession[],
  request: RunRequest,
  patience: number,
  after: After = {},
): Promise<readonly Check[]> {
  const began = performance.now()
  request.emit({ type: 'stage-begin', stage: 'verify' })
  const { changed = false, failedOn = [], missing = [] } = after
  const failed = failedOn.length > 0
  const input = verifyInput(current, sessions, request, patience * 1000)
  const facts: VerifyInput['facts'] = (host, component) => {
    const seen = input.facts(host, component)
    // systemd may start it again and again, but after a failure nothing makes it come up.
    return failed && seen?.active === 'activating' ? { ...seen, active: 'failed' } : seen
  }
  const checks = await verify({
    ...input,
    ...(failed ? { facts } : {}),
    afterChange: changed,
    tellsMissing: !failed,
    failedOn,
    missing: (host, component) => missing.some(one => one.host === host && one.component === component),
  })
  const elapsed = performance.now() - began
  request.emit({ type: 'stage-end', stage: 'verify', elapsed, ...(patience > 0 ? { waited: elapsed } : {}) })
  // What was cut off while it was awaited is not disproven.
  return request.signal.aborted ? checks.filter(found => found.status === 'pass') : checks
}

/** `patience` in milliseconds. */
export function verifyInput(
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
  if (facts === undefined) return 'unknown'
  return facts.load === 'not-found' ? 'absent' : facts.active
}
