/** The rules between the parts of a site, each with its place in the inventory. */
import { isError, type Problem } from '../diagnostic/problem.ts'
import type { Inventory } from '../inventory/model.ts'
import type { Rules } from '../inventory/rules.ts'
import { federatedProblems, lookalikeProblems } from './rules/federated.ts'
import { federationProblems } from './rules/federation.ts'
import { firewallProblems } from './rules/firewall.ts'
import { generatedJobs } from './rules/generated-jobs.ts'
import { occupancyProblems } from './rules/occupancy.ts'
import { proxiedProblems } from './rules/proxied.ts'
import { unscrapedBy } from './rules/scraped.ts'
import { siteWarnings } from './rules/site-warnings.ts'
import { vipProblems } from './rules/vips.ts'

/** What cannot be highly available, and what would not work well. */
function siteProblems(inventory: Inventory, found: readonly Problem[]): readonly Problem[] {
  const problems = [
    ...firewallProblems(inventory),
    ...occupancyProblems(inventory),
    ...vipProblems(inventory),
    ...proxiedProblems(inventory),
    ...federationProblems(inventory.cells),
    ...siteWarnings(inventory.cells),
  ]
  // Both follow federation from cell to cell to its end, so there must be no loop.
  if ([...found, ...problems].some(isError)) return problems
  return [...problems, ...lookalikeProblems(inventory.cells), ...federatedProblems(inventory.cells)]
}

export const rules: Rules = { generatedJobs, unscrapedBy, siteProblems }
