import { defined } from '../../diagnostic/defined.ts'
import { nearest } from '../../diagnostic/nearest.ts'
import { globMatcher } from './glob.ts'
import { expandRange } from './ranges.ts'

/** What patterns can match. */
export interface Scope {
  /** What `all` and globs stand for, in the order of the file. */
  readonly universe: readonly string[]
  /** Every host of the inventory. */
  readonly defined: ReadonlySet<string>
  /** Groups (for a selection: cells too) and their hosts. */
  readonly named: ReadonlyMap<string, readonly string[]>
  /** Globs match the names of groups too. */
  readonly globNamed?: boolean
}

export interface PatternFault {
  readonly index: number
  /** `unknown`: no such name; `outside`: a host that is not in `universe`; `empty`: it matches nothing. */
  readonly kind: 'unknown' | 'outside' | 'empty' | 'invalid'
  /** The pattern without its `!`. */
  readonly name: string
  readonly nearest?: string
  readonly detail?: string
}

/** The hosts that the patterns name, in their order, without those named by `!`. Patterns that only exclude start from all. */
export function match(
  patterns: readonly string[],
  scope: Scope,
): { readonly hosts: readonly string[]; readonly faults: readonly PatternFault[] } {
  const hosts = new Set<string>()
  const excluded = new Set<string>()
  const faults: PatternFault[] = []
  if (patterns.length > 0 && patterns.every(isExclusion)) for (const host of scope.universe) hosts.add(host)
  for (const [index, pattern] of patterns.entries()) {
    const name = isExclusion(pattern) ? pattern.slice(1) : pattern
    const found = matchOne(name, scope)
    if ('kind' in found) faults.push({ index, name, ...found })
    else for (const host of found.hosts) (isExclusion(pattern) ? excluded : hosts).add(host)
  }
  return { hosts: [...hosts].filter(host => !excluded.has(host)), faults }
}

/** Those hosts in the order of the file. */
export function hostsInOrder(hosts: readonly string[], { universe }: Scope): readonly string[] {
  const wanted = new Set(hosts)
  return universe.filter(host => wanted.has(host))
}

function isExclusion(pattern: string): boolean {
  return pattern.startsWith('!')
}

type Found = { readonly hosts: readonly string[] } | Omit<PatternFault, 'index' | 'name'>

function matchOne(name: string, scope: Scope): Found {
  if (name === 'all') return { hosts: scope.universe }
  const inside = (hosts: readonly string[]) => {
    const universe = new Set(scope.universe)
    return hosts.filter(host => universe.has(host))
  }
  const named = scope.named.get(name)
  if (named || scope.defined.has(name)) {
    const hosts = inside([...(scope.defined.has(name) ? [name] : []), ...(named ?? [])])
    return hosts.length > 0 ? { hosts } : { kind: named ? 'empty' : 'outside' }
  }
  const ranged = expandRange(name)
  if ('fault' in ranged) return { kind: 'invalid', detail: ranged.fault }
  if (ranged.values.length > 1 || ranged.values[0] !== name) {
    const found = ranged.values.map(value => matchOne(value, scope))
    const fault = found.find(one => 'kind' in one)
    return fault ?? { hosts: found.flatMap(one => ('hosts' in one ? one.hosts : [])) }
  }
  if (/[*?[\]{}]/.test(name)) return matchGlob(name, scope, inside)
  const near = nearest(name, [...scope.defined, ...scope.named.keys(), 'all'])
  return { kind: 'unknown', ...defined({ nearest: near }) }
}

function matchGlob(
  name: string,
  scope: Scope,
  inside: (hosts: readonly string[]) => readonly string[],
): Found {
  const glob = globMatcher(name, { dot: true })
  if ('fault' in glob) return { kind: 'invalid', detail: `it ${glob.fault}` }
  const { matches } = glob
  const groups = scope.globNamed ? [...scope.named].filter(([group]) => matches(group)) : []
  const hosts = new Set([
    ...scope.universe.filter(host => matches(host)),
    ...inside(groups.flatMap(([, of]) => of)),
  ])
  if (hosts.size > 0) return { hosts: [...hosts] }
  // The glob that was probably meant: `app-*` for `aap-*`, if there is a host app-1.
  const fixed = name.search(/[*?[\]{}]/)
  const near = scope.universe.map(host => `${host.slice(0, fixed)}${name.slice(fixed)}`)
  return { kind: 'empty', ...defined({ nearest: nearest(name, near) }) }
}
