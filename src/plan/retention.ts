/** How long Prometheus and Alertmanager keep data, and whether something would keep it shorter. Pure. */
import { goMilliseconds, milliseconds } from '../inventory/duration.ts'
import { type CommandFlags, flagValue } from './command-flags.ts'

/** As written; what is missing sets no limit. */
export interface Retention {
  readonly time?: string
  readonly size?: string
  readonly percentage?: string
}

/** `config`: what prometheus.yml says, which wins over flags. */
export function prometheusRetention(flags: CommandFlags, config: Retention = {}): Retention {
  const time =
    config.time ??
    flagValue(flags, 'storage.tsdb.retention.time', 'storage.tsdb.retention', 'storage.local.retention')
  const size = config.size ?? flagValue(flags, 'storage.tsdb.retention.size')
  const limits = { time, size, percentage: config.percentage }
  const set = Object.entries(limits).filter(
    ([, value]) => value !== undefined && !/^0+[A-Za-z]*$/.test(value),
  )
  // Upstream's default, if there is no limit at all.
  return set.length === 0 ? { time: '15d' } : Object.fromEntries(set)
}

export function alertmanagerRetention(flags: CommandFlags): Retention {
  return { time: flagValue(flags, 'data.retention') ?? '120h' }
}

/** The limits that are lower, or new. One that cannot be read is compared as text. */
export function shorter(before: Retention, after: Retention): readonly (keyof Retention)[] {
  return (['time', 'size', 'percentage'] as const).filter(key => {
    const [old, now] = [before[key], after[key]]
    if (now === undefined || old === now) return false
    const [had, has] = [amount(key, old), amount(key, now)]
    return had === undefined || has === undefined || has < had
  })
}

/** The limit that keeps the most; undefined, if one of them is none. One that cannot be read counts as the highest. */
export function longest(key: keyof Retention, limits: readonly (string | undefined)[]): string | undefined {
  const size = (limit: string | undefined) => amount(key, limit) ?? Number.MAX_VALUE
  return limits.reduce((most, limit) => (size(limit) > size(most) ? limit : most), limits[0])
}

const powers = ['', 'K', 'M', 'G', 'T', 'P', 'E']

function amount(key: keyof Retention, text: string | undefined): number | undefined {
  if (text === undefined) return Number.POSITIVE_INFINITY
  if (key === 'time') return milliseconds(text) ?? goMilliseconds(text)
  if (key === 'percentage') return Number(text)
  const [, number, power = ''] = /^(\d+(?:\.\d+)?)\s*([KMGTPE]?)i?B?$/i.exec(text) ?? []
  return number === undefined ? undefined : Number(number) * 1024 ** powers.indexOf(power.toUpperCase())
}
