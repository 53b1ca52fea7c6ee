/** Names of scrape jobs that are promha's own. */
import { storeComponents } from '../../../roles/storage/stores.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Inventory } from '../../inventory/model.ts'
import { atKeyOf } from '../../inventory/origin.ts'
import type { Rules } from '../../inventory/rules.ts'
import { topologyProblem } from '../messages.ts'
import { probeSuffix } from '../probe-job.ts'

const always: readonly string[] = ['prometheus', 'alertmanager', 'node']

type Generating = Parameters<Rules['generatedJobs']>[0]

/** Reserved names of jobs: some always, since the cell may get them later, others only if promha generates them. */
export const generatedJobs: Rules['generatedJobs'] = cell => job =>
  always.includes(job) ||
  isOfPart(cell, job) ||
  Object.keys(cell.exporters ?? {}).some(key => new RegExp(`^${key}(${probeSuffix})?$`).test(job))

/** Whether a part of the cell other than its exporters has a job of that name. */
function isOfPart(
  {
    federation,
    blackbox,
    pushgateway,
    storage,
    grafana,
  }: { readonly [K in Exclude<keyof Generating, 'exporters'>]?: unknown },
  job: string,
): boolean {
  return (
    (federation !== undefined && job === 'federate') ||
    (grafana !== undefined && job === 'grafana') ||
    (storage !== undefined && storeComponents.includes(job)) ||
    (pushgateway !== undefined && /^pushgateway(-hosts)?$/.test(job)) ||
    (blackbox !== undefined && /^blackbox(-(\d+|hosts))?$/.test(job))
  )
}

/** Entries of exporters whose jobs have the name of another part's, which Prometheus refuses. */
export function repeatedJobs({ cells }: Pick<Inventory, 'cells'>): readonly Problem[] {
  return cells.flatMap(cell => {
    const entries = Object.values(cell.exporters ?? {}).filter(({ job }) => isOfPart(cell, job))
    return entries.map(({ job }) =>
      topologyProblem.sameJobName(atKeyOf(cell, 'exporters', job), cell.name, job),
    )
  })
}
