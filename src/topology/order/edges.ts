/** The order of change within a cell as a graph: what is changed before what, and why. Pure. */
import { grouped } from '../../diagnostic/grouped.ts'
import { type Edge, type Part, type PlacedChange, partsOf } from './change.ts'
import { type MemberChange, memberEdges } from './members.ts'
import { orderRules, type Rule } from './rules.ts'

/** Every edge between the changes of one cell. There is no circle among them. */
export function edgesOf<T extends MemberChange>(
  all: readonly T[],
  rules: readonly Rule[] = orderRules,
): readonly Edge<T>[] {
  const parts = partsOf(all)
  return [...rules.flatMap(rule => ruleEdges(rule, all, parts)), ...memberEdges(all, parts)]
}

/** Nothing waits for a later tier: what makes room for a Prometheus would wait for what waits for that Prometheus. */
const tiers: readonly (readonly Part[])[] = [
  ['takesOver'],
  ['makesRoom'],
  ['usual', 'clears', 'yields', 'handsOver', 'waits'],
]

function ruleEdges<T extends PlacedChange>(
  { before, after, onHost, because }: Rule,
  all: readonly T[],
  known: ReadonlyMap<T, Part>,
): readonly Edge<T>[] {
  const part = (one: T) => known.get(one) ?? 'usual'
  const tier = (one: T) => tiers.findIndex(parts => parts.includes(part(one)))
  // Nothing waits for a firewall that itself waits for the end.
  const first = all.filter(one => part(one) !== 'waits' && before(one, part(one)))
  const second = all.filter(one => after(one, part(one)))
  const pairs = onHost ? hostPairs(first, second) : [[first, second] as const]
  return pairs
    .flatMap(([from, to]) =>
      tiers.map((_, at) => ({
        before: from.filter(one => tier(one) <= at),
        after: to.filter(one => tier(one) === at),
        because,
      })),
    )
    .filter(edge => edge.before.length > 0 && edge.after.length > 0)
}

function hostPairs<T extends PlacedChange>(first: readonly T[], second: readonly T[]) {
  const hostOf = ({ host }: PlacedChange) => host
  const hosts = grouped(second, hostOf)
  return [...grouped(first, hostOf)].map(([host, own]) => [own, hosts.get(host) ?? []] as const)
}
