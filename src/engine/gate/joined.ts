/** Does a changed program work together with the others of its kind again? */
import type { Problem } from '../../diagnostic/problem.ts'
import { atInstance, type Instance } from '../../resource/model.ts'
import type { Member } from '../../topology/model.ts'
import { getFrom } from '../../verify/ask/get.ts'
import { checksOf } from '../../verify/checks/known.ts'
import { type Ask, AskError } from '../../verify/model.ts'
import { type Clock, poll } from '../../wait/poll.ts'
import { gateProblem } from '../messages.ts'

/** Milliseconds; members of a ring know a new one within seconds, and forget a dead one after a minute. */
const usualPatience = 120_000
const interval = 500

interface JoinedRequest {
  readonly instance: Instance
  /** Itself and those that are to work with it. */
  readonly members: readonly Member[]
  readonly ask: Ask
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Milliseconds. */
  readonly patience?: number
  /** Told what is still awaited, each time that changes. */
  readonly onWait: (note: string) => void
}

/** Undefined once they work together, where they need not, where nothing can ask, and if the signal is aborted. */
export async function awaitJoined(request: JoinedRequest): Promise<Problem | undefined> {
  const { instance, members, ask, clock, signal, onWait, patience = usualPatience } = request
  const { joined } = await checksOf(instance.component)
  if (joined === undefined || members.length === 0) return undefined
  const get = getFrom(ask, instance.host, instance.health)
  const lack = (): Promise<string | undefined> =>
    joined.lack(get, members).catch((cause: unknown) => {
      if (cause instanceof AskError && cause.reason === 'impossible') return undefined
      return `it does not tell of the others: ${cause instanceof Error ? cause.message : String(cause)}`
    })
  let told = ''
  return poll<Problem | undefined>({ first: interval, signal, clock }, async elapsed => {
    const lacks = await lack()
    if (lacks === undefined) return { end: undefined }
    if (lacks !== told) onWait(lacks)
    told = lacks
    if (elapsed < patience) return {}
    const { component, host } = instance
    const the = { component, lacks, remedy: joined.remedy(host) }
    return { end: gateProblem.notJoined(atInstance(instance), the, patience) }
  })
}
