/** How Thanos is asked. Tried with 0.42.4. */
import { api, query, rangeQuery } from '../../src/verify/answer/answers.ts'
import { sample } from '../../src/verify/answer/metrics.ts'
import { asList, asOptional, asText, record, ShapeError } from '../../src/verify/answer/shape.ts'
import { parseJson } from '../../src/verify/ask/json.ts'
import type { Api } from '../../src/verify/ask/question.ts'
import type { Held } from '../storage/checks/held.ts'

/** What a query asks. */
export interface QueryEndpoint {
  /** `ADDRESS:PORT`. */
  readonly name: string
  /** Absent: the last time that it was asked, it answered. */
  readonly lastError?: string
}

const endpoint = record({ name: asText, lastError: asOptional(asText) })
const answer = record({ data: asOptional((value: unknown) => value) })

/** Whom a query asks now. It forgets one that is lost within minutes. */
export const endpoints: Api<readonly QueryEndpoint[]> = {
  path: '/api/v1/stores',
  read: body => {
    const { data } = answer(parseJson(body), 'the answer')
    if (typeof data !== 'object' || data === null) throw new ShapeError('the answer has no data')
    // By what they are: `sidecar`, `store`.
    return Object.entries(data).flatMap(([kind, list]) => asList(endpoint)(list, kind))
  },
}

/** All series of a selector, of each replica by itself, or of all together. */
export function seriesOf(selector: string, dedup: boolean): Api<readonly Readonly<Record<string, string>>[]> {
  const { path, read } = query(selector)
  return {
    path: `${path}&dedup=${dedup}&partial_response=true`,
    read: body => read(body).map(({ metric }) => metric),
  }
}

/** What it holds of a selector, of all replicas together, `back` seconds from now. */
export function heldOf(selector: string, back: number): Api<readonly Held[]> {
  const { path, read } = rangeQuery(`${selector}[${back}s]`)
  return {
    path: `${path}&dedup=true&partial_response=true`,
    read: body =>
      read(body).map(({ metric, values }) => ({ labels: metric, at: values.map(([at]) => at * 1000) })),
  }
}

/** Its clock, in milliseconds since the epoch. */
export const thanosClock: Api<number> = {
  path: api.time.path,
  read: body => api.time.read(body) * 1000,
}

/** Whether a compactor has given up, which neither its health nor its unit shows. */
export function isHalted(metrics: string): boolean {
  return (sample(metrics, 'thanos_compact_halted') ?? 0) > 0
}
