/** `30s`, `5m`, `1h30m`: a length of time as a user types it. */
import { InvalidArgumentError } from 'commander'

const second = 1000
const units = { d: 86_400 * second, h: 3600 * second, m: 60 * second, s: second } as const
/** A timer takes no more. */
const longest = 2 ** 31 - 1

/** Milliseconds. A bare number is refused, since its unit is not known; only 0 needs no unit. */
export function durationOption(text: string): number {
  const word = text.trim()
  if (word === '0') return 0
  const parts = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(word)
  const [, d = 0, h = 0, m = 0, s = 0] = parts ?? []
  const length = +d * units.d + +h * units.h + +m * units.m + +s * units.s
  if (!parts || word === '') throw new InvalidArgumentError('It must be a duration like 30s, 5m or 1h30m.')
  if (length > longest) throw new InvalidArgumentError('It must be a duration of no more than 24 days.')
  return length
}
