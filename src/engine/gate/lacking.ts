/** What says that it is ready may still lack something that its own health does not show. */
import type { Problem } from '../../diagnostic/problem.ts'
import { atInstance, type Instance } from '../../resource/model.ts'
import { gateProblem } from '../messages.ts'
import { type LackWait, untilNothingLacks } from './lacks.ts'

/** Milliseconds. */
const usualPatience = 60_000
const interval = 1_000

interface LackingRequest extends Pick<LackWait, 'lack' | 'clock' | 'signal' | 'onWait'> {
  readonly instance: Instance
  /** Milliseconds. */
  readonly patience?: number
}

/** Undefined once it lacks nothing, if nothing can ask, and if the signal is aborted. */
export function awaitComplete(request: LackingRequest): Promise<Problem | undefined> {
  const { instance, patience = usualPatience } = request
  const { component, host } = instance
  const remedy = `Run \`promha verify -l ${host}\` to see what it lacks and why.`
  return untilNothingLacks({
    ...request,
    ...{ interval, patience },
    unasked: 'it cannot be asked what it lacks',
    problem: lacks => gateProblem.notConnected(atInstance(instance), { component, lacks, remedy }, patience),
  })
}
