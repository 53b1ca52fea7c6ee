/** A closer look where something is to change, and all that makes the whole request wrong, before anything is touched. */
import { throwErrors } from '../diagnostic/problem.ts'
import { lossProblems } from '../plan/adopt.ts'
import type { HostPlan } from '../plan/model.ts'
import type { Instance } from '../resource/model.ts'
import { gathered } from './adopt.ts'
import type { RunRequest } from './api.ts'
import { checkLocally } from './local-check.ts'
import { holdersOf } from './networks.ts'
import { strayProblems } from './own-address.ts'
import { preflight } from './preflight.ts'
import type { Compared, Survey } from './survey.ts'
import { writtenProblems } from './written.ts'

/** Has the new configs judged by upstream's tools on this machine. Rejects with what they refuse. */
export async function examineHere(compared: Compared, current: Survey, request: RunRequest): Promise<void> {
  const changing = compared.plans.flatMap(host => host.instances).filter(item => changesConfig(item.renewed))
  const { problems, unchecked } = await checkLocally(
    changing.map(item => item.instance),
    current.prepared.artifacts,
    request.inventory,
  )
  const warnings = [...unchecked, ...problems].filter(({ severity }) => severity === 'warning')
  for (const problem of warnings) request.emit({ type: 'problem', problem })
  throwErrors(problems)
}

function changesConfig(renewed: ReadonlySet<string>): boolean {
  return [...renewed].some(id => /^(file|program|unit):/.test(id))
}

/**
 * Looks again at each host that differs: ports, room, versions, old text. Rejects with what no host may do, an address
 * that a host does not have before what only follows from that.
 */
export async function examineThere(
  compared: Compared,
  { inventory: { cells, secrets }, emit }: Pick<RunRequest, 'inventory' | 'emit'>,
): Promise<Compared> {
  const strays = [...strayProblems(compared), ...writtenProblems(compared)]
  for (const problem of strays) if (problem.severity === 'warning') emit({ type: 'problem', problem })
  const surroundings = { releases: compared.releases, secrets, cells, holders: holdersOf(compared) }
  const results = await Promise.all(
    compared.plans.map(async host => {
      const session = compared.sessions.find(candidate => candidate.host.name === host.host)
      if (!session || host.status !== 'differs') return { host, refusals: [], warnings: [], takeOvers: [] }
      const { plans, problems, refusals, warnings, takeOvers } = await preflight(
        session,
        host.instances,
        surroundings,
      )
      const seen: HostPlan = { ...host, instances: plans, problems: [...host.problems, ...problems] }
      return {
        host: problems.length === 0 ? seen : { ...seen, status: 'failed' as const },
        refusals,
        warnings,
        takeOvers,
      }
    }),
  )
  const losses = lossProblems(
    results.flatMap(({ takeOvers }) => takeOvers),
    instance => isEstablished(instance, compared),
  )
  const warnings = [...losses, ...results.flatMap(one => one.warnings)]
  for (const problem of gathered(warnings.filter(({ severity }) => severity === 'warning')))
    emit({ type: 'problem', problem: { ...problem, first: true } })
  throwErrors([...strays, ...results.flatMap(({ refusals }) => refusals), ...losses])
  return { ...compared, plans: results.map(({ host }) => host) }
}

/** Whether promha owns the component already on another host of its cell, whose data the inventory's directory holds then. */
function isEstablished({ cell, component }: Instance, { sessions }: Compared): boolean {
  return sessions.some(
    ({ instances, observed }) =>
      observed?.stamps.has(component) === true &&
      instances.some(one => one.cell === cell && one.component === component),
  )
}

/** Tells of each host that nothing can be done on. */
export function tellUnfit({ plans }: Compared, emit: RunRequest['emit']): void {
  for (const { host, status, problems } of plans) {
    if (!problems.some(problem => problem.severity === 'error')) continue
    emit({
      type: 'host-failed',
      host,
      status: status === 'unreachable' ? 'unreachable' : 'failed',
      problems,
    })
  }
}
