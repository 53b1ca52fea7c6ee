/** `storage.victoriametrics` of a cell: two single nodes, each fed by every replica. */
import { buildCommon } from '../../src/inventory/cell/common-words.ts'
import type { Own } from '../../src/inventory/cell/flags.ts'
import { type CellScope, memberHosts } from '../../src/inventory/cell/scope.ts'
import { listensOn } from '../../src/inventory/cell/words-on.ts'
import type { Context } from '../../src/inventory/context.ts'
import type { CommonSettings } from '../../src/inventory/model.ts'
import * as t from '../../src/inventory/schema/schema-words.ts'
import { asWritten } from '../../src/inventory/text/as-written.ts'
import { at, atKey, quoted, rejectedOf, wasRejected } from '../../src/inventory/text/place.ts'
import { milliseconds } from '../../src/inventory/value/duration.ts'
import { isWildcard } from '../../src/inventory/value/endpoint.ts'
import { storageProblem } from '../storage/messages.ts'
import { buildRead, type ReadSettings, readSchema } from '../storage/read.ts'

export const victoriaMetricsSchema = t.noted(
  t.keys({ hosts: t.texts, retention: t.word, read: readSchema, ...t.words }),
  {
    notYet: ['cluster'],
  },
)

type VictoriaMetricsText = t.TextOf<typeof victoriaMetricsSchema>

export interface VictoriaMetricsSettings extends CommonSettings {
  readonly hosts: readonly string[]
  /** As written, with its unit. */
  readonly retention: string
  readonly read?: ReadSettings
}

declare module '../storage/store.ts' {
  interface Stores {
    victoriametrics: { text: VictoriaMetricsText; settings: VictoriaMetricsSettings }
  }
}

const plainHttp = 'promha asks it by plain HTTP; TLS and passwords are not supported yet'

export const victoriaMetricsOwnFlags: Own = {
  'httpListenAddr*': 'use "listen"',
  storageDataPath: 'promha keeps the data in /var/lib/victoriametrics',
  retentionPeriod: 'use "retention"',
  'dedup.minScrapeInterval': 'promha sets it to the scrape interval of the replicas',
  'http.pathPrefix': 'promha asks it and writes to it without a prefix',
  enableTCP6: 'promha sets it if an address of "listen" is IPv6',
  'promscrape.config.dryRun': 'it ends the program',
  dryRun: 'it ends the program',
  tls: plainHttp,
  mtls: plainHttp,
  'httpAuth.*': plainHttp,
  metricsAuthKey: plainHttp,
}

const day = 86_400_000

/** Undefined if a part is missing; problems are left in the context. */
export function buildVictoriaMetrics(text: VictoriaMetricsText, cell: CellScope, context: Context) {
  const key = 'storage.victoriametrics'
  const before = context.problems.length
  const hosts = memberHosts(text, { key, one: 'VictoriaMetrics node', exactly: true }, cell, context)
  const isCounted = context.problems.length === before && rejectedOf(text.hosts ?? []).size === 0
  if (isCounted && hosts.length !== 2)
    context.problems.push(storageProblem.nodesNotTwo(atKey(text, 'hosts'), cell.name, hosts.length))
  const listen = { address: '0.0.0.0', port: 8428 }
  const common = buildCommon(text, { of: key, own: victoriaMetricsOwnFlags, hosts, listen }, cell, context)
  const retention = buildRetention(text, `${key} of cell ${quoted(cell.name)}`, cell, context)
  const read =
    text.read && buildRead(text.read, { store: 'victoriametrics', hosts, port: 8427 }, cell, context)
  // Where it listens on all addresses, the two clash, which is told of all programs.
  const isTaken = (host: string) =>
    listensOn(common, host).some(({ address, port }) => port === read?.port && !isWildcard(address))
  if (text.read && read?.hosts.some(host => hosts.includes(host) && isTaken(host)))
    context.problems.push(storageProblem.readPortTaken(at(text.read, 'port'), cell.name, read.port))
  if (retention === undefined) return undefined
  return { hosts, retention, ...common, ...(read ? { read } : {}) }
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
