/** Programs that were there already, but had to be hashed, are remembered, so that the next run need not. */
import type { InstancePlan } from '../plan/model.ts'
import { remember } from './confirm.ts'
import { archOf } from './releases.ts'
import type { Compared } from './survey.ts'

/** Costs a command only where something was hashed. `begun`: what a change has taken care of. Never rejects. */
export async function rememberPrograms(
  { plans, sessions, releases }: Compared,
  begun: ReadonlyMap<InstancePlan, unknown> = new Map(),
): Promise<void> {
  await Promise.all(
    plans.map(async ({ host, instances }) => {
      const session = sessions.find(candidate => candidate.host.name === host)
      if (!session?.connection || !session.observed) return
      const { connection, observed } = session
      for (const plan of instances) {
        if (begun.has(plan) || plan.changes.length > 0) continue
        const hashed = plan.instance.resources.some(
          resource => resource.kind === 'program' && observed.unremembered.has(resource.path),
        )
        if (hashed)
          await remember(plan.instance, { connection, arch: archOf(observed.machine, host), releases })
      }
    }),
  )
}
