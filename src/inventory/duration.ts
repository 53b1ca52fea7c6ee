/** Prometheus' durations, as numbers. */

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
  return [...duration.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, count, unit = 's']) => sum + Number(count) * (units[unit] ?? 0),
    0,
  )
}

/** Milliseconds of a scrape interval; Prometheus' own default of a minute where none is said. */
export function intervalOf(duration: unknown): number {
  return milliseconds(String(duration)) ?? 60_000
}
