/** Whether a replica's series have every sample: read from its own storage after the change. */
import type { Fleet } from '../e2e/support/fleet.ts'
import { get } from '../e2e/support/observe.ts'
import type { Span } from './poller.ts'

interface Matrix {
  readonly data: { readonly result: readonly { readonly values: readonly (readonly [number, string])[] }[] }
}

/** Times of all samples of the last ten minutes, milliseconds of the epoch. Throws unless the selector finds one series. */
export async function sampleTimes(fleet: Fleet, host: string, selector: string): Promise<readonly number[]> {
  const path = `/api/v1/query?query=${encodeURIComponent(`${selector}[10m]`)}`
  const answer = (await get(fleet, host, 'prometheus', path)) as Matrix
  const [series, ...more] = answer.data.result
  if (!series || more.length > 0)
    throw new Error(`${selector} on ${host} finds ${answer.data.result.length} series`)
  return series.values.map(([seconds]) => seconds * 1000)
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
