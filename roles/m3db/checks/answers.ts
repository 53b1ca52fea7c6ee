/** How a node of M3DB is asked. Tried with 1.5.0. */

import { goMilliseconds } from '../../../src/inventory/value/duration.ts'
import { markedWriter } from '../../../src/topology/store/writer-mark.ts'
import { query, rangeQuery, type Series } from '../../../src/verify/answer/answers.ts'
import {
  asLabels,
  asList,
  asOptional,
  asText,
  type Reader,
  record,
  truth,
} from '../../../src/verify/answer/shape.ts'
import { parseJson } from '../../../src/verify/ask/json.ts'
import type { Api } from '../../../src/verify/ask/question.ts'
import { type Feeding, type Held, lookBack } from '../../storage/checks/held.ts'
import { aggregated, type Policy, readHeaders } from '../policy.ts'

export function json<A>(path: string, of: Reader<A>, more: Partial<Api> = {}): Api<A> {
  return { ...more, path, read: body => of(parseJson(body), 'the answer') }
}

const asNames: Reader<readonly (readonly [string, unknown])[]> = (value, place) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value)
  asLabels(value, place)
  return []
}

function asMapOf<A>(of: Reader<A>): Reader<readonly A[]> {
  return (value, place) =>
    asNames(value, place).map(([name, one]) => of(one, `${place}.${name.slice(0, 40)}`))
}

const namespace = record({
  id: asText,
  attributes: record({ metricsType: asText, retention: asText, resolution: asText }),
})
const ready = record({ readyWrites: asOptional(asList(namespace)) })

/** The namespace of its samples as the node takes writes for it; undefined if it does not yet. */
export const takesWrites: Api<Policy | undefined> = {
  path: '/ready',
  read: body => {
    const { readyWrites = [] } = ready(parseJson(body), 'the answer')
    const found = readyWrites.find(({ id }) => id === aggregated)?.attributes
    if (!found) return undefined
    const { retention, resolution } = found
    return { retention: goMilliseconds(retention) ?? 0, resolution: goMilliseconds(resolution) ?? 0 }
  },
}

/** Of the node's own port: whether it has read what it holds. */
export const bootstrapped: Api<boolean> = {
  path: '/health',
  read: body => record({ bootstrapped: truth })(parseJson(body), 'the answer').bootstrapped,
}

export interface PlacedShards {
  readonly host: string
  /** States of its shards, each once. */
  readonly states: readonly string[]
}

const instance = record({ id: asText, shards: asOptional(asList(record({ state: asText }))) })
const placed = record({ placement: asOptional(record({ instances: asMapOf(instance) })) })

/** Which node has what; empty if nothing is founded yet, which a node answers with 404. */
export const placement: Api<readonly PlacedShards[]> = {
  path: '/api/v1/services/m3db/placement',
  also: [404],
  read: body => {
    const { placement: found } = placed(parseJson(body), 'the answer')
    return (found?.instances ?? []).map(({ id, shards = [] }) => ({
      host: id,
      states: [...new Set(shards.map(({ state }) => state))],
    }))
  },
}

export interface KnownNamespace extends Policy {
  readonly name: string
  readonly isReady: boolean
}

const options = record({
  retentionOptions: record({ retentionPeriodNanos: asText }),
  stagingState: asOptional(record({ status: asOptional(asText) })),
  aggregationOptions: asOptional(
    record({
      aggregations: asList(
        record({ attributes: asOptional(record({ resolutionNanos: asOptional(asText) })) }),
      ),
    }),
  ),
})
const registry = record({ registry: record({ namespaces: asNames }) })

/** Those that were founded. */
export const knownNamespaces: Api<readonly KnownNamespace[]> = {
  path: '/api/v1/services/m3db/namespace',
  read: body =>
    registry(parseJson(body), 'the answer').registry.namespaces.map(([name, value]) => {
      const { retentionOptions, stagingState, aggregationOptions } = options(value, 'a namespace')
      const resolution = aggregationOptions?.aggregations[0]?.attributes?.resolutionNanos ?? '0'
      return {
        name,
        isReady: stagingState?.status === 'READY',
        retention: Number(retentionOptions.retentionPeriodNanos) / 1e6,
        resolution: Number(resolution) / 1e6,
      }
    }),
}

/** What it holds of `up` of the replicas, of the last hour. Any node answers for all of them. */
export function upOfM3db({ cell }: Feeding, policy: Policy): Api<readonly Held[]> {
  return heldOf(`up{job="prometheus",cell=${JSON.stringify(cell)}}`, policy)
}

/** The marks of the writers. A matcher that takes any of some values or none does not find what has none, so these are asked apart. */
export function marksOfM3db({ cell }: Feeding, policy: Policy): Api<readonly Held[]> {
  return heldOf(`${markedWriter}{cell=${JSON.stringify(cell)}}`, policy)
}

function heldOf(selector: string, policy: Policy): Api<readonly Held[]> {
  const { path, read } = rangeQuery(`${selector}[${lookBack}s]`)
  const heldBy = ({ metric, values }: Series): Held => ({
    labels: metric,
    at: values.map(([time]) => Math.round(time * 1000)),
  })
  return { path, sent: { headers: readHeaders(policy) }, read: body => read(body).map(heldBy) }
}

/** Its clock, in milliseconds since the epoch. */
export const m3dbClock: Api<number> = { ...query('time()'), read: readTime }

const time = record({ data: record({ result: asList(of => of) }) })

function readTime(body: string): number {
  const [seconds] = time(parseJson(body), 'the answer').data.result
  return Number(seconds) * 1000
}
