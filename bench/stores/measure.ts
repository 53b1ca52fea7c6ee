/** What a store has of the samples that the replicas took: copies, steps and losses. Pure. */
import type { Span } from '../breaking/poller.ts'

/** One series as one program has it. */
export interface StoredSeries {
  readonly metric: Readonly<Record<string, string>>
  /** Milliseconds of the epoch, in their order. */
  readonly times: readonly number[]
}

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
  /** The most samples that a member has of one target within one interval: 1 if each is there once. */
  readonly copies: number
  /** Seconds; the longest time between two samples, over all members together. */
  readonly step: number
  /** When that began, milliseconds of the epoch. */
  readonly stepAt: number
  /** Intervals of which a replica has a sample and no member has one. */
  readonly lost: number
  /** The same of each member alone, which may lack what the other one has. */
  readonly members: readonly MemberFigures[]
}

const timesIn = (series: readonly StoredSeries[], { from, to }: Span) =>
  series
    .flatMap(({ times }) => times)
    .filter(time => time >= from && time <= to)
    .sort((one, other) => one - other)

/** VictoriaMetrics' deduplication keeps one sample of each such interval, which ends at a multiple of its length. */
const intervalOf = (time: number, length: number) => Math.ceil(time / length)

/** The worst of all targets, within the span. `interval` in milliseconds. Throws if there is no target or no member. */
export function figuresOf(targets: readonly Stored[], span: Span, interval: number): Figures {
  const each = targets.map(target => ofTarget(target, span, interval))
  const [first] = each
  if (first === undefined) throw new Error('no target was measured')
  const most = (of: (figures: Omit<Figures, 'members'>) => number) => Math.max(...each.map(of))
  const members = first.members.map(({ host }, index) => ({
    host,
    step: Math.max(...each.map(({ members: list }) => list[index]?.step ?? 0)),
    lost: each.reduce((sum, { members: list }) => sum + (list[index]?.lost ?? 0), 0),
  }))
  const lost = each.reduce((sum, one) => sum + one.lost, 0)
  const step = most(one => one.step)
  const stepAt = each.find(one => one.step === step)?.stepAt ?? span.from
  return { copies: most(one => one.copies), step, stepAt, lost, members }
}

/** From the beginning of the span to the first sample, from one to the next, and from the last one to its end. */
function longestStepIn(times: readonly number[], { from, to }: Span): Pick<Figures, 'step' | 'stepAt'> {
  const edges = [from, ...times, to]
  const all = edges
    .slice(1)
    .map((next, index) => ({ at: edges[index] ?? from, length: next - (edges[index] ?? from) }))
  const longest = all.reduce((most, one) => (one.length > most.length ? one : most))
  return { step: longest.length / 1000, stepAt: longest.at }
}

function ofTarget({ members, scraped }: Stored, span: Span, interval: number): Figures {
  if (members.size === 0) throw new Error('no member of the store was read')
  const taken = intervalsOf(scraped.flat(), span, interval)
  if (taken.size === 0) throw new Error('no replica scraped the target')
  const figures = (series: readonly StoredSeries[]) => {
    const kept = intervalsOf(series, span, interval)
    return {
      ...longestStepIn(timesIn(series, span), span),
      lost: [...taken.keys()].filter(one => !kept.has(one)).length,
    }
  }
  const own = [...members].map(([host, series]) => ({ host, ...figures(series) }))
  const most = [...members.values()].map(series =>
    Math.max(0, ...intervalsOf(series, span, interval).values()),
  )
  return { copies: Math.max(...most), ...figures([...members.values()].flat()), members: own }
}

/** How many samples each interval has, of those that have one. */
function intervalsOf(
  series: readonly StoredSeries[],
  span: Span,
  length: number,
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const time of timesIn(series, span)) {
    const interval = intervalOf(time, length)
    counts.set(interval, (counts.get(interval) ?? 0) + 1)
  }
  return counts
}
