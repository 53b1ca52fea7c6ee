/** `storage.thanos` of a cell: queries over the sidecars of its replicas, and over an object store if it has one. */
import { buildCommon } from '../../src/inventory/cell/common-words.ts'
import type { Own } from '../../src/inventory/cell/flags.ts'
import { type CellScope, memberHosts } from '../../src/inventory/cell/scope.ts'
import { wordsOn } from '../../src/inventory/cell/words-on.ts'
import type { Context } from '../../src/inventory/context.ts'
import type { CellText, CommonSettings, YamlMap } from '../../src/inventory/model.ts'
import * as t from '../../src/inventory/schema/schema-words.ts'
import { at, atKey, memberPlace, quoted, recordMembers, wasRejected } from '../../src/inventory/text/place.ts'
import { isWildcard } from '../../src/inventory/value/endpoint.ts'
import { buildObjstore, type Objstore, objstoreSchema } from '../objstore/settings.ts'
import { buildRead, type ReadSettings, readSchema } from '../storage/read.ts'
import { refuseSecrets } from '../storage/secret-flags.ts'
import { queryFlags, sidecarFlags, storeFlags, thanosSecrets } from './flags.ts'
import { thanosProblem } from './messages.ts'
import { buildCompactor, type CompactorSettings, compactorSchema } from './settings/compactor.ts'

/** Often nothing is said but the hosts. */
const members = t.either([t.texts, t.keys({ hosts: t.texts, ...t.words })])

type MembersText = Exclude<t.TextOf<typeof members>, readonly string[]>

export const thanosSchema = t.keys({
  query: members,
  store: members,
  sidecar: t.noted(t.keys(t.words), { elsewhere: { hosts: 'It runs beside every replica.' } }),
  compactor: compactorSchema,
  read: readSchema,
  objstore: objstoreSchema,
})

export type ThanosText = t.TextOf<typeof thanosSchema>

export interface PlacedSettings extends CommonSettings {
  readonly hosts: readonly string[]
}

export interface ThanosSettings {
  readonly query: PlacedSettings
  /** Beside every replica. */
  readonly sidecar: PlacedSettings
  readonly store?: PlacedSettings
  readonly compactor?: CompactorSettings
  /** Absent: nothing is uploaded. */
  readonly objstore?: Objstore
  readonly read?: ReadSettings
}

declare module '../storage/store.ts' {
  interface Stores {
    thanos: { text: ThanosText; settings: ThanosSettings }
  }
}

const oneAddress = 'Thanos listens on one address.'
/** In the directory of each that has it. */
export const bucketFile = 'objstore.yml'

interface Kind {
  readonly key: 'query' | 'store'
  readonly one: string
  readonly own: Own
  readonly port: number
}

const queryKind: Kind = { key: 'query', one: 'Thanos query', own: queryFlags, port: 10_903 }
const storeKind: Kind = { key: 'store', one: 'Thanos store gateway', own: storeFlags, port: 10_906 }

/** Undefined if a part is missing; problems are left in the context. */
export function buildThanos(
  text: ThanosText,
  cell: CellScope,
  context: Context,
  whole: CellText,
): ThanosSettings | undefined {
  const query = buildMembers(text, queryKind, cell, context)
  const store = text.store == null ? undefined : buildMembers(text, storeKind, cell, context)
  const sidecar = buildSidecar(text, cell, context, whole)
  const compactor = text.compactor == null ? undefined : buildCompactor(text.compactor, cell, context)
  const hosts = query?.hosts ?? []
  const read = text.read && buildRead(text.read, { store: 'thanos', hosts, port: 10_913 }, cell, context)
  if (text.read && read && query && isClosed(read, query))
    context.problems.push(thanosProblem.readPortTaken(at(text.read, 'port'), cell.name, read.port))
  const objstore = buildBucket(text, [sidecar, store, compactor], cell, context)
  if (!query || !sidecar) return undefined
  return {
    ...{ query, sidecar },
    ...(store ? { store } : {}),
    ...(compactor ? { compactor } : {}),
    ...(objstore ? { objstore } : {}),
    ...(read ? { read } : {}),
  }
}

/** As it is written: a path, or the form itself. */
type BucketText = { readonly objstore?: string | YamlMap | null }

/** Of all that has it. Reports what is there for a bucket only, and what a bucket is of no use without. */
function buildBucket(
  text: ThanosText,
  users: readonly ({ readonly hosts: readonly string[] } | undefined)[],
  cell: CellScope,
  context: Context,
): Objstore | undefined {
  const { problems } = context
  const hosts = [...new Set(users.flatMap(one => one?.hosts ?? []))]
  const found = buildObjstore(
    text as BucketText,
    { of: `storage.thanos of cell ${quoted(cell.name)}`, hosts },
    context,
  )
  const isSaid = (key: 'objstore' | 'store' | 'compactor') => text[key] != null || wasRejected(text, key)
  if (!isSaid('objstore')) {
    for (const key of ['store', 'compactor'] as const)
      if (text[key] != null) problems.push(thanosProblem.needsBucket(atKey(text, key), cell.name, key))
    return undefined
  }
  if (!isSaid('store')) problems.push(thanosProblem.noGateway(atKey(text, 'objstore'), cell.name))
  if (!isSaid('compactor')) problems.push(thanosProblem.noCompactor(atKey(text, 'objstore'), cell.name))
  return found
}

/** On the hosts of a query its port is closed to all but some hosts, whatever address is asked. */
function isClosed({ hosts, port }: ReadSettings, query: PlacedSettings): boolean {
  return hosts.some(host => {
    const { listen } = wordsOn(query, host)
    // Where it listens on all addresses, the two clash, which is told of all programs.
    return query.hosts.includes(host) && listen.port === port && !isWildcard(listen.address)
  })
}

function buildMembers(
  text: ThanosText,
  { key, one, own, port }: Kind,
  cell: CellScope,
  context: Context,
): PlacedSettings | undefined {
  const { problems } = context
  const said = asMap(text, key)
  const of = `storage.thanos.${key}`
  const before = problems.length
  const isQuery = key === 'query'
  const hosts = memberHosts(said, { key: of, one, ...(isQuery ? { exactly: true } : {}) }, cell, context)
  if (isQuery && hosts.length === 1 && problems.length === before)
    problems.push(thanosProblem.oneQuery(atKey(text, key), cell.name))
  const listen = { address: '0.0.0.0', port }
  const ownFiles = [isQuery ? 'endpoints.yml' : bucketFile]
  const kind = { of, own, checkFlags: refuseSecrets(of, own, thanosSecrets) }
  const common = buildCommon(said, { ...kind, hosts, listen, oneAddress, ownFiles }, cell, context)
  return { hosts, ...common }
}

/** A list of hosts stands for a map with that list. */
function asMap(text: ThanosText, key: Kind['key']): MembersText {
  const said = text[key]
  if (said != null && !Array.isArray(said)) return said
  const map = { hosts: said ?? [] }
  const place = memberPlace(text, key)
  recordMembers(map, new Map(place ? [['hosts', place]] : []))
  return map
}

function buildSidecar(
  text: ThanosText,
  cell: CellScope,
  context: Context,
  { prometheus }: CellText,
): PlacedSettings | undefined {
  if (!prometheus) {
    context.problems.push(thanosProblem.noPrometheus(atKey(text, 'sidecar'), cell.name))
    return undefined
  }
  const of = 'storage.thanos.sidecar'
  const said = text.sidecar ?? {}
  // What is wrong with a replica is told of Prometheus.
  const hosts = [...new Set(Object.values(prometheus.replicas ?? {}))].filter(host =>
    cell.scope.universe.includes(host),
  )
  const listen = { address: '0.0.0.0', port: 10_902 }
  const kind = { of, own: sidecarFlags, checkFlags: refuseSecrets(of, sidecarFlags, thanosSecrets) }
  const common = buildCommon(
    said,
    { ...kind, hosts, listen, oneAddress, ownFiles: [bucketFile] },
    cell,
    context,
  )
  return { hosts, ...common }
}
