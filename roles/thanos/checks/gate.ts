/** When a query that says that it is ready can really be read. */
import { listFirst } from '../../../src/diagnostic/list-first.ts'
import type { Lack } from '../../../src/verify/checks/facet.ts'
import { endpoints } from '../answers.ts'
import { expectedEndpoints, lackingEndpoints } from './endpoints.ts'

/** It is ready without a single endpoint, so it is asked for each of those that are ready themselves. */
export const awaitsEndpoints: Lack = async ({ get, serves, cell }) => {
  const all = expectedEndpoints(cell)
  const there = await Promise.all(all.map(one => serves(one.component, one.host)))
  const lacking = lackingEndpoints(
    all.filter((_, index) => there[index]),
    await get(endpoints),
  )
  return lacking.length === 0 ? undefined : `it does not ask ${listFirst(lacking)}`
}
