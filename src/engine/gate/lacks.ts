/** Waits until a changed program lacks nothing more of what is asked of it. */
import type { Problem } from '../../diagnostic/problem.ts'
import { AskError } from '../../verify/model.ts'
import { type Clock, poll } from '../../wait/poll.ts'

export interface LackWait {
  /** What it lacks now, in words; undefined if nothing. */
  readonly lack: () => Promise<string | undefined>
  /** Words before the reason if it does not answer. */
  readonly unasked: string
  /** What is wrong if it still lacks that after all the time. */
  readonly problem: (lacks: string) => Problem
  /** Milliseconds between two questions. */
  readonly interval: number
  /** Milliseconds. */
  readonly patience: number
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Told what is still awaited, each time that changes. */
  readonly onWait: (note: string) => void
}

/** Undefined once it lacks nothing, if nothing can ask, and if the signal is aborted. */
export function untilNothingLacks(wait: LackWait): Promise<Problem | undefined> {
  const { problem, interval, patience, clock, signal, onWait } = wait
  let told = ''
  return poll<Problem | undefined>({ first: interval, signal, clock }, async elapsed => {
    const lacks = await lackOf(wait)
    if (lacks === undefined) return { end: undefined }
    if (lacks !== told) onWait(lacks)
    told = lacks
    return elapsed < patience ? {} : { end: problem(lacks) }
  })
}

async function lackOf({ lack, unasked }: LackWait): Promise<string | undefined> {
  try {
    return await lack()
  } catch (cause) {
    if (cause instanceof AskError && cause.reason === 'impossible') return undefined
    return `${unasked}: ${cause instanceof Error ? cause.message : String(cause)}`
  }
}
