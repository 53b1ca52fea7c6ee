/** A closer look where something is to change, and all that makes the whole request wrong, before anything is touched. */
import { checkLocally } from '../../check/local-check.ts'
import { throwErrors } from '../../diagnostic/problem.ts'
import { lossProblems } from '../../plan/adopt/adopt.ts'
import type { Instance } from '../../resource/model.ts'
import type { RunContext } from '../context.ts'
import { byName, type HostRuns } from '../host-run.ts'
import { circleProblems } from '../order/order.ts'
import { holdersOf } from './address/networks.ts'
import { strayProblems } from './address/own-address.ts'
import { gathered } from './adopt.ts'
import { preflight } from './preflight.ts'
import { writtenProblems } from './written.ts'

/** Has the new configs judged by upstream's tools on this machine. Rejects with what they refuse. */
export async function preflightHere({ hosts, prepared, request }: RunContext): Promise<void> {
  const changing = [...hosts.values()].flatMap(({ plan }) =>
    plan.filter(({ renewed }) => [...renewed].some(id => /^(file|program|tree|unit):/.test(id))),
  )
  const instances = changing.map(({ instance }) => instance)
  const { problems, unchecked } = await checkLocally(instances, prepared.artifacts, request.inventory)
  const warnings = [...unchecked, ...problems].filter(({ severity }) => severity === 'warning')
  for (const problem of warnings) request.emit({ type: 'problem', problem })
  throwErrors(problems)
}

/** Looks again at each host that differs. Rejects with what no host may do. */
export async function preflightOnHosts<T extends RunContext>(context: T): Promise<T> {
  const { emit, inventory } = context.request
  const { cells, secrets } = inventory
  const strays = [...strayProblems(context.hosts), ...writtenProblems(context.hosts)]
  for (const problem of strays) if (problem.severity === 'warning') emit({ type: 'problem', problem })
  const surroundings = { releases: context.releases, secrets, cells, holders: holdersOf(context.hosts) }
  const seen = await Promise.all([...context.hosts.values()].map(run => preflight(run, surroundings)))
  const looked = { ...context, hosts: byName(seen.map(({ run }) => run)) }
  const takeOvers = seen.flatMap(one => one.takeOvers)
  const losses = lossProblems(takeOvers, instance => isEstablished(instance, context.hosts))
  const warnings = [...losses, ...seen.flatMap(one => one.warnings)]
  for (const problem of gathered(warnings.filter(({ severity }) => severity === 'warning')))
    emit({ type: 'problem', problem: { ...problem, first: true } })
  const refusals = seen.flatMap(one => one.refusals)
  throwErrors([...strays, ...refusals, ...losses, ...circleProblems(looked)])
  return looked
}

/** Whether promha owns the component already on another host of its cell, whose data the inventory's directory holds then. */
function isEstablished({ cell, component }: Instance, hosts: HostRuns): boolean {
  return [...hosts.values()].some(
    ({ desired, session: { observed } }) =>
      observed?.records.has(component) === true &&
      desired.some(one => one.cell === cell && one.component === component),
  )
}

/** Tells of each host that nothing can be done on. */
export function tellUnfit({ hosts, request }: RunContext): void {
  for (const [host, { result }] of hosts) {
    if (!result?.problems.some(problem => problem.severity === 'error')) continue
    const status = result.status === 'unreachable' ? 'unreachable' : 'failed'
    request.emit({ type: 'host-failed', host, status, problems: result.problems })
  }
}
