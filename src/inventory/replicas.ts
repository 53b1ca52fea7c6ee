import { suggestion } from '../diagnostic/nearest.ts'
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import type { Host } from './model.ts'
import { canonicalAddress, nameFault } from './names.ts'
import type { Scope } from './patterns.ts'
import { at, atKey, memberPlace, quote, rejectedOf, seen, wasRejected } from './place.ts'
import type { PrometheusText } from './schema.ts'

/** The names that the parts of a cell may use. */
export interface CellScope {
  readonly name: string
  /** The cell's hosts and the inventory's groups. */
  readonly scope: Scope
  readonly hosts: ReadonlyMap<string, Host>
  /** Names that a message may suggest instead of a wrong one. */
  readonly candidates: readonly string[]
  readonly allowSharedHost: boolean
}

type Replica = { readonly name: string; readonly host: string }

/** The replicas in the order of the keys. One that does not name a host of the cell is reported and left out. */
export function buildReplicas(
  text: PrometheusText,
  cell: CellScope,
  problems: Problem[],
): readonly Replica[] {
  const map = text.replicas ?? {}
  const entries = Object.entries(map)
  if (entries.length === 0 && !wasRejected(text, 'replicas') && rejectedOf(map).size === 0) {
    problems.push(
      error(`cell ${quote(cell.name)} has no replicas`, {
        ...atKey(text, 'replicas'),
        remedy: 'name two, for example "replicas: { a: mon-a, b: mon-b }"',
      }),
    )
  }
  if (entries.length === 1 && rejectedOf(map).size === 0) {
    problems.push(
      warning(`cell ${quote(cell.name)} has one replica only, so nothing takes over when it fails`, {
        ...atKey(text, 'replicas'),
        remedy: 'add a second one',
      }),
    )
  }
  for (const [name] of entries) {
    const fault = nameFault(name)
    if (fault) problems.push(error(`replica ${quote(name)}: a name ${fault}`, atKey(map, name)))
  }
  const replicas = entries.flatMap(([name, host]) =>
    isHostOf(cell, `replica ${quote(name)}`, map, name, host, othersOf(map, name), problems)
      ? [{ name, host }]
      : [],
  )
  const members = replicas.map(({ name, host }) => ({
    host,
    label: `replica ${quote(name)}`,
    owner: map,
    key: name,
  }))
  checkApart(members, cell, problems)
  return replicas
}

/**
 * Whether the cell has the host that a member of a map names. If not, it is reported.
 * @param label what names it: `replica "a"`
 * @param taken hosts of the other members, which are not suggested
 */
export function isHostOf(
  cell: CellScope,
  label: string,
  map: object,
  key: string,
  host: string,
  taken: readonly string[],
  problems: Problem[],
): boolean {
  if (cell.scope.universe.includes(host)) return true
  const shown = memberPlace(map, key)?.secret ? seen(map, key) : quote(host)
  if (cell.scope.defined.has(host)) {
    problems.push(
      error(`${label} names the host ${shown}, which cell ${quote(cell.name)} does not have`, {
        ...at(map, key),
        remedy: `add ${shown} to the cell's "hosts:"`,
      }),
    )
  } else {
    problems.push(
      error(`${label} names ${shown}, which is not a host`, {
        ...at(map, key),
        ...suggestion(
          host,
          cell.scope.universe.filter(name => !taken.includes(name)),
          'define it under "hosts:"',
        ),
      }),
    )
  }
  return false
}

function othersOf(map: Readonly<Record<string, string>>, name: string): readonly string[] {
  return Object.entries(map).flatMap(([other, host]) => (other === name ? [] : [host]))
}

export interface Member {
  readonly host: string
  /** `replica "a"`. */
  readonly label: string
  readonly owner: object
  readonly key: string | number
}

/** Reports members on one machine, which would fail together, unless the cell allows it. */
export function checkApart(members: readonly Member[], cell: CellScope, problems: Problem[]): void {
  const first = new Map<string, Member>()
  for (const member of members) {
    const host = cell.hosts.get(member.host)
    const machine = canonicalAddress(host?.address || member.host)
    const other = first.get(machine)
    if (other === undefined) first.set(machine, member)
    else if (!cell.allowSharedHost) {
      const both = `${other.label} and ${member.label} of cell ${quote(cell.name)}`
      const same = other.host === member.host
      const where = same
        ? `are both on host ${quote(member.host)}`
        : `are on hosts with the same address, ${quote(other.host)} and ${quote(member.host)}`
      problems.push(
        error(`${both} ${where}, so they would fail together`, {
          ...at(member.owner, member.key),
          // One host cannot run the program twice, whatever the cell allows.
          remedy: same
            ? 'put them on different hosts'
            : 'put them on different hosts, or say "allow_shared_host: true" in the cell',
        }),
      )
    }
  }
}
