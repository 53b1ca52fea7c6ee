/** Waiting on a condition: one loop for all that is asked again and again. */
import { setTimeout as sleep } from 'node:timers/promises'

/** Tests have one of their own. Milliseconds. */
export interface Clock {
  now(): number
  pause(milliseconds: number): Promise<void>
}

export interface Pace {
  /** Milliseconds between the first two looks. */
  readonly first: number
  /** Milliseconds to which the pauses grow; `first` by default. To look often takes time from what is waited for. */
  readonly longest?: number
  readonly signal: AbortSignal
  readonly clock?: Clock
}

/** `end`: what the waiting came to. `within`: the next pause is no longer than that, in milliseconds. */
export type Look<T> = { readonly end: T } | { readonly end?: never; readonly within?: number }

const growth = 1.4

/** Waits so many milliseconds, or until the signal is aborted. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined)
}

/** Looks until a look ends it, with the milliseconds since the first; undefined if aborted. A deadline is the look's own. */
export async function poll<T>(
  { first, longest = first, signal, clock = clockOf(signal) }: Pace,
  look: (elapsed: number) => Promise<Look<T>>,
): Promise<T | undefined> {
  const began = clock.now()
  for (let wait = first; !signal.aborted; wait = Math.min(wait * growth, longest)) {
    const seen = await look(clock.now() - began)
    if ('end' in seen) return seen.end
    await clock.pause(Math.min(wait, seen.within ?? wait))
  }
  return undefined
}

export function clockOf(signal: AbortSignal): Clock {
  return { now: () => performance.now(), pause: milliseconds => pause(milliseconds, signal) }
}
