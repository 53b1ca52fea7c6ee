/** What each host lacks of what it is to have. */
import { planInstance } from '../../plan/plan.ts'
import type { RunContext } from '../context.ts'
import { eachHost } from '../host-run.ts'
import { archOf, hashesFor, releasesFor } from '../transfer/releases.ts'

/** The run with the plan of each host. Downloads only what the lock file has never seen. */
export async function compare<T extends RunContext>(context: T): Promise<T> {
  const fit = await eachHost(context.hosts, 'tell the architecture', run => {
    if (run.session.observed) archOf(run.session.observed.machine, run.host.name)
    return run
  })
  const releases = await releasesFor(context.prepared.artifacts, [...fit.values()])
  const hosts = await eachHost(fit, 'compare what was seen', run => {
    const { observed } = run.session
    if (!observed) return run
    const hash = hashesFor(releases, archOf(observed.machine, run.host.name))
    return { ...run, plan: run.desired.map(instance => planInstance(instance, observed, hash)) }
  })
  return { ...context, releases, hosts }
}
