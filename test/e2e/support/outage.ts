/** Watches when a program answers and when it does not, while something else goes on. */
import { setTimeout as pause } from 'node:timers/promises'

/** Milliseconds of `performance.now()`: from the first unanswered request to the next answered one. */
export interface Outage {
  readonly from: number
  readonly to: number
}

const interval = 50

/** Asks each URL every 50 ms until stopped; gives the outages of each. */
export function watchOutages(urls: readonly string[]): { stop(): Promise<readonly (readonly Outage[])[]> } {
  const end = new AbortController()
  const watching = urls.map(url => watch(url, end.signal))
  return {
    stop: () => {
      end.abort()
      return Promise.all(watching)
    },
  }
}

async function watch(url: string, end: AbortSignal): Promise<readonly Outage[]> {
  const outages: Outage[] = []
  let since: number | undefined
  while (!end.aborted) {
    const asked = performance.now()
    const up = await answers(url)
    if (up && since !== undefined) outages.push({ from: since, to: performance.now() })
    if (up) since = undefined
    else since ??= asked
    // A test that fails before it stops this must not keep the process.
    await pause(interval, undefined, { ref: false })
  }
  return since === undefined ? outages : [...outages, { from: since, to: performance.now() }]
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(2000),
    headers: { connection: 'close' },
  }).catch(() => undefined)
  await response?.body?.cancel()
  return response?.status === 200
}

export function overlap(
  first: readonly Outage[],
  second: readonly Outage[],
): readonly (readonly [Outage, Outage])[] {
  return first.flatMap(one =>
    second.filter(other => one.from < other.to && other.from < one.to).map(other => [one, other] as const),
  )
}
