/** How M3DB keeps what is written: which copies, how long, and the headers by which it is told. */

/** The namespace that holds one sample an interval, and the one that M3DB wants besides, which stays empty. */
export const aggregated = 'aggregated'
export const unaggregated = 'default'

/** Of each sample. Two copies bear no loss, since two of two would have to answer. */
export const m3dbCopies = 3

/** Milliseconds by which a sample may be late until it is refused. Each sample can be read that much later. */
export const bufferPast = 60_000

/** Makes one sample an interval of what several replicas write. */
export const writeHeaders = { 'M3-Write-Type': 'aggregate' } as const

export interface Policy {
  /** Milliseconds between two samples: the scrape interval. */
  readonly resolution: number
  /** Milliseconds that a sample is kept. */
  readonly retention: number
}

const hour = 3_600_000
const usualInterval = 15_000

/** `interval`: the shortest of those who write; undefined if nobody does. */
export function policyOf(interval: number | undefined, retention: number): Policy {
  return { resolution: interval ?? usualInterval, retention }
}

/** Without them, every answer is empty. */
export function readHeaders({ resolution, retention }: Policy): Readonly<Record<string, string>> {
  const policy = `${resolution / 1000}s:${retention / hour}h`
  return { 'M3-Metrics-Type': 'aggregated', 'M3-Storage-Policy': policy }
}
