/** Whether a replica's series have every sample: read from its own storage after the change. */
import type { Fleet } from '../../test/e2e/support/fleet.ts'
import { get } from '../../test/e2e/support/observe.ts'
import type { Span } from './poller.ts'

export interface Series {
  readonly metric: Readonly<Record<string, string>>
  /** Seconds of the epoch and the value. */
  readonly values: readonly (readonly [number, string])[]
}

/** All series of a selector with all their samples of the last so many seconds. */
export async function samples(
  fleet: Fleet,
  host: string,
  selector: string,
  seconds: number,
): Promise<readonly Series[]> {
  const path = `/api/v1/query?query=${encodeURIComponent(`${selector}[${Math.ceil(seconds)}s]`)}`
  const answer = (await get(fleet, host, 'prometheus', path)) as { data: { result: readonly Series[] } }
  return answer.data.result
}

/** Milliseconds of the epoch, in their order. */
export function timesOf(series: readonly Series[]): readonly number[] {
  return series.flatMap(({ values }) => values.map(([seconds]) => seconds * 1000)).sort((a, b) => a - b)
}

/** Times of all samples of the last ten minutes, milliseconds of the epoch. Throws unless the selector finds one series. */
export async function sampleTimes(fleet: Fleet, host: string, selector: string): Promise<readonly number[]> {
  const found = await samples(fleet, host, selector, 600)
  if (found.length !== 1) throw new Error(`${selector} on ${host} finds ${found.length} series`)
  return timesOf(found)
}

/**
 * The times without a sample within `window` that are longer than `limit` milliseconds, those left out that meet a
 * time in which the replica itself was out (and the scrape before and after it).
 */
export function gaps(
  times: readonly number[],
  window: Span,
  limit: number,
  ownOutages: readonly Span[] = [],
): readonly Span[] {
  const seen = times.filter(time => time > window.from && time < window.to)
  const edges = [window.from, ...seen, window.to]
  return edges
    .slice(1)
    .map((to, index) => ({ from: edges[index] ?? to, to }))
    .filter(({ from, to }) => to - from > limit)
    .filter(({ from, to }) => !ownOutages.some(own => from < own.to && own.from < to))
}

/**
 * The longest time without a sample, milliseconds: counted from the last one before `since` on, and to `until` where
 * none came again.
 */
export function longestGap(times: readonly number[], since: number, until: number): number {
  const before = times.filter(time => time <= since).at(-1) ?? since
  const seen = [before, ...times.filter(time => time > since && time < until), until]
  return Math.max(...seen.slice(1).map((time, index) => time - (seen[index] ?? time)))
}
