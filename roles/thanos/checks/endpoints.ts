/** Does a query ask every sidecar and store gateway of its cell? */
import { listFirst } from '../../../src/diagnostic/list-first.ts'
import { joinHostPort } from '../../../src/inventory/value/endpoint.ts'
import type { CellTopology } from '../../../src/topology/model.ts'
import { type CheckDefinition, defineCheck } from '../../../src/verify/answer/view.ts'
import { type Program, programQuestion } from '../../../src/verify/ask/question.ts'
import { endpoints, type QueryEndpoint } from '../answers.ts'
import { thanosSidecar, thanosStore } from '../components.ts'
import { grpcPorts } from '../ports.ts'

/** Who is to be asked, as a query names it. */
export interface Expected {
  readonly host: string
  readonly component: string
  readonly endpoint: string
}

/** All sidecars and gateways of a cell. */
export function expectedEndpoints({ stores }: Pick<CellTopology, 'stores'>): readonly Expected[] {
  return [thanosSidecar.name, thanosStore.name].flatMap(component =>
    stores.flatMap(one =>
      one.component === component
        ? one.members.map(({ host, address }) => ({
            ...{ host, component },
            endpoint: joinHostPort({ address, port: grpcPorts[component] ?? 0 }),
          }))
        : [],
    ),
  )
}

/** What a query lacks of them, in words; empty if it asks all of them. */
export function lackingEndpoints(
  expected: readonly Expected[],
  seen: readonly QueryEndpoint[],
): readonly string[] {
  return expected.flatMap(({ host, component, endpoint }) => {
    const found = seen.find(({ name }) => name === endpoint)
    if (found === undefined) return [`${component} on ${host} at ${endpoint}`]
    return found.lastError === undefined ? [] : [`${component} on ${host} (${found.lastError.slice(0, 200)})`]
  })
}

/** `thanos.endpoints`: nothing else shows that one is missing, since a query is ready and answers without it. */
export function queryEndpoints(program: Program, cell: CellTopology): CheckDefinition {
  const needs = { seen: programQuestion(program, endpoints) }
  return defineCheck('thanos.endpoints', `${program.host}/${program.component}`, needs, ({ seen }) => {
    const expected = expectedEndpoints(cell)
    const lacking = lackingEndpoints(expected, seen)
    if (lacking.length === 0) return { status: 'pass', detail: `asks all ${expected.length} endpoints` }
    return {
      status: 'fail',
      detail: `asks ${expected.length - lacking.length} of ${expected.length} endpoints; missing: ${listFirst(lacking)}`,
      remedy: `See whether it runs there, and whether ${program.host} reaches that address. Answers lack its data, without a warning.`,
    }
  })
}
