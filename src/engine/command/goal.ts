/** What each host is to have: here by the inventory; a rollback and a destroy desire something else. */
import type { Problem } from '../../diagnostic/problem.ts'
import { keptBackups, retiredInstances } from '../../plan/owned/retire.ts'
import type { RunContext } from '../context.ts'
import { eachHost, type HostRuns } from '../host-run.ts'
import { unresolvedWarnings } from '../session/advertised.ts'

/** The hooks of a run, in the order in which they are called. */
export interface Goal {
  /** What is desired of each host, observed again if that is more than it was asked for: at first, and again under the locks. */
  desire(context: RunContext): Promise<Desired>
  /** Throws a ProblemError where the request is wrong for what was seen. Asked twice as well. */
  readonly require?: (context: RunContext) => void
  /** Why nothing may be changed although something differs: the run then ends like a plan. Asked twice as well. */
  readonly refusals?: (context: RunContext) => readonly Problem[]
  /** A person wants it: where all is so already, an earlier undo is settled. */
  readonly clearsUndone?: boolean
  /** What is left to do once no lock is held any more; answers the hosts with what came of that. */
  readonly afterwards?: (context: RunContext) => Promise<HostRuns>
  /** Samples that a replica has not sent yet are waited for. A way back never waits. */
  readonly keepsBacklogs?: boolean
  /** What components have tried before anything is changed is tried. A way back tries nothing. */
  readonly tries?: boolean
  /** Where nothing is wanted to serve, nothing is asked whether it does. */
  readonly destroys?: boolean
}

export interface Desired {
  readonly hosts: HostRuns
  readonly warnings: readonly Problem[]
}

/** What the inventory says, and the end of what has left it. */
export const byInventory: Goal = {
  clearsUndone: true,
  keepsBacklogs: true,
  tries: true,
  async desire({ hosts: undesired, prepared, request }) {
    const { all, inventory, topology } = prepared
    const warnings: Problem[] = [...unresolvedWarnings(topology)]
    const hosts = await eachHost(undesired, 'tell what has left the inventory', run => {
      const { observed } = run.session
      if (!observed) return run
      const found = retiredInstances({
        host: run.host.name,
        observed,
        wanted: all.filter(instance => instance.host === run.host.name),
        cells: new Set(inventory.cells.map(cell => cell.name)),
        components: request.selection.components,
      })
      warnings.push(...found.warnings, ...keptBackups(found.instances, observed))
      return { ...run, desired: [...run.desired, ...found.instances] }
    })
    return { hosts, warnings }
  },
}
