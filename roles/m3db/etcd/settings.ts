/** `etcd` of `storage.m3db`: the members that promha sets up for M3DB alone. */
import { buildCommon } from '../../../src/inventory/cell/common-words.ts'
import { type CellScope, memberHosts } from '../../../src/inventory/cell/scope.ts'
import type { Context } from '../../../src/inventory/context.ts'
import type { CommonSettings } from '../../../src/inventory/model.ts'
import * as t from '../../../src/inventory/schema/schema-words.ts'
import { atKey, rejectedOf, wasRejected } from '../../../src/inventory/text/place.ts'
import { refuseSecrets } from '../../storage/secret-flags.ts'
import { etcdOwnFlags, etcdSecrets } from '../flags.ts'
import { m3dbProblem } from '../messages.ts'
import { etcdPorts } from '../ports.ts'

export const etcdSchema = t.either([t.texts, t.keys({ hosts: t.texts, ...t.words })])

type EtcdText = t.TextOf<typeof etcdSchema>

export interface EtcdSettings extends CommonSettings {
  readonly hosts: readonly string[]
}

const key = 'storage.m3db.etcd'

interface Written {
  /** What M3DB is called in messages. */
  readonly of: string
  /** The map that has the key `etcd`. */
  readonly in: object
}

/** Undefined if it has no hosts; problems are left in the context. */
export function buildEtcd(
  said: EtcdText | null | undefined,
  { of, in: whole }: Written,
  cell: CellScope,
  context: Context,
): EtcdSettings | undefined {
  const { problems } = context
  const words = Array.isArray(said) ? {} : (said ?? {})
  const patterns = Array.isArray(said) ? said : said?.hosts
  if (patterns == null || (patterns.length === 0 && rejectedOf(patterns).size === 0)) {
    if (!wasRejected(whole, 'etcd')) problems.push(m3dbProblem.noEtcd(atKey(whole, 'etcd'), of))
    return undefined
  }
  const before = problems.length
  const hosts = memberHosts({ hosts: patterns }, { key, one: 'etcd member', exactly: true }, cell, context)
  // A host that is unknown or named twice is told of once, and not as one too few.
  const isCounted = problems.length === before && rejectedOf(patterns).size === 0
  if (isCounted && (hosts.length < 3 || hosts.length % 2 === 0))
    problems.push(m3dbProblem.badEtcd(atKey(whole, 'etcd'), of, hosts.length))
  const common = buildCommon(
    words,
    {
      ...{ of: key, own: etcdOwnFlags, checkFlags: refuseSecrets(key, etcdOwnFlags, etcdSecrets), hosts },
      ...{
        listen: { address: '0.0.0.0', port: etcdPorts.http },
        oneAddress: 'promha has etcd tell its metrics at one address',
      },
    },
    cell,
    context,
  )
  return { hosts, ...common }
}
