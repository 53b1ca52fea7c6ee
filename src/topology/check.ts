/** The rules between the parts of a site, each with its place in the inventory. */
import { isError, type Problem } from '../diagnostic/problem.ts'
import type { Inventory } from '../inventory/model.ts'
import type { Rules } from '../inventory/rules.ts'
import { componentProblems } from './rules/component-problems.ts'
import { federatedProblems, lookalikeProblems } from './rules/federation/federated.ts'
import { federationProblems } from './rules/federation/federation.ts'
import { generatedJobs, repeatedJobs } from './rules/generated-jobs.ts'
import { firewallProblems } from './rules/port/firewall.ts'
import { occupancyProblems } from './rules/port/occupancy.ts'
import { proxiedProblems } from './rules/port/proxied.ts'
import { vipProblems } from './rules/port/vips.ts'
import { unscrapedBy } from './rules/scraped.ts'
import { siteWarnings } from './rules/site-warnings.ts'
import { standardRules } from './rules/standard-rules.ts'
import { sharedStoreProblems, storeProblems } from './store/problems.ts'

function siteProblems(inventory: Inventory, found: readonly Problem[]): readonly Problem[] {
  const problems = [
    ...firewallProblems(inventory),
    ...occupancyProblems(inventory),
    ...vipProblems(inventory),
    ...proxiedProblems(inventory),
    ...federationProblems(inventory.cells),
    ...sharedStoreProblems(inventory.cells),
    ...siteWarnings(inventory.cells),
  ]
  // Two of them follow federation from cell to cell to its end, so there must be no loop.
  if ([...found, ...problems].some(isError)) return problems
  return [
    ...problems,
    ...lookalikeProblems(inventory.cells),
    ...federatedProblems(inventory.cells),
    ...repeatedJobs(inventory),
    ...storeProblems(inventory),
    ...componentProblems(inventory),
  ]
}

export const siteRules: Rules = { generatedJobs, unscrapedBy, standardRules, siteProblems }
