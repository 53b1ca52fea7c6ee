/** `storage.m3db` of a cell. */
import { buildCommon } from '../../src/inventory/cell/common-words.ts'
import { type CellScope, memberHosts } from '../../src/inventory/cell/scope.ts'
import { listensOn } from '../../src/inventory/cell/words-on.ts'
import type { Context } from '../../src/inventory/context.ts'
import type { CommonSettings } from '../../src/inventory/model.ts'
import * as t from '../../src/inventory/schema/schema-words.ts'
import { asWritten } from '../../src/inventory/text/as-written.ts'
import { at, atKey, quoted, rejectedOf } from '../../src/inventory/text/place.ts'
import { milliseconds } from '../../src/inventory/value/duration.ts'
import { isWildcard } from '../../src/inventory/value/endpoint.ts'
import { buildRead, type ReadSettings, readSchema } from '../storage/read.ts'
import { buildEtcd, type EtcdSettings, etcdSchema } from './etcd/settings.ts'
import { m3dbOwnFlags } from './flags.ts'
import { m3dbProblem } from './messages.ts'
import { m3dbCopies } from './policy.ts'
import { m3dbName, m3dbPorts, m3dbReadPort } from './ports.ts'

export const m3dbSchema = t.keys({
  hosts: t.texts,
  etcd: etcdSchema,
  retention: t.word,
  read: readSchema,
  ...t.words,
})

export type M3dbText = t.TextOf<typeof m3dbSchema>

export interface M3dbSettings extends CommonSettings {
  readonly hosts: readonly string[]
  /** Milliseconds. */
  readonly retention: number
  readonly etcd: EtcdSettings
  readonly read?: ReadSettings
}

const key = `storage.${m3dbName}`
const day = 86_400_000
const usualRetention = 365 * day

/** Undefined if a part is missing; problems are left in the context. */
export function buildM3db(text: M3dbText, cell: CellScope, context: Context): M3dbSettings | undefined {
  const of = `${key} of cell ${quoted(cell.name)}`
  const before = context.problems.length
  const hosts = memberHosts(text, { key, one: 'M3DB node', exactly: true }, cell, context)
  const isCounted = context.problems.length === before && rejectedOf(text.hosts ?? []).size === 0
  if (isCounted && hosts.length < m3dbCopies)
    context.problems.push(m3dbProblem.tooFewNodes(atKey(text, 'hosts'), of, hosts.length))
  const common = buildCommon(
    text,
    {
      ...{ of: key, own: m3dbOwnFlags, hosts, listen: { address: '0.0.0.0', port: m3dbPorts.http } },
      ...{ ownFiles: ['m3dbnode.yml'], oneAddress: 'M3DB listens on one address' },
    },
    cell,
    context,
  )
  const etcd = buildEtcd(text.etcd, { of, in: text }, cell, context)
  const retention = buildRetention(text, of, context)
  const read =
    text.read && buildRead(text.read, { store: m3dbName, hosts, port: m3dbReadPort }, cell, context)
  // Where it listens on all addresses, the two clash, which is told of all programs.
  const isTaken = (host: string) =>
    listensOn(common, host).some(({ address, port }) => port === read?.port && !isWildcard(address))
  if (text.read && read?.hosts.some(host => hosts.includes(host) && isTaken(host)))
    context.problems.push(m3dbProblem.readPortTaken(at(text.read, 'port'), of, read.port))
  return etcd && { hosts, retention, etcd, ...common, ...(read ? { read } : {}) }
}

function buildRetention(text: M3dbText, of: string, { problems }: Context): number {
  const written = asWritten(text, 'retention')
  const where = at(text, 'retention')
  if (written === undefined) return usualRetention
  const time = /^\d+[hdwy]$/.test(written) ? milliseconds(written) : undefined
  const number = /^\d+$/.test(written) ? written : undefined
  if (time === undefined) problems.push(m3dbProblem.badRetention(where, of, quoted(written), number))
  else if (time < day) problems.push(m3dbProblem.retentionTooShort(where, of, quoted(written)))
  return time ?? usualRetention
}
