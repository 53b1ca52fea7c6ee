/** `storage.cortex` and `storage.mimir` of a cell, which are written alike. */
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
import { buildObjstore, type Objstore, objstoreSchema } from '../objstore/settings.ts'
import type { BackendConfig } from '../objstore/translate.ts'
import { buildRead, type ReadSettings, readSchema } from '../storage/read.ts'
import { buildRelay, type RelaySettings, relaySchema } from '../storage/relay.ts'
import { refuseSecrets } from '../storage/secret-flags.ts'
import { ringSecrets } from './flags.ts'
import { copies, type RingKind, shortestFailover } from './kind.ts'
import { ringProblem } from './messages.ts'

export const ringSchema = t.keys({
  hosts: t.texts,
  objstore: objstoreSchema,
  retention: t.word,
  ha: t.keys({ failover: t.text }),
  read: readSchema,
  write: relaySchema,
  ...t.words,
})

export type RingText = t.TextOf<typeof ringSchema>

export interface RingSettings extends CommonSettings {
  readonly hosts: readonly string[]
  /** As written, with its unit. */
  readonly retention: string
  /** Milliseconds without a sample of the chosen replica until the store chooses another one. */
  readonly failover: number
  readonly read?: ReadSettings
  readonly write: RelaySettings
  readonly objstore: Objstore
  /** The same as its config has it. */
  readonly bucket: BackendConfig
}

const usualFailover = 15_000
const day = 86_400_000

/** Undefined if a part is missing; problems are left in the context. */
export function buildRing(
  kind: RingKind,
  text: RingText,
  cell: CellScope,
  context: Context,
): RingSettings | undefined {
  const { name, label, ports, ownFlags } = kind
  const key = `storage.${name}`
  const of = `${key} of cell ${quoted(cell.name)}`
  const before = context.problems.length
  const hosts = memberHosts(text, { key, one: `${label} member`, exactly: true }, cell, context)
  if (mayBeCounted(text, context, before) && hosts.length < copies)
    context.problems.push(ringProblem.tooFewMembers(atKey(text, 'hosts'), of, hosts.length))
  const common = buildCommon(
    text,
    {
      ...{ checkFlags: refuseSecrets(key, ownFlags, ringSecrets) },
      ...{ of: key, own: ownFlags, hosts, listen: { address: '0.0.0.0', port: ports.http } },
      ...{ ownFiles: [`${name}.yml`], oneAddress: `${label} listens on one address` },
    },
    cell,
    context,
  )
  const retention = buildRetention(text, of, label, context)
  const failover = buildFailover(text.ha, of, context)
  const read = text.read && buildRead(text.read, { store: name, hosts, port: ports.read }, cell, context)
  // Where it listens on all addresses, the two clash, which is told of all programs.
  const isTaken = (host: string) =>
    listensOn(common, host).some(({ address, port }) => port === read?.port && !isWildcard(address))
  if (text.read && read?.hosts.some(host => hosts.includes(host) && isTaken(host)))
    context.problems.push(ringProblem.readPortTaken(at(text.read, 'port'), of, read.port))
  const write = buildRelay(text.write, { store: name, port: ports.write }, cell, context)
  const objstore = buildObjstore(
    text as Parameters<typeof buildObjstore>[0],
    { of, hosts, required: true },
    context,
  )
  const bucket = objstore && kind.bucket(objstore, context.problems)
  if (retention === undefined || !objstore || !bucket) return undefined
  return { hosts, retention, failover, write, objstore, bucket, ...common, ...(read ? { read } : {}) }
}

function buildRetention(
  text: RingText,
  of: string,
  label: string,
  { problems }: Context,
): string | undefined {
  const written = asWritten(text, 'retention')
  const where = at(text, 'retention')
  if (written === undefined) {
    if (!wasRejected(text, 'retention'))
      problems.push(ringProblem.noRetention(atKey(text, 'retention'), of, label))
    return undefined
  }
  if (!/^\d+[hdwy]$/.test(written)) {
    const number = /^\d+$/.test(written) ? written : undefined
    problems.push(ringProblem.badRetention(where, of, quoted(written), number))
    return undefined
  }
  if ((milliseconds(written) ?? 0) >= day) return written
  return void problems.push(ringProblem.retentionTooShort(where, of, quoted(written)))
}

function buildFailover(text: RingText['ha'], of: string, { problems }: Context): number {
  const written = text && asWritten(text, 'failover')
  if (text == null || written == null) return usualFailover
  const time = /^(?:\d+[sm])+$/.test(written) ? milliseconds(written) : undefined
  const where = at(text, 'failover')
  if (time === undefined) problems.push(ringProblem.badFailover(where, of, quoted(written)))
  else if (time < shortestFailover)
    problems.push(ringProblem.failoverTooShort(where, of, quoted(written), shortestFailover / 1000))
  return time ?? usualFailover
}
