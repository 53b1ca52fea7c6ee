import type { Problem, SourceRange } from '../../diagnostic/problem.ts'
import type { Context } from '../context.ts'
import { onlyEmpty, reportPatterns } from '../host/groups.ts'
import type { Host } from '../model.ts'
import { at, atKey, memberPlace, quoted, rejectedOf, seen, wasRejected } from '../text/place.ts'
import { canonicalAddress } from '../value/names.ts'
import { match, type Scope } from '../value/patterns.ts'
import { cellProblem } from './messages.ts'

/** The names that the parts of a cell may use. */
export interface CellScope {
  readonly name: string
  /** The cell's hosts and the inventory's groups. */
  readonly scope: Scope
  readonly hosts: ReadonlyMap<string, Host>
  /** Names that a message may suggest instead of a wrong one. */
  readonly candidates: readonly string[]
  readonly allowSharedHost: boolean
  /** Where the cell is written. */
  readonly source?: SourceRange
}

/** Whether the cell has the host of a member; if not, it is reported. Hosts that are `taken` are not suggested. */
export function isHostOf(
  cell: CellScope,
  { label, owner, key, host }: ScopeMember,
  taken: readonly string[],
  problems: Problem[],
): boolean {
  if (cell.scope.universe.includes(host)) return true
  const shown = memberPlace(owner, key)?.secret ? seen(owner, key) : quoted(host)
  if (cell.scope.defined.has(host)) {
    problems.push(cellProblem.hostOfOtherCell(at(owner, key), label, shown, cell.name))
  } else {
    problems.push(
      cellProblem.unknownHost(at(owner, key), { label, shown, host, hosts: cell.scope.universe, taken }),
    )
  }
  return false
}

export interface ScopeMember {
  readonly host: string
  /** `replica "a"`. */
  readonly label: string
  readonly owner: object
  readonly key: string | number
}

/** Reports members on one machine, which would fail together, unless the cell allows it. */
export function checkApart(members: readonly ScopeMember[], cell: CellScope, problems: Problem[]): void {
  const first = new Map<string, ScopeMember>()
  for (const member of members) {
    const host = cell.hosts.get(member.host)
    const machine = canonicalAddress(host?.address || member.host)
    const other = first.get(machine)
    if (other === undefined) first.set(machine, member)
    else if (!cell.allowSharedHost) {
      const both = `${other.label} and ${member.label} of cell ${quoted(cell.name)}`
      const same = other.host === member.host
      // Two hosts with one address and SSH port are an error of the hosts, which is reported there.
      if (!same && (host?.ssh.port ?? 22) === (cell.hosts.get(other.host)?.ssh.port ?? 22)) continue
      const where = same
        ? `are both on host ${quoted(member.host)}`
        : `are on hosts with the same address, ${quoted(other.host)} and ${quoted(member.host)}`
      problems.push(cellProblem.sharedHost(at(member.owner, member.key), both, where, same))
    }
  }
}

interface MemberKind {
  /** The component's key in the cell. */
  readonly key: string
  /** What one of them is called: `Alertmanager`. */
  readonly one: string
  /** The caller reports a wrong number of hosts itself. */
  readonly exactly?: true
}

/**
 * Whether hosts may be counted: nothing was reported of them, which would be the cause of too few.
 * @param before how many problems there were before they were read
 */
export function mayBeCounted(
  { hosts }: { readonly hosts?: readonly string[] | null | undefined },
  { problems }: Context,
  before: number,
): boolean {
  return hosts != null && problems.length === before && rejectedOf(hosts).size === 0
}

/** The hosts in the order of the text. No host, or members that would fail together, is an error; one host a warning. */
export function memberHosts(
  text: { readonly hosts?: readonly string[] | null | undefined },
  { key, one, exactly }: MemberKind,
  cell: CellScope,
  context: Context,
): readonly string[] {
  const { problems } = context
  const patterns = text.hosts ?? []
  const of = `${key} of cell ${quoted(cell.name)}`
  const found = match(patterns, cell.scope)
  reportPatterns(found.faults, { patterns, of, candidates: cell.candidates }, problems)
  // Probably one of the two is a typing error.
  for (const [index, pattern] of patterns.entries()) {
    if (patterns.indexOf(pattern) === index) continue
    const shown = memberPlace(patterns, index)?.secret ? seen(patterns, index) : quoted(pattern)
    problems.push(cellProblem.memberTwice(at(patterns, index), of, shown, one))
  }
  if (found.hosts.length === 0 && onlyEmpty(found.faults)) {
    if (!wasRejected(text, 'hosts') && rejectedOf(patterns).size === 0) {
      problems.push(cellProblem.noMembers(atKey(text, 'hosts'), of))
    }
  } else if (found.hosts.length === 1 && !exactly && onlyEmpty(found.faults)) {
    problems.push(cellProblem.oneMember(atKey(text, 'hosts'), cell.name, one))
  }
  const members = found.hosts.map(host => {
    const index = patterns.indexOf(host)
    const where = index === -1 ? { owner: text, key: 'hosts' } : { owner: patterns, key: index }
    return { host, label: `the ${one} on ${quoted(host)}`, ...where }
  })
  checkApart(members, cell, problems)
  return found.hosts
}
