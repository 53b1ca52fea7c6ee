/** Is what all programs of a kind need together there, or was it founded by this one, the last of them that came? */
import type { Problem } from '../../diagnostic/problem.ts'
import { atInstance, type Instance } from '../../resource/model.ts'
import { gateProblem } from '../messages.ts'
import { type LackWait, untilNothingLacks } from './lacks.ts'

/** Milliseconds; what one of them was told, the others know after some 20 s. */
const usualPatience = 120_000
const interval = 2_000

interface FoundedRequest extends Pick<LackWait, 'clock' | 'signal' | 'onWait'> {
  readonly instance: Instance
  /** Founds what is missing, and says what it still waits for. */
  readonly found: () => Promise<string | undefined>
  /** Milliseconds. */
  readonly patience?: number
}

/** Undefined once nothing is missing, while others of them are still to come, if nothing can ask, and if the signal is aborted. */
export function awaitFounded(request: FoundedRequest): Promise<Problem | undefined> {
  const { instance, found, patience = usualPatience } = request
  const { component, host } = instance
  return untilNothingLacks({
    ...request,
    ...{ interval, patience, lack: found },
    unasked: 'what all of them need could not be founded',
    problem: lacks => gateProblem.notFounded(atInstance(instance), { component, lacks, host }, patience),
  })
}
