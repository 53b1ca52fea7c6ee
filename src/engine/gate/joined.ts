/** Does a changed program work together with the others of its kind again? */
import type { Problem } from '../../diagnostic/problem.ts'
import { atInstance, type Instance } from '../../resource/model.ts'
import type { Member } from '../../topology/model.ts'
import { getFrom } from '../../verify/ask/get.ts'
import { checksOf } from '../../verify/checks/known.ts'
import type { Ask } from '../../verify/model.ts'
import { gateProblem } from '../messages.ts'
import { type LackWait, untilNothingLacks } from './lacks.ts'

/** Milliseconds; members of a ring know a new one within seconds, and forget a dead one after a minute. */
const usualPatience = 120_000
const interval = 500

interface JoinedRequest extends Pick<LackWait, 'clock' | 'signal' | 'onWait'> {
  readonly instance: Instance
  /** Itself and those that are to work with it. */
  readonly members: readonly Member[]
  readonly ask: Ask
  /** Milliseconds. */
  readonly patience?: number
}

/** Undefined once they work together, where they need not, where nothing can ask, and if the signal is aborted. */
export async function awaitJoined(request: JoinedRequest): Promise<Problem | undefined> {
  const { instance, members, ask, patience = usualPatience } = request
  const { component, host } = instance
  const { joined } = await checksOf(component)
  if (joined === undefined || members.length === 0) return undefined
  const get = getFrom(ask, host, instance.health)
  return untilNothingLacks({
    ...request,
    ...{ interval, patience },
    lack: () => joined.lack(get, members),
    unasked: 'it does not tell of the others',
    problem: lacks =>
      gateProblem.notJoined(
        atInstance(instance),
        { component, lacks, remedy: joined.remedy(host) },
        patience,
      ),
  })
}
