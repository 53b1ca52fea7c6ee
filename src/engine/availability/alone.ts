/** Of some components there may never be two: nothing starts one before it is shown that no other one runs. */
import { knownDefinition } from '../../../roles/index.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { InstancePlan } from '../../plan/model.ts'
import { atInstance, resourceId } from '../../resource/model.ts'
import type { RunningProcess } from '../../shell/host/running.ts'
import { cellNamed } from '../../topology/member/members.ts'
import { runHostAsk } from '../../verify/ask/host-ask.ts'
import type { HostAsk } from '../../verify/ask/question.ts'
import { checksOf } from '../../verify/checks/known.ts'
import type { RunContext } from '../context.ts'
import { changingPlans } from '../host-run.ts'
import { aloneProblem } from './messages.ts'

type Context = Pick<RunContext, 'hosts' | 'prepared' | 'connect'>

/** Before anything is changed: what runs where nothing of this run stops it, and hosts that cannot be looked at. */
export async function aloneProblems(context: Context): Promise<readonly Problem[]> {
  const starting = changingPlans(context.hosts).filter(startsAlone)
  const leaves = ({ component }: InstancePlan, host: string) =>
    context.hosts
      .get(host)
      ?.plan.some(one => one.component === component && one.instance.retired && one.changes.length > 0) ===
    true
  const found = await Promise.all(starting.map(plan => othersOf(context, plan, host => !leaves(plan, host))))
  return found.flat()
}

/** Right before its start. */
export async function notAlone(context: Context, plan: InstancePlan): Promise<Problem | undefined> {
  if (!startsAlone(plan)) return undefined
  return (await othersOf(context, plan, () => true))[0]
}

function startsAlone({ instance, component, changes }: InstancePlan): boolean {
  if (instance.retired || knownDefinition(component)?.order.alone === undefined) return false
  const service = resourceId(instance.service)
  return changes.some(({ resource, action }) => resource === service && action === 'start')
}

/** @param counts whether what runs on a host is a reason */
async function othersOf(
  context: Context,
  plan: InstancePlan,
  counts: (host: string) => boolean,
): Promise<readonly Problem[]> {
  const { instance, component } = plan
  const { running } = await checksOf(component)
  const because = knownDefinition(component)?.order.alone ?? ''
  if (running === undefined) return []
  const hosts = cellNamed(context.prepared.topology, instance.cell)?.hosts ?? []
  const found = await Promise.all(
    hosts.map(async (host): Promise<readonly Problem[]> => {
      const seen = await processesOn(context, host, running)
      const where = atInstance(instance)
      if ('why' in seen) return [aloneProblem.unknown(where, { component, host, because }, seen.why)]
      const others = seen.processes.filter(
        ({ unit }) => host !== instance.host || unit !== instance.service.unit,
      )
      const [first] = others
      if (first === undefined || !counts(host)) return []
      return [aloneProblem.runsElsewhere(where, { component, host, because }, first)]
    }),
  )
  return found.flat()
}

type Seen = { readonly processes: readonly RunningProcess[] } | { readonly why: string }

async function processesOn(
  { connect }: Context,
  host: string,
  running: HostAsk<readonly RunningProcess[]>,
): Promise<Seen> {
  try {
    return { processes: await runHostAsk(await connect(host), running) }
  } catch (cause) {
    return { why: cause instanceof Error ? cause.message : String(cause) }
  }
}
