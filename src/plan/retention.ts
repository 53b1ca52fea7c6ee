/** How long Prometheus and Alertmanager keep data, and whether something would keep it shorter. Pure. */
import type { Retention } from '../../roles/component.ts'
import { goMilliseconds, milliseconds } from '../inventory/value/duration.ts'

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
