/** The time between samples: where a store, or one member of it, has a hole. All times are in milliseconds since the epoch. */

/** From the sample before it to the one behind it; without `to` if nothing follows. */
export interface SampleStep {
  readonly from: number
  readonly to?: number
  readonly length: number
}

export interface Window {
  /** Steps that end before it do not count. */
  readonly from: number
  readonly now: number
  /** By which a sample may arrive late: what another replica has may still fill a step that ended later. */
  readonly late: number
  /** Between two samples. */
  readonly interval: number
}

/** All steps, and what passed since the last sample if that is too long. A series without samples has none. */
export function sampleSteps(
  at: readonly number[],
  { from, now, late, interval }: Window,
): readonly SampleStep[] {
  const steps = at.slice(1).flatMap((to, index): readonly SampleStep[] => {
    const start = at[index]
    const counts = start !== undefined && to >= from && to <= now - late
    return counts ? [{ from: start, to, length: to - start }] : []
  })
  const last = at.at(-1)
  const since = last === undefined ? 0 : now - last
  return since <= interval + late || last === undefined ? steps : [...steps, { from: last, length: since }]
}

/** The longest; undefined if there is none. */
export function longestStep<S extends SampleStep>(steps: readonly S[]): S | undefined {
  return steps.reduce<S | undefined>((so, step) => (so && so.length >= step.length ? so : step), undefined)
}

/** The times of all, ascending. */
export function timesOfAll(each: readonly (readonly number[])[]): readonly number[] {
  return [...new Set(each.flat())].sort((one, other) => one - other)
}

/** How often two samples are in one interval, of which a store that removes duplicates keeps the later one. */
export function doubled(at: readonly number[], interval: number): number {
  const windows = at.map(time => Math.ceil(time / interval))
  return windows.filter((window, index) => index > 0 && window === windows[index - 1]).length
}

/** So many intervals, and a tenth for scrapes that are late. */
export function allowedStep(interval: number, most = 2): number {
  return 1.1 * most * interval
}
