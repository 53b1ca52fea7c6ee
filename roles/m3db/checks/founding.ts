/** What M3DB is told once, when all of its nodes are there: which node has what, and what it keeps. Tried with 1.5.0. */
import { joinHostPort } from '../../../src/inventory/value/endpoint.ts'
import type { Member } from '../../../src/topology/model.ts'
import { asOptional, record, truth } from '../../../src/verify/answer/shape.ts'
import type { Api } from '../../../src/verify/ask/question.ts'
import type { LackRequest } from '../../../src/verify/checks/facet.ts'
import { storeMembers } from '../../storage/store.ts'
import { aggregated, m3dbCopies, type Policy, policyOf, unaggregated } from '../policy.ts'
import { m3dbName, m3dbPorts, zone } from '../ports.ts'
import { json, knownNamespaces } from './answers.ts'

const base = '/api/v1/services/m3db'
/** Few, since each block of each is some open files. */
const shards = 16
const hour = 3_600_000
const day = 24 * hour

const anything = record({})

/** All calls may be made again: what is there already answers 409, and stays. */
function told(path: string, body: object): Api {
  return json(`${base}/${path}`, anything, { also: [409], sent: { body: JSON.stringify(body) } })
}

export function shardPlacement(members: readonly Member[]): object {
  return {
    numShards: shards,
    replicationFactor: m3dbCopies,
    instances: members.map(({ host, address }) => ({
      ...{ id: host, isolationGroup: host, zone, weight: 100 },
      endpoint: joinHostPort({ address, port: m3dbPorts.peers }),
      ...{ hostname: address, port: m3dbPorts.peers },
    })),
  }
}

/** `resolution`: absent of samples that are kept as they come. */
export function namespaceOf(name: string, { retention, resolution }: Partial<Policy>): object {
  const kept = retention ?? 2 * day
  const blocks = { blockSizeNanos: nanoseconds(blockSize(kept)) }
  const aggregation =
    resolution === undefined
      ? { aggregated: false }
      : {
          aggregated: true,
          attributes: { resolutionNanos: nanoseconds(resolution), downsampleOptions: { all: true } },
        }
  return {
    name,
    options: {
      ...{ bootstrapEnabled: true, flushEnabled: true, writesToCommitLog: true, cleanupEnabled: true },
      ...{ repairEnabled: false, snapshotEnabled: true, coldWritesEnabled: false },
      retentionOptions: {
        ...{ retentionPeriodNanos: nanoseconds(kept), ...blocks },
        ...{ bufferFutureNanos: nanoseconds(120_000), bufferPastNanos: nanoseconds(600_000) },
        ...{ blockDataExpiry: true, blockDataExpiryAfterNotAccessPeriodNanos: nanoseconds(300_000) },
      },
      indexOptions: { enabled: true, ...blocks },
      aggregationOptions: { aggregations: [aggregation] },
    },
  }
}

/** It can never be changed, and each block is open files. */
function blockSize(retention: number): number {
  if (retention <= 7 * day) return 2 * hour
  return retention <= 30 * day ? 12 * hour : day
}

/** As a text, since the number is too long for JSON. */
function nanoseconds(milliseconds: number): string {
  return `${BigInt(milliseconds) * 1_000_000n}`
}

/** 500 as long as the nodes have not all heard of it. */
function isReady(name: string): Api<boolean> {
  const answer = record({ ready: asOptional(truth) })
  return json(`${base}/namespace/ready`, (value, place) => answer(value, place).ready === true, {
    also: [500],
    sent: { body: JSON.stringify({ name }) },
  })
}

/** Founds what is missing, from the node that comes last. Undefined once all is there, and while others are still to come. */
export async function foundM3db({ get, cell, host, serves }: LackRequest): Promise<string | undefined> {
  const store = cell.stores.find(({ component }) => component === m3dbName)
  if (store?.retention === undefined) return undefined
  const members = storeMembers(m3dbName)(cell)
  for (const other of members)
    if (other.host !== host && !(await serves(m3dbName, other.host))) return undefined
  const known = await get(knownNamespaces)
  if (known.every(({ isReady }) => isReady) && known.length > 1) return undefined
  await get(told('placement/init', shardPlacement(members)))
  const wanted = [
    [unaggregated, {}],
    [aggregated, policyOf(store.interval, store.retention)],
  ] as const
  for (const [name, policy] of wanted) await get(told('namespace', namespaceOf(name, policy)))
  for (const [name] of wanted)
    if (!(await get(isReady(name)))) return `not all nodes have heard of the namespace ${name} yet`
  return undefined
}
