/** Who is first among members of one component that are changed one at a time. */
import { grouped } from '../../diagnostic/grouped.ts'
import type { Edge, Part, PlacedChange } from './change.ts'

/** What is known of a member when its cell is changed. */
export interface MemberChange extends PlacedChange {
  readonly oneByOne: boolean
  /** Where that is not known, it is taken to serve. */
  readonly serves: boolean
  /** It is the one of several that is used now. */
  readonly active: boolean
  /** Its place among the members, from 0. */
  readonly rank: number
  /** Of a keepalived, when it is told of other members; the lowest first. */
  readonly turn: number
}

interface Criterion {
  /** The lowest first. */
  readonly key: (change: MemberChange) => number
  readonly because: string
}

/** Where the first ones say nothing of two members, the next one decides. */
export const criteria: readonly Criterion[] = [
  {
    key: change => (onlyNotified(change) ? 0 : 1),
    because: 'members that keep running must know of a new member before it starts',
  },
  {
    key: change => (onlyNotified(change) ? change.turn : 0),
    because: 'in another order two members could have one address',
  },
  {
    key: change => (onlyNotified(change) || change.starts || !change.serves ? 0 : 1),
    because: 'a member that does not serve is changed before one that serves',
  },
  // Its twin has the change by then, and an address moves once.
  { key: ({ active }) => (active ? 1 : 0), because: 'the active member is changed last' },
  { key: ({ rank }) => rank, because: 'one member is changed at a time' },
]

/** A keepalived that only reloads moves no address. */
function onlyNotified({ component, leaves, starts, restarts }: MemberChange): boolean {
  return component === 'keepalived' && !leaves && !starts && !restarts
}

/** Each member after the ones before it; none between members that no criterion tells apart. */
export function memberEdges<T extends MemberChange>(
  all: readonly T[],
  parts: ReadonlyMap<T, Part>,
): readonly Edge<T>[] {
  const ordered = all.filter(({ oneByOne }) => oneByOne)
  const groups = grouped(ordered, one => `${one.component} ${one.leaves} ${parts.get(one)}`)
  return [...groups.values()].flatMap(group => edgesAmong(group))
}

function edgesAmong<T extends MemberChange>(members: readonly T[]): readonly Edge<T>[] {
  const sorted = [...members].sort((a, b) => {
    const found = decidingCriterion(a, b)
    return found ? found.key(a) - found.key(b) : 0
  })
  const edges: Edge<T>[] = []
  let alike: T[] = []
  let previous: readonly T[] = []
  for (const one of sorted) {
    const last = alike.at(-1)
    if (last && decidingCriterion(last, one)) {
      previous = alike
      alike = []
    }
    alike.push(one)
    const [before] = previous
    const because = before && decidingCriterion(before, one)?.because
    if (because !== undefined) edges.push({ before: previous, after: [one], because })
  }
  return edges
}

function decidingCriterion(a: MemberChange, b: MemberChange): Criterion | undefined {
  return criteria.find(({ key }) => key(a) !== key(b))
}
