/** The hosts of a component that a cell runs several times, so that one can replace another. */
import { error, warning } from '../diagnostic/problem.ts'
import type { Context } from './context.ts'
import { onlyEmpty, reportPatterns } from './groups.ts'
import { match } from './patterns.ts'
import { at, atKey, memberPlace, quote, rejectedOf, seen, wasRejected } from './place.ts'
import { type CellScope, checkApart } from './replicas.ts'

interface Kind {
  /** The component's key in the cell. */
  readonly key: string
  /** What one of them is called: `Alertmanager`. */
  readonly one: string
}

/** The hosts in the order of the text. No host, or members that would fail together, is an error; one host a warning. */
export function memberHosts(
  text: { readonly hosts?: readonly string[] | null | undefined },
  { key, one }: Kind,
  cell: CellScope,
  context: Context,
): readonly string[] {
  const { problems } = context
  const patterns = text.hosts ?? []
  const of = `${key} of cell ${quote(cell.name)}`
  const found = match(patterns, cell.scope)
  reportPatterns(found.faults, patterns, of, cell.candidates, problems)
  checkTwice(patterns, of, one, context)
  if (found.hosts.length === 0 && onlyEmpty(found.faults)) {
    if (!wasRejected(text, 'hosts') && rejectedOf(patterns).size === 0) {
      problems.push(
        error(`${of} has no hosts`, {
          ...atKey(text, 'hosts'),
          remedy: 'name two, for example "hosts: [mon-a, mon-b]"',
        }),
      )
    }
  } else if (found.hosts.length === 1 && onlyEmpty(found.faults)) {
    problems.push(
      warning(`cell ${quote(cell.name)} has one ${one} only, so nothing takes over when it fails`, {
        ...atKey(text, 'hosts'),
        remedy: 'add a second host',
      }),
    )
  }
  const members = found.hosts.map(host => {
    const index = patterns.indexOf(host)
    const where = index === -1 ? { owner: text, key: 'hosts' } : { owner: patterns, key: index }
    return { host, label: `the ${one} on ${quote(host)}`, ...where }
  })
  checkApart(members, cell, problems)
  return found.hosts
}

/** Reports hosts that are named twice: probably one of them is a typing error. */
function checkTwice(patterns: readonly string[], of: string, one: string, context: Context): void {
  for (const [index, pattern] of patterns.entries()) {
    if (patterns.indexOf(pattern) === index) continue
    const shown = memberPlace(patterns, index)?.secret ? seen(patterns, index) : quote(pattern)
    context.problems.push(
      error(`${of} names ${shown} twice`, {
        ...at(patterns, index),
        remedy: `one host runs one ${one}`,
      }),
    )
  }
}
