/** Why one change is made before another: a row a reason. */
import type { ComponentDefinition, Follows } from '../../../roles/component.ts'
import { definitions } from '../../../roles/index.ts'
import { type Part, type PlacedChange, takesPort } from './change.ts'

type Chosen = (change: PlacedChange, part: Part) => boolean

export interface Rule {
  readonly before: Chosen
  readonly after: Chosen
  /** It is a rule between changes of one host. */
  readonly onHost?: true
  readonly because: string
}

const stays: Chosen = ({ leaves }) => !leaves
const leaves: Chosen = change => change.leaves
const all =
  (...chosen: readonly Chosen[]): Chosen =>
  (change, part) =>
    chosen.every(one => one(change, part))
const of =
  (...names: readonly string[]): Chosen =>
  ({ component }) =>
    names.includes(component)
const not =
  (chosen: Chosen): Chosen =>
  (change, part) =>
    !chosen(change, part)
const does =
  (...parts: readonly Part[]): Chosen =>
  (_, part) =>
    parts.includes(part)

const inPlaceFirst = 'all that stays is in place before anything leaves'

const ordered = definitions.filter(
  ({ order }) => (order.follows ?? order.precedes ?? order.precedesAll) !== undefined,
)
const isExporter = not(of(...ordered.map(({ name }) => name)))

/** Rules of high availability that are of no single component. */
const special: readonly Rule[] = [
  { before: stays, after: all(leaves, does('usual', 'waits')), because: inPlaceFirst },
  { before: all(stays, not(followersOf('prometheus'))), after: does('clears'), because: inPlaceFirst },
  { before: all(stays, not(of('keepalived'))), after: does('handsOver'), because: inPlaceFirst },
  {
    before: does('clears'),
    after: all(stays, of('haproxy')),
    onHost: true,
    because: 'the replica that leaves may have the port that haproxy takes',
  },
  {
    before: does('handsOver'),
    after: all(stays, of('keepalived')),
    because: 'a keepalived that leaves hands over its addresses while the others still know it',
  },
  {
    before: all(of('haproxy'), does('makesRoom')),
    after: all(stays, takesPort),
    because: 'haproxy releases its port before prometheus listens on all addresses',
  },
  {
    before: does('takesOver'),
    after: does('makesRoom'),
    because: 'another load balancer takes over before this one releases its port',
  },
  {
    before: leaves,
    after: does('waits'),
    onHost: true,
    because: 'the firewall keeps a port closed until nothing listens on it',
  },
  {
    before: all(leaves, does('makesRoom')),
    after: all(stays, of('firewall')),
    onHost: true,
    because: 'the firewall keeps a port closed until haproxy has released it',
  },
]

/** Every rule, those of the definitions included. */
export const orderRules: readonly Rule[] = [
  ...definitions.flatMap(definition => rulesOf(definition)),
  ...special,
]

/** What a definition says of its component's order. What leaves does so in the opposite order. */
export function rulesOf({ name, order }: Pick<ComponentDefinition, 'name' | 'order'>): readonly Rule[] {
  const own = of(name)
  const pair = (first: Chosen, then: Chosen, { because, unlessLeaving }: Follows): readonly Rule[] => [
    { before: all(stays, first), after: all(stays, then), because },
    ...(unlessLeaving
      ? []
      : [{ before: all(leaves, then), after: all(leaves, first, not(does('clears', 'yields'))), because }]),
  ]
  const chosen = ({ what }: Follows) => (what === 'exporters' ? isExporter : of(...what))
  const { follows = [], precedes = [], precedesAll, alone } = order
  return [
    ...(alone === undefined ? [] : [{ before: all(leaves, own), after: all(stays, own), because: alone }]),
    ...follows.flatMap(one => pair(chosen(one), own, one)),
    ...precedes.flatMap(one => pair(own, chosen(one), one)),
    ...(precedesAll === undefined
      ? []
      : [
          { before: all(stays, own), after: all(stays, not(own)), because: precedesAll },
          { before: all(leaves, not(own)), after: all(leaves, own), because: precedesAll },
        ]),
  ]
}

function followersOf(component: string): Chosen {
  const names = definitions
    .filter(({ order }) =>
      order.follows?.some(({ what }) => what !== 'exporters' && what.includes(component)),
    )
    .map(({ name }) => name)
  return of(...names)
}
