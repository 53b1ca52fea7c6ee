/** `cluster` of `storage.victoriametrics`: three kinds of programs instead of two single nodes. `select` may also stand beside these. */
import { buildCommon } from '../../../src/inventory/cell/common-words.ts'
import type { Own } from '../../../src/inventory/cell/flags.ts'
import { type CellScope, memberHosts } from '../../../src/inventory/cell/scope.ts'
import type { Context } from '../../../src/inventory/context.ts'
import type { CommonSettings } from '../../../src/inventory/model.ts'
import * as t from '../../../src/inventory/schema/schema-words.ts'
import { at, atKey, rejectedOf, wasRejected } from '../../../src/inventory/text/place.ts'
import { refuseSecrets } from '../../storage/secret-flags.ts'
import { victoriaMetricsSecrets } from '../flags.ts'
import { clusterProblem } from './messages.ts'
import { clusterOwnFlags, clusterPorts } from './programs.ts'

export const partSchema = t.either([t.texts, t.keys({ hosts: t.texts, ...t.words })])

export const clusterSchema = t.keys({
  storage: partSchema,
  insert: partSchema,
  select: partSchema,
  replication: t.number,
})

export type ClusterText = t.TextOf<typeof clusterSchema>

export interface ClusterPart extends CommonSettings {
  readonly hosts: readonly string[]
}

export interface ClusterSettings {
  readonly storage: ClusterPart
  readonly insert: ClusterPart
  readonly select: ClusterPart
  /** How many vmstorage have each sample. */
  readonly replication: number
}

type Kind = 'storage' | 'insert' | 'select'

const key = 'storage.victoriametrics.cluster'

const usualReplication = 2

/** Undefined if a part is missing; problems are left in the context. It refuses what would not bear the loss of one host. */
export function buildCluster(
  text: ClusterText,
  cell: CellScope,
  context: Context,
): ClusterSettings | undefined {
  const { problems } = context
  const replication = text.replication ?? usualReplication
  if (!Number.isInteger(replication) || replication < 2) {
    problems.push(
      clusterProblem.replicationTooLow(at(text, 'replication'), { of: key, cell: cell.name, replication }),
    )
    return undefined
  }
  const [storage, insert, select] = (['storage', 'insert', 'select'] as const).map(kind =>
    buildPart(text, { kind, of: key }, cell, context),
  )
  if (!storage || !insert || !select) return undefined
  const least = 2 * replication - 1
  if (storage.hosts.length < least)
    problems.push(
      clusterProblem.tooFewStorage(atKey(text, 'storage'), {
        ...{ of: key, cell: cell.name, least, replication, count: storage.hosts.length },
      }),
    )
  return { storage, insert, select, replication }
}

interface PartOf {
  readonly kind: Kind
  /** Where `text` is written: `storage.victoriametrics.cluster`. */
  readonly of: string
}

/** One kind of program: its hosts and its words. Undefined if it is missing or wrong; problems are left in the context. */
export function buildPart(
  text: Pick<ClusterText, Kind> | Pick<ClusterText, 'select'>,
  { kind, of: parent }: PartOf,
  cell: CellScope,
  context: Context,
): ClusterPart | undefined {
  const said = (text as Pick<ClusterText, Kind>)[kind]
  const words = Array.isArray(said) ? {} : (said ?? {})
  const patterns = Array.isArray(said) ? said : said?.hosts
  const of = `${parent}.${kind}`
  if (patterns == null || (patterns.length === 0 && rejectedOf(patterns).size === 0)) {
    if (!wasRejected(text, kind))
      context.problems.push(clusterProblem.noHosts(atKey(text, kind), { of: parent, cell: cell.name, kind }))
    return undefined
  }
  const before = context.problems.length
  const hosts = memberHosts({ hosts: patterns }, { key: of, one: `vm${kind}`, exactly: true }, cell, context)
  const listen = { address: '0.0.0.0', port: clusterPorts[kind] }
  const own: Own = clusterOwnFlags[kind]
  const checkFlags = refuseSecrets(of, own, victoriaMetricsSecrets)
  const common = buildCommon(words, { of, own, checkFlags, hosts, listen }, cell, context)
  // A host that is unknown or named twice is told of once, and not as one too few.
  if (context.problems.length > before) return undefined
  if (hosts.length < 2 && kind !== 'storage')
    context.problems.push(clusterProblem.onlyOne(atKey(text, kind), { of: parent, cell: cell.name, kind }))
  return { hosts, ...common }
}
