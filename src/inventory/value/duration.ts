/** Durations of configs and flags, as numbers. */

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
}

/** Milliseconds of a duration as Prometheus writes it: `1m30s`; undefined for anything else. */
export function milliseconds(duration: string | undefined): number | undefined {
  if (duration === undefined || !/^(?:\d+(?:ms|[smhdwy]))+$/.test(duration)) return undefined
  return sumOf(duration)
}

/** Milliseconds of a duration as Go writes it, and Alertmanager takes it: `1.5h`; undefined for anything else. */
export function goMilliseconds(duration: string): number | undefined {
  return /^(?:\d+(?:\.\d+)?(?:ms|[smh]))+$/.test(duration) ? sumOf(duration) : undefined
}

function sumOf(duration: string): number {
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)([a-z]+)/g)]
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0), 0)
}

/** Milliseconds of a scrape interval; Prometheus' own default of a minute if there is none. */
export function intervalOf(duration: unknown): number {
  return milliseconds(String(duration)) ?? 60_000
}
