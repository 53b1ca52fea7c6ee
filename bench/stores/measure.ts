/** What a store has of the samples that the replicas took: copies, steps and losses. Pure. */
import type { Span } from '../breaking/poller.ts'

/** One series as one program has it. */
export interface StoredSeries {
  readonly metric: Readonly<Record<string, string>>
  /** Milliseconds of the epoch, in their order. */
  readonly times: readonly number[]
}

/**
 * How a store keeps one of two copies: one sample of each interval, or a replica's samples as they are until it takes
 * those of the other one.
 */
export type Keeping = 'one an interval' | 'one replica at a time'

/** What each program says of one target: several series if labels tell the replicas apart. */
export interface Stored {
  /** The store's members, by host. */
  readonly members: ReadonlyMap<string, readonly StoredSeries[]>
  /** Every replica's own storage: what was scraped at all. */
  readonly scraped: readonly (readonly StoredSeries[])[]
}

export interface MemberFigures {
  readonly host: string
  /** Seconds. */
  readonly step: number
  readonly lost: number
}

export interface Figures {
  readonly targets: number
  /** The most samples that a member has of one target within one interval, or closer than half of one: 1 if each is there once. */
  readonly copies: number
  /** Seconds; the longest time between two samples, over all members together. */
  readonly step: number
  /** When that began, milliseconds of the epoch. */
  readonly stepAt: number
  /** Intervals of which a replica has a sample and no member has one, of all targets together. */
  readonly lost: number
  /** The same of each member alone, which may lack what the other one has. */
  readonly members: readonly MemberFigures[]
}

export interface Measure extends Span {
  /** Milliseconds between two scrapes. */
  readonly interval: number
  readonly keeping: Keeping
}

const timesIn = (series: readonly StoredSeries[], { from, to }: Span) =>
  series
    .flatMap(({ times }) => times)
    .filter(time => time >= from && time <= to)
    .sort((one, other) => one - other)

/** The worst of all targets, within the span. Throws if there is no target or no member. */
export function figuresOf(targets: readonly Stored[], measure: Measure): Figures {
  const each = targets.map(target => ofTarget(target, measure))
  const [first] = each
  if (first === undefined) throw new Error('no target was measured')
  const most = (of: (figures: (typeof each)[number]) => number) => Math.max(...each.map(of))
  const members = first.members.map(({ host }, index) => ({
    host,
    step: Math.max(...each.map(({ members: list }) => list[index]?.step ?? 0)),
    lost: each.reduce((sum, { members: list }) => sum + (list[index]?.lost ?? 0), 0),
  }))
  const lost = each.reduce((sum, one) => sum + one.lost, 0)
  const step = most(one => one.step)
  const stepAt = each.find(one => one.step === step)?.stepAt ?? measure.from
  return { targets: each.length, copies: most(one => one.copies), step, stepAt, lost, members }
}

function ofTarget({ members, scraped }: Stored, measure: Measure): Omit<Figures, 'targets'> {
  if (members.size === 0) throw new Error('no member of the store was read')
  const taken = scraped.map(series => timesIn(series, measure))
  if (taken.every(times => times.length === 0)) throw new Error('no replica scraped the target')
  const { copiesIn, lostOf } = ways[measure.keeping]
  const figures = (series: readonly StoredSeries[]) => {
    const kept = timesIn(series, measure)
    return { ...longestStepIn(kept, measure), lost: lostOf(kept, taken, measure) }
  }
  const own = [...members].map(([host, series]) => ({ host, ...figures(series) }))
  const copies = [...members.values()].map(series => copiesIn(timesIn(series, measure), measure))
  return { copies: Math.max(...copies), ...figures([...members.values()].flat()), members: own }
}

/** From the beginning of the span to the first sample, from one to the next, and from the last one to its end. */
function longestStepIn(times: readonly number[], { from, to }: Span): Pick<Figures, 'step' | 'stepAt'> {
  const longest = stepsIn([from, ...times, to]).reduce((most, one) =>
    one.to - one.from > most.to - most.from ? one : most,
  )
  return { step: (longest.to - longest.from) / 1000, stepAt: longest.from }
}

function stepsIn(times: readonly number[]): readonly Span[] {
  return times.slice(1).map((to, index) => ({ from: times[index] ?? to, to }))
}

interface Way {
  readonly copiesIn: (kept: readonly number[], measure: Measure) => number
  /** @param taken what each replica scraped */
  readonly lostOf: (
    kept: readonly number[],
    taken: readonly (readonly number[])[],
    measure: Measure,
  ) => number
}

const ways: Readonly<Record<Keeping, Way>> = {
  'one an interval': {
    copiesIn: (kept, { interval }) => Math.max(0, ...intervalsOf(kept, interval).values()),
    lostOf: (kept, taken, { interval }) => {
      const known = intervalsOf(kept, interval)
      return [...intervalsOf(taken.flat(), interval).keys()].filter(one => !known.has(one)).length
    },
  },
  // A scrape that is a little late or early lies in its neighbour's interval: only distances tell.
  'one replica at a time': {
    copiesIn: (kept, { interval }) => mostWithin(kept, interval / 2),
    lostOf: (kept, taken, { from, to, interval }) =>
      stepsIn([from, ...kept, to])
        .filter(step => step.to - step.from > 1.5 * interval)
        .reduce((sum, step) => {
          const isInside = (time: number) => time > step.from + interval / 2 && time < step.to - interval / 2
          return sum + Math.max(...taken.map(times => times.filter(isInside).length))
        }, 0),
  },
}

/** How many samples each interval has, of those that have one. Each ends at a multiple of its length, as VictoriaMetrics' do. */
function intervalsOf(times: readonly number[], length: number): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const time of times) {
    const interval = Math.ceil(time / length)
    counts.set(interval, (counts.get(interval) ?? 0) + 1)
  }
  return counts
}

/** The most samples of which the first and the last are closer than that. */
function mostWithin(times: readonly number[], distance: number): number {
  const from = (start: number) => times.filter(time => time >= start && time - start < distance).length
  return Math.max(0, ...times.map(from))
}
