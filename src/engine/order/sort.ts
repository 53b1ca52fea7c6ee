/** Sorts changes by the edges between them, into steps one after another. Pure. */
import type { Edge } from '../../topology/order/change.ts'

interface SortedStep<T> {
  readonly items: readonly T[]
  /** The edges that put it behind others. */
  readonly edges: readonly Edge<T>[]
}

export interface Sorted<T> {
  readonly steps: readonly SortedStep<T>[]
  /** Edges of which each leads to the next one and the last to the first; empty, unless the rules have a fault. */
  readonly circle: readonly Edge<T>[]
}

interface SortOptions<T> {
  /** Which of two that no edge orders is first; where it is 0, the order of the items counts. */
  readonly compare: (a: T, b: T) => number
  /** Whether the second may be changed at once with the first. */
  readonly together: (first: T, other: T) => boolean
}

/** With a circle it goes on with the first change that is left. */
export function sortSteps<T>(
  items: readonly T[],
  edges: readonly Edge<T>[],
  { compare, together }: SortOptions<T>,
): Sorted<T> {
  const incoming = new Map<T, Edge<T>[]>(items.map(item => [item, []]))
  const outgoing = new Map<T, Edge<T>[]>(items.map(item => [item, []]))
  for (const edge of edges) {
    for (const item of edge.before) outgoing.get(item)?.push(edge)
    for (const item of edge.after) incoming.get(item)?.push(edge)
  }
  const open = new Map(edges.map(edge => [edge, edge.before.length]))
  const waiting = new Map(items.map(item => [item, incoming.get(item)?.length ?? 0]))
  const steps: SortedStep<T>[] = []
  let circle: readonly Edge<T>[] = []
  let left = [...items].sort(compare)
  while (left.length > 0) {
    const ready = left.filter(item => waiting.get(item) === 0)
    if (ready.length === 0 && circle.length === 0) circle = circleIn(left, incoming)
    const [first] = ready.length > 0 ? ready : left
    if (first === undefined) break
    const step = [first, ...ready.filter(item => item !== first && together(first, item))]
    steps.push({ items: step, edges: [...new Set(step.flatMap(item => incoming.get(item) ?? []))] })
    for (const edge of step.flatMap(item => outgoing.get(item) ?? [])) {
      const count = (open.get(edge) ?? 0) - 1
      open.set(edge, count)
      if (count === 0) for (const item of edge.after) waiting.set(item, (waiting.get(item) ?? 0) - 1)
    }
    const placed = new Set(step)
    left = left.filter(item => !placed.has(item))
  }
  return { steps, circle }
}

/** Each of `left` waits for another of them, so going back from any of them leads into a circle. */
function circleIn<T>(left: readonly T[], incoming: ReadonlyMap<T, readonly Edge<T>[]>): readonly Edge<T>[] {
  const rest = new Set(left)
  const seen: T[] = []
  const way: Edge<T>[] = []
  let at = left[0]
  while (at !== undefined && !seen.includes(at)) {
    seen.push(at)
    const edge = incoming.get(at)?.find(({ before }) => before.some(item => rest.has(item)))
    if (!edge) return []
    way.push({ ...edge, before: edge.before.filter(item => rest.has(item)).slice(0, 1), after: [at] })
    at = way.at(-1)?.before[0]
  }
  return at === undefined ? [] : way.slice(seen.indexOf(at)).reverse()
}
