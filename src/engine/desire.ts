/** What each host is to have: here by the inventory; a rollback and a destroy desire something else. */
import type { Problem } from '../diagnostic/problem.ts'
import type { HostPlan } from '../plan/model.ts'
import { retiredInstances } from '../plan/retire.ts'
import { unresolvedWarnings } from './advertised.ts'
import { eachGuarded, type HostSession } from './hosts.ts'
import type { Compared, Survey } from './survey.ts'

export interface Desire {
  /** The sessions with what is desired of each, observed anew where that is more than they were asked for. */
  of(current: Survey, sessions: readonly HostSession[]): Promise<Desired>
  /** Throws a ProblemError where the request is wrong for what was seen: at first, and again under the locks. */
  readonly demand?: (compared: Compared) => void
  /** Why nothing may be changed although something differs: the run then ends like a plan. Asked twice as well. */
  readonly permit?: (compared: Compared) => readonly Problem[]
  /** A person wants it: where all is so already, an earlier undo is settled. */
  readonly settles?: boolean
  /** Where nothing is wanted to serve, nothing is asked whether it does. */
  readonly destroys?: boolean
  /** What is left to do once no lock is held any more, and each host's plan with what came of that. */
  readonly farewell?: (
    sessions: readonly HostSession[],
    plans: readonly HostPlan[],
  ) => Promise<readonly HostPlan[]>
}

interface Desired {
  readonly sessions: readonly HostSession[]
  readonly warnings: readonly Problem[]
}

/** What the inventory says, and the end of what has left it. */
export const byInventory: Desire = {
  settles: true,
  async of(current, sessions) {
    const { all, inventory, topology } = current.prepared
    const warnings: Problem[] = [...unresolvedWarnings(topology)]
    const desired = await eachGuarded(
      sessions,
      'tell what has left the inventory',
      (session): HostSession => {
        const { host, observed, instances } = session
        if (!observed) return session
        const found = retiredInstances({
          host: host.name,
          observed,
          wanted: all.filter(instance => instance.host === host.name),
          cells: new Set(inventory.cells.map(cell => cell.name)),
          components: current.selection.components,
        })
        warnings.push(...found.warnings)
        return { ...session, instances: [...instances, ...found.instances] }
      },
    )
    return { sessions: desired, warnings }
  },
}
