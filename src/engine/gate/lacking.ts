/** What says that it is ready may still lack something that its own health does not show. */
import type { Problem } from '../../diagnostic/problem.ts'
import { atInstance, type Instance } from '../../resource/model.ts'
import { AskError } from '../../verify/model.ts'
import { type Clock, poll } from '../../wait/poll.ts'
import { gateProblem } from '../messages.ts'

/** Milliseconds. */
const usualPatience = 60_000
const interval = 1_000

interface LackingRequest {
  readonly instance: Instance
  /** What it lacks now. */
  readonly lack: () => Promise<string | undefined>
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onWait: (note: string) => void
  /** Milliseconds. */
  readonly patience?: number
}

/** Undefined once it lacks nothing, if nothing can ask, and if the signal is aborted. */
export async function awaitComplete(request: LackingRequest): Promise<Problem | undefined> {
  const { instance, lack, clock, signal, onWait, patience = usualPatience } = request
  let told = ''
  return poll<Problem | undefined>({ first: interval, signal, clock }, async elapsed => {
    const lacks = await said(lack)
    if (lacks === undefined) return { end: undefined }
    if (lacks !== told) onWait(lacks)
    told = lacks
    if (elapsed < patience) return {}
    const { component, host } = instance
    const remedy = `Run \`promha verify -l ${host}\` to see what it lacks and why.`
    return { end: gateProblem.notConnected(atInstance(instance), { component, lacks, remedy }, patience) }
  })
}

async function said(lack: LackingRequest['lack']): Promise<string | undefined> {
  try {
    return await lack()
  } catch (cause) {
    if (cause instanceof AskError && cause.reason === 'impossible') return undefined
    return `it cannot be asked what it lacks: ${cause instanceof Error ? cause.message : String(cause)}`
  }
}
