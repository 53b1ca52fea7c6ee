/** The end of a run: the hosts are looked at again, and the running programs are asked. */
import { definitions } from '../../../roles/index.ts'
import type { Cell, Component } from '../../inventory/model.ts'
import { bundleHash } from '../../plan/bundle.ts'
import { unitState } from '../../resource/unit-state.ts'
import type { ServiceFacts, VerifyInput } from '../../verify/input.ts'
import type { Check } from '../../verify/model.ts'
import { proveSite } from '../../verify/verify.ts'
import type { RunContext } from '../context.ts'
import { type HostRun, type HostRuns, hostStatus, mapHosts } from '../host-run.ts'
import { probe } from '../session/hosts.ts'
import type { Missing } from '../session/not-installed.ts'
import { stage } from '../stage.ts'

/** Seconds from its start in which a program may still settle: cluster, first scrape, first evaluation, resending. */
const youth = 120

/** Seconds that the youngest program still has to settle, however it was started. */
export function patienceFor(hosts: HostRuns): number {
  const ages = [...hosts.values()].flatMap(({ session }) =>
    [...(session.observed?.units.values() ?? [])].map(unit => unit.activeFor),
  )
  // A host may say anything of its clock, and no other one waits longer for that.
  return ages.reduce<number>((so, age) => (age === null || !(age > 0) ? so : Math.max(so, youth - age)), 0)
}

/** Seconds of patience after a failure. Prometheus takes up to ten for a new config, and the next scrape sees a failed one. */
export function patienceAfterFailure(cells: readonly Cell[]): number {
  const intervals = cells.flatMap(cell => definitions.flatMap(({ interval }) => interval?.(cell) ?? []))
  return Math.min(30, 10 + (2 * Math.max(0, ...intervals)) / 1000)
}

/** The same probe again: the proof that the hosts are as desired, and what verify compares with. */
export async function observeAgain(hosts: HostRuns): Promise<HostRuns> {
  return mapHosts(hosts, async run => {
    const { connection, observed: before } = run.session
    if (!connection || !before) return run
    // Where something else was desired, the probe was not asked for all that is proven.
    const known = run.desired.every(({ service }) => before.units.has(service.unit))
    if (hostStatus(run) === 'ok' && known) return run
    // What ran before the change says nothing of what runs now.
    const unknown = { ...before, units: new Map() }
    const observed = await probe(connection, run.desired, false).catch(() => unknown)
    return { ...run, session: { connection, observed } }
  })
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
export async function runChecks(
  context: RunContext,
  patience: number,
  { changed = false, failedOn = [], missing = [] }: After = {},
): Promise<readonly Check[]> {
  const { emit, signal } = context.request
  const failed = failedOn.length > 0
  const input = verifyInput(context, patience * 1000)
  const facts: VerifyInput['facts'] = (host, component) => {
    const seen = input.facts(host, component)
    // systemd may start it again and again, but after a failure nothing makes it come up.
    return failed && seen && unitState(seen.active) === 'starts' ? { ...seen, active: 'failed' } : seen
  }
  return stage(emit, 'verify', async told => {
    const checks = await proveSite({
      ...input,
      ...(failed ? { facts } : {}),
      afterChange: changed,
      tellsMissing: !failed,
      failedOn,
      missing: (host, component) => missing.some(one => one.host === host && one.component === component),
      onWait: note => told.advance(0, note),
    })
    if (patience > 0) told.waited(Number.POSITIVE_INFINITY)
    // What was cut off while it was awaited is not disproven.
    return signal.aborted ? checks.filter(found => found.status === 'pass') : checks
  })
}

/** `patience` in milliseconds. */
export function verifyInput(
  { hosts, prefetch, prepared, request }: RunContext,
  patience: number,
): VerifyInput {
  const { emit, selection, signal } = request
  const unreachable = [...hosts].flatMap(([name, { result, session }]) =>
    session.connection ? [] : [[name, result?.problems[0]?.summary ?? 'unreachable'] as const],
  )
  return {
    topology: prepared.topology,
    hosts: selection.hosts,
    components: selection.components,
    unreachable: new Map(unreachable),
    facts: (host, component) => factsOf(hosts.get(host), component),
    ask: prefetch.ask,
    askHost: prefetch.askHost,
    patience,
    onCheck: found => emit({ type: 'check', check: found }),
    signal,
  }
}

function factsOf(run: HostRun | undefined, component: Component): ServiceFacts | undefined {
  const instance = run?.desired.find(candidate => candidate.component === component)
  const { observed } = run?.session ?? {}
  if (!observed || !instance) return undefined
  const bundle = bundleHash(instance, observed)
  const unit = observed.units.get(instance.service.unit)
  const record = observed.records.get(component)
  return {
    active: unit?.load === 'not-found' ? 'absent' : (unit?.active ?? 'unknown'),
    configHash: bundle?.hash ?? null,
    configTime: bundle?.newest ?? null,
    lastChange: record?.time ?? null,
    ...(record?.version ? { version: record.version } : {}),
  }
}
