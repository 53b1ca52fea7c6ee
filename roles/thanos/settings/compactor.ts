/** `storage.thanos.compactor`: where the only one runs, and how long it keeps each resolution. */
import { buildCommon } from '../../../src/inventory/cell/common-words.ts'
import { type CellScope, isHostOf } from '../../../src/inventory/cell/scope.ts'
import type { Context } from '../../../src/inventory/context.ts'
import type { CommonSettings } from '../../../src/inventory/model.ts'
import * as t from '../../../src/inventory/schema/schema-words.ts'
import { asWritten } from '../../../src/inventory/text/as-written.ts'
import { at, atFirst, atKey, quoted, wasRejected } from '../../../src/inventory/text/place.ts'
import { milliseconds } from '../../../src/inventory/value/duration.ts'
import { refuseSecrets } from '../../storage/secret-flags.ts'
import { compactorFlags, thanosSecrets } from '../flags.ts'
import { thanosProblem } from '../messages.ts'

const resolutions = ['raw', '5m', '1h'] as const
type Resolution = (typeof resolutions)[number]

export const compactorSchema = t.noted(
  t.keys({
    // A list is refused in words of its own.
    host: t.either([t.text, t.texts]),
    retention: t.keys({ raw: t.word, '5m': t.word, '1h': t.word }),
    ...t.words,
  }),
  { elsewhere: { hosts: 'A bucket has exactly one compactor: use "host".' } },
)

type CompactorText = t.TextOf<typeof compactorSchema>

export interface CompactorSettings extends CommonSettings {
  /** The only one. */
  readonly hosts: readonly [string]
  /** As written, by resolution; 0d is for ever. */
  readonly retention: Readonly<Record<Resolution, string>>
}

const of = 'storage.thanos.compactor'
const day = 86_400_000
/** What Thanos needs to make the two coarser resolutions. */
const least = 10 * day

/** Undefined if it has no host; problems are left in the context. */
export function buildCompactor(
  text: CompactorText,
  cell: CellScope,
  context: Context,
): CompactorSettings | undefined {
  const host = hostOf(text, cell, context)
  const hosts = host === undefined ? [] : [host]
  const checkFlags = refuseSecrets(of, compactorFlags, thanosSecrets)
  const kind = { of, own: compactorFlags, checkFlags, hosts, listen: { address: '0.0.0.0', port: 10_912 } }
  const common = buildCommon(
    text,
    { ...kind, oneAddress: 'Thanos listens on one address.', ownFiles: ['objstore.yml'] },
    cell,
    context,
  )
  const retention = buildRetention(text.retention ?? {}, cell, context)
  return host === undefined ? undefined : { hosts: [host], ...common, retention }
}

function hostOf(text: CompactorText, cell: CellScope, { problems }: Context): string | undefined {
  const { host } = text
  if (Array.isArray(host)) {
    problems.push(thanosProblem.compactorsNotOne(atFirst(text, 'host'), cell.name, host.length))
    return undefined
  }
  if (typeof host !== 'string') {
    if (!wasRejected(text, 'host'))
      problems.push(thanosProblem.noCompactorHost(atKey(text, 'host'), cell.name))
    return undefined
  }
  const member = { host, label: `${of} of cell ${quoted(cell.name)}`, owner: text, key: 'host' }
  return isHostOf(cell, member, [], problems) ? host : undefined
}

function buildRetention(
  text: NonNullable<CompactorText['retention']>,
  cell: CellScope,
  { problems }: Context,
): CompactorSettings['retention'] {
  const kept: Record<Resolution, string> = { raw: '0d', '5m': '0d', '1h': '0d' }
  const before = problems.length
  for (const resolution of resolutions) {
    const written = asWritten(text, resolution)
    if (written === undefined) continue
    const where = at(text, resolution)
    const said = { cell: cell.name, resolution, seen: quoted(written) }
    if (!/^(?:\d+[hdwy])+$/.test(written)) problems.push(thanosProblem.badRetention(where, said))
    else if (isTooShort(written)) problems.push(thanosProblem.retentionTooShort(where, said))
    else kept[resolution] = written
  }
  const lengths = new Set(resolutions.map(one => milliseconds(kept[one])))
  if (problems.length === before && lengths.size > 1) {
    const first = resolutions.find(one => text[one] != null) ?? 'raw'
    problems.push(thanosProblem.retentionsDiffer(atKey(text, first), cell.name, kept))
  }
  return kept
}

function isTooShort(written: string): boolean {
  const length = milliseconds(written) ?? 0
  return length > 0 && length < least
}
