/** One stage of a run: told when it begins and ends, and measured. */
import type { Emit, Event, Stage } from './event.ts'

/** What the work of a stage tells of itself. */
export interface StageWork {
  /** So many items more are done. */
  readonly advance: (items: number, note?: string) => void
  /** Milliseconds that the programs themselves took. */
  readonly waited: (time: number) => void
}

type StageSize = Pick<Extract<Event, { type: 'stage-begin' }>, 'total' | 'unit'>

/** Does the work. A stage whose work rejects has no end. */
export async function stage<T>(
  emit: Emit,
  name: Stage,
  work: (told: StageWork) => Promise<T>,
  size: StageSize = {},
): Promise<T> {
  const began = performance.now()
  let [done, waited] = [0, 0]
  emit({ type: 'stage-begin', stage: name, ...size })
  const result = await work({
    advance(items, note) {
      done += items
      emit({ type: 'stage-progress', stage: name, done, ...(note === undefined ? {} : { note }) })
    },
    waited(time) {
      waited += time
    },
  })
  const elapsed = performance.now() - began
  const spent = waited > 0 ? { waited: Math.min(waited, elapsed) } : {}
  emit({ type: 'stage-end', stage: name, elapsed, ...spent })
  return result
}
