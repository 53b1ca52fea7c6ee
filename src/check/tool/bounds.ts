/** The limits on the tools that judge configs on this machine: what they are asked about is whatever its author wrote. */
import { availableParallelism, totalmem } from 'node:os'

const gibibyte = 1024 ** 3

/** Milliseconds of one tool. 2000 rules take one second, 20 000 targets half of one. */
export const toolTime = 60_000

/** Minutes of all tools of one run. Fifty cells of 2000 rules take one, and who waits for longer has lost patience. */
export const allToolsMinutes = 5

/** Characters that a tool may say about one config. */
export const mostSaid = 4_000_000

/** Runs of a tool that look for the refused part of one config; beyond that the search stops at what it knows. */
export const mostRuns = 128

/** Characters of a config about which the tool is asked part by part. */
export const mostSearched = 2_000_000

/** Series of one rule test that are tried one by one: each takes a tenth of a second. */
export const mostSeries = 50

export interface ToolShares {
  /** Bytes of data of each. */
  readonly memory: number
  /** How many run at the same time. */
  readonly together: number
}

/** All tools may have half of the memory (`total`, bytes), each 2 GiB at most: promtool takes 150 MB for 2000 rules. */
export function toolShares(total = memoryHere(), processors = availableParallelism()): ToolShares {
  const memory = Math.min(2 * gibibyte, Math.floor(total / 2))
  return { memory, together: Math.max(1, Math.min(2 * processors, Math.floor(total / 2 / memory))) }
}

function memoryHere(): number {
  // Without a limit this is 0, or a number larger than any memory.
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY
  return Math.min(totalmem(), limit)
}
