/** What one case did to a store, and whether that is within what the store itself allows. Pure. */
import type { Figures } from './measure.ts'
import type { StoreLimits } from './sites/definition.ts'

export interface StoreOutcome {
  readonly limits: StoreLimits
  readonly fault: string
  /** When it began, milliseconds of the epoch. */
  readonly began?: number
  /** Seconds that the fault lasted, or the apply that is the case. */
  readonly lasted?: number
  readonly figures?: Figures
  /** A member that has crashed: what it lacks is told and not judged. */
  readonly crashed?: string
  /** Checks of verify that failed while the fault lasted; absent if verify was not asked then. */
  readonly meanwhile?: readonly string[]
  /** Seconds from the end of the fault until verify passed. */
  readonly wellAfter?: number
  /** What kept it from being measured, or from being well afterwards. */
  readonly failure?: string
}

/** So much later than its time may a scrape be, of the whole step. */
const jitter = 0.1

/** Seconds, for an interval in seconds. */
export function longestStepOf({ step }: StoreLimits, interval: number): number {
  return step(interval) * (1 + jitter)
}

/** Everything about it that is not as it should be; empty if all is. `interval` in seconds. */
export function judgeStore(outcome: StoreOutcome, interval: number): readonly string[] {
  const { limits, figures, failure, crashed } = outcome
  if (failure !== undefined) return [failure]
  if (figures === undefined) return ['nothing was measured']
  const limit = longestStepOf(limits, interval)
  const mayLose = (limits.lost?.(interval) ?? 0) * figures.targets
  const { copies, step, lost, members } = figures
  const alone = members.filter(({ host }) => host !== crashed)
  const wrong: (string | false)[] = [
    copies !== 1 && `${copies} copies of a sample`,
    step > limit && `a step of ${step.toFixed(2)} s${since(outcome)}`,
    lost > mayLose && `${lost} samples lost`,
    ...alone.map(one => one.step > limit && `a step of ${one.step.toFixed(2)} s on ${one.host}`),
    ...alone.map(one => one.lost > mayLose && `${one.lost} samples lost on ${one.host}`),
  ]
  return wrong.filter(text => typeof text === 'string')
}

/**
 * From when on the samples of a case count: some of the time before it, but nothing of the holes that the case before it
 * left on a member.
 * @param at when the case begins, milliseconds of the epoch
 * @param calm milliseconds of the time before
 */
export function countedFrom(at: number, calm: number, before?: StoreOutcome): number {
  return before === undefined ? at - calm : Math.max(at - calm, wellAt(before) ?? at)
}

/** When verify passed again, milliseconds of the epoch. Undefined if it did not. */
function wellAt({ began, lasted, wellAfter }: StoreOutcome): number | undefined {
  if (began === undefined || lasted === undefined || wellAfter === undefined) return undefined
  return began + (lasted + wellAfter) * 1000
}

/** When the largest step began, counted from the beginning of the fault. */
function since({ began, figures }: StoreOutcome): string {
  if (began === undefined || figures === undefined) return ''
  return `, ${((figures.stepAt - began) / 1000).toFixed(0)} s after the beginning`
}
