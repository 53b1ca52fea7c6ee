/** Where an apply by a person finds a host as wanted, an earlier undo counts no longer against a repair of drift. */
import { acknowledgeScript } from '../shell/acknowledge.ts'
import type { Compared } from './survey.ts'

/** Costs a command only on hosts where a change was undone. Never rejects: the next apply does it otherwise. */
export async function acknowledgeUndone({ plans, sessions }: Compared): Promise<void> {
  await Promise.all(
    sessions.map(async ({ connection, host, observed }) => {
      const plan = plans.find(candidate => candidate.host === host.name)
      if (!connection || !observed || plan?.status !== 'ok') return
      const components = plan.instances
        .map(({ component }) => component)
        .filter(component => observed.stamps.get(component)?.undone !== undefined)
      if (components.length === 0) return
      await connection.run({ script: acknowledgeScript(components) }).catch(() => undefined)
    }),
  )
}
