/** Names of scrape jobs that are promha's own. */
import type { Rules } from '../../inventory/rules.ts'

const always: readonly string[] = ['prometheus', 'alertmanager', 'node']

/**
 * Names of jobs that are reserved for promha. Those of the pair, the Alertmanagers and the hosts always are, since the cell
 * may get them later. Others, which many users write themselves, are reserved only if promha generates them.
 */
export const generatedJobs: Rules['generatedJobs'] =
  ({ federation, blackbox, pushgateway }) =>
  job =>
    always.includes(job) ||
    (federation !== undefined && job === 'federate') ||
    (pushgateway !== undefined && /^pushgateway(-hosts)?$/.test(job)) ||
    (blackbox !== undefined && /^blackbox(-(\d+|hosts))?$/.test(job))
