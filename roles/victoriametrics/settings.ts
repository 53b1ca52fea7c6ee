/** `storage.victoriametrics` of a cell: two single nodes, each fed by every replica, or a cluster. */
import { defined } from '../../src/diagnostic/defined.ts'
import { buildCommon } from '../../src/inventory/cell/common-words.ts'
import { type CellScope, mayBeCounted, memberHosts } from '../../src/inventory/cell/scope.ts'
import { listensOn } from '../../src/inventory/cell/words-on.ts'
import type { Context } from '../../src/inventory/context.ts'
import type { CommonSettings } from '../../src/inventory/model.ts'
import * as t from '../../src/inventory/schema/schema-words.ts'
import { asWritten } from '../../src/inventory/text/as-written.ts'
import { at, atKey, quoted, wasRejected } from '../../src/inventory/text/place.ts'
import { milliseconds } from '../../src/inventory/value/duration.ts'
import { isWildcard } from '../../src/inventory/value/endpoint.ts'
import { storageProblem } from '../storage/messages.ts'
import { buildRead, type ReadSettings, readSchema } from '../storage/read.ts'
import { buildRelay, type RelaySettings, relaySchema } from '../storage/relay.ts'
import { refuseSecrets } from '../storage/secret-flags.ts'
import { clusterProblem } from './cluster/messages.ts'
import {
  buildCluster,
  buildPart,
  type ClusterPart,
  type ClusterSettings,
  clusterSchema,
  partSchema,
} from './cluster/settings.ts'
import { victoriaMetricsOwnFlags, victoriaMetricsSecrets } from './flags.ts'

export const victoriaMetricsSchema = t.keys({
  hosts: t.texts,
  select: partSchema,
  cluster: clusterSchema,
  retention: t.word,
  read: readSchema,
  write: relaySchema,
  ...t.words,
})

type VictoriaMetricsText = t.TextOf<typeof victoriaMetricsSchema>

export interface VictoriaMetricsSettings extends CommonSettings {
  /** Of the two nodes; empty for a cluster. */
  readonly hosts: readonly string[]
  readonly cluster?: ClusterSettings
  /** The vmselects that read both nodes. Absent: readers are led to one node at a time. */
  readonly select?: ClusterPart
  /** How the replicas reach a cluster. */
  readonly write?: RelaySettings
  /** As written, with its unit. */
  readonly retention: string
  readonly read?: ReadSettings
}

declare module '../storage/store.ts' {
  interface Stores {
    victoriametrics: { text: VictoriaMetricsText; settings: VictoriaMetricsSettings }
  }
}

const day = 86_400_000
const key = 'storage.victoriametrics'

/** Undefined if a part is missing; problems are left in the context. */
export function buildVictoriaMetrics(
  text: VictoriaMetricsText,
  cell: CellScope,
  context: Context,
): VictoriaMetricsSettings | undefined {
  return text.cluster == null ? buildNodes(text, cell, context) : buildWithCluster(text, cell, context)
}

/** Where readers come, unless the inventory says another port. */
const readPort = 8427
/** On the loopback of the replicas' hosts, as vminsert's own, which may be on the same host. */
const writePort = 8429

function buildWithCluster(text: VictoriaMetricsText, cell: CellScope, context: Context) {
  const ofNodes = [
    'hosts',
    'select',
    'listen',
    'flags',
    'environment',
    'limits',
    'files',
    'per_host',
  ] as const
  const beside = ofNodes.filter(key => text[key] != null)
  const [first] = beside
  if (first !== undefined)
    context.problems.push(clusterProblem.besideNodes(at(text, first), cell.name, beside))
  const cluster = text.cluster ? buildCluster(text.cluster, cell, context) : undefined
  const retention = buildRetention(text, `${key} of cell ${quoted(cell.name)}`, cell, context)
  const hosts = cluster?.select.hosts ?? []
  const read =
    text.read && buildRead(text.read, { store: 'victoriametrics', hosts, port: readPort }, cell, context)
  const write = buildRelay(text.write, { store: 'victoriametrics', port: writePort }, cell, context)
  if (!cluster || retention === undefined) return undefined
  const common = { listen: cluster.storage.listen, flags: {}, files: [] }
  return { ...common, hosts: [], retention, cluster, write, ...(read ? { read } : {}) }
}

function buildNodes(text: VictoriaMetricsText, cell: CellScope, context: Context) {
  const before = context.problems.length
  const hosts = memberHosts(text, { key, one: 'VictoriaMetrics node', exactly: true }, cell, context)
  if (mayBeCounted(text, context, before) && hosts.length !== 2)
    context.problems.push(storageProblem.nodesNotTwo(atKey(text, 'hosts'), cell.name, hosts.length))
  const listen = { address: '0.0.0.0', port: 8428 }
  const own = victoriaMetricsOwnFlags
  const kind = { of: key, own, checkFlags: refuseSecrets(key, own, victoriaMetricsSecrets) }
  const common = buildCommon(text, { ...kind, hosts, listen }, cell, context)
  const retention = buildRetention(text, `${key} of cell ${quoted(cell.name)}`, cell, context)
  const select = text.select == null ? undefined : buildPart(text, { kind: 'select', of: key }, cell, context)
  const behind = select ? select.hosts : hosts
  const read =
    text.read &&
    buildRead(text.read, { store: 'victoriametrics', hosts: behind, port: readPort }, cell, context)
  // Where it listens on all addresses, the two clash, which is told of all programs.
  const isTaken = (host: string) =>
    listensOn(common, host).some(({ address, port }) => port === read?.port && !isWildcard(address))
  if (text.read && read?.hosts.some(host => hosts.includes(host) && isTaken(host)))
    context.problems.push(storageProblem.readPortTaken(at(text.read, 'port'), cell.name, read.port))
  if (retention === undefined) return undefined
  return { hosts, retention, ...common, ...defined({ select }), ...(read ? { read } : {}) }
}

function buildRetention(
  text: VictoriaMetricsText,
  of: string,
  { name }: CellScope,
  { problems }: Context,
): string | undefined {
  const written = asWritten(text, 'retention')
  if (written === undefined) {
    if (!wasRejected(text, 'retention'))
      problems.push(storageProblem.noRetention(atKey(text, 'retention'), name))
    return undefined
  }
  const where = at(text, 'retention')
  if (!/^(?:\d+[hdwy])+$/.test(written)) {
    const number = /^\d+$/.test(written) ? written : undefined
    problems.push(storageProblem.badRetention(where, { of, seen: quoted(written), number }))
    return undefined
  }
  if ((milliseconds(written) ?? 0) >= day) return written
  return void problems.push(storageProblem.retentionTooShort(where, of, quoted(written)))
}
