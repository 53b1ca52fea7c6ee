/**
 * Which packages a host lacks for those that are wanted: they themselves, and all that they depend on. Pure.
 *
 * What one package takes may be what another one cannot have, so it is a search: it goes back and takes the next best
 * where something cannot be had beside what was taken before. It gives up after so many steps that no real archive has
 * come near it; what it tells then may be wrong, never what it chose.
 */
import { type Alternatives, parseRelations, type Relation, renderRelation, satisfies } from './relation.ts'
import { compareDebianVersions } from './version.ts'

/** What is there already. */
export interface Installed {
  readonly name: string
  readonly version: string
  /** As in its control file. */
  readonly provides: string
}

/** What can be had. */
export interface Candidate extends Installed {
  /** Pre-Depends and Depends, as in its control file. */
  readonly depends: string
}

/** `chosen`: each after none or some of what it needs, since the host's own tools order them. */
type Closure<T> =
  | { readonly chosen: readonly T[] }
  /**
   * `chain`: from what was wanted to what cannot be had, at all or beside the others: `keepalived`,
   * `libnl-3-200 (>= 3.5)`.
   */
  | { readonly chain: readonly string[] }

/** Finds and offers by name, real ones before those that only provide it, newer ones first. */
export interface Offers<T> {
  readonly named: (name: string) => readonly T[]
  readonly providing: (name: string) => readonly T[]
}

/** Packages taken, those that were given back included: a few seconds' work at most. */
const mostSteps = 1000

/**
 * What is installed counts, whatever version it has; it is renewed only where its version will not do. Recommended and
 * suggested packages are left out. Conflicts are the host's own tools' to judge.
 */
export function closureOf<T extends Candidate>(
  wanted: readonly string[],
  installed: readonly Installed[],
  offers: Offers<T>,
): Closure<T> {
  const around = { there: stateOf(installed), offers }
  const first = wanted.map(name => ({ group: [{ name }], chain: [] }))
  let steps = 0
  let failure: readonly string[] | undefined

  const complete = (chosen: Chosen<T>): Chosen<T> | undefined => {
    // All of them each time: what was met by a package that is there no longer is where that one is renewed.
    const needs = [...first, ...[...chosen.values()].flatMap(({ needs }) => needs)]
    const next = hardest(needs, chosen, around)
    if (next === undefined) return chosen
    for (const { relation, candidate } of next.ways) {
      if (steps++ >= mostSteps) break
      const chain = [...next.chain, renderRelation(relation)]
      const found = complete(new Map([...chosen, [candidate.name, taken(candidate, chain)]]))
      if (found) return found
    }
    failure ??= [...next.chain, next.group.map(renderRelation).join(' | ')]
    return undefined
  }

  const found = complete(new Map())
  return found
    ? { chosen: [...found.values()].map(({ candidate }) => candidate) }
    : { chain: failure ?? wanted.slice(0, 1) }
}

interface Need {
  readonly group: Alternatives
  /** From what was wanted to the package that needs it. */
  readonly chain: readonly string[]
}

interface Taken<T> {
  readonly candidate: T
  readonly needs: readonly Need[]
  readonly provides: readonly Alternatives[]
}

/** By name: no two versions of one package. */
type Chosen<T> = ReadonlyMap<string, Taken<T>>

function taken<T extends Candidate>(candidate: T, chain: Need['chain']): Taken<T> {
  const needs = parseRelations(candidate.depends).map(group => ({ group, chain }))
  return { candidate, needs, provides: parseRelations(candidate.provides) }
}

interface Around<T> {
  readonly there: State
  readonly offers: Offers<T>
}

interface Way<T> {
  readonly relation: Relation
  readonly candidate: T
}

/**
 * Of what is not met yet, that which the fewest packages could meet, with them in the order in which they are to be
 * tried: what has one way only leaves the others their choice, and what has none ends the search at once.
 */
function hardest<T extends Candidate>(
  needs: readonly Need[],
  chosen: Chosen<T>,
  around: Around<T>,
): (Need & { readonly ways: readonly Way<T>[] }) | undefined {
  let found: (Need & { readonly ways: readonly Way<T>[] }) | undefined
  for (const need of needs) {
    if (need.group.some(relation => isThere(relation, chosen, around.there))) continue
    const ways = need.group.flatMap(relation =>
      candidatesFor(relation, chosen, around).map(candidate => ({ relation, candidate })),
    )
    if (found === undefined || ways.length < found.ways.length) found = { ...need, ways }
    if (ways.length === 0) break
  }
  return found
}
/** None of a name that is chosen already, and none older than the one that is there. */
function candidatesFor<T extends Candidate>(
  relation: Relation,
  chosen: Chosen<T>,
  { there, offers }: Around<T>,
): readonly T[] {
  const free = ({ name, version }: T) => {
    const present = there.versions.get(name)
    return !chosen.has(name) && (present === undefined || compareDebianVersions(version, present) > 0)
  }
  const named = offers.named(relation.name).filter(({ version }) => satisfies(relation, version))
  const providing = offers
    .providing(relation.name)
    .filter(({ provides }) => providesIt(relation, parseRelations(provides)))
  return [...named, ...providing].filter(free)
}

/** What stands on the host before anything is chosen. */
interface State {
  readonly versions: ReadonlyMap<string, string>
  /** Package → what it provides, of those that provide anything. */
  readonly provides: ReadonlyMap<string, readonly Alternatives[]>
}

function stateOf(installed: readonly Installed[]): State {
  return {
    versions: new Map(installed.map(({ name, version }) => [name, version])),
    provides: new Map(
      installed.flatMap(({ name, provides }) =>
        provides === '' ? [] : [[name, parseRelations(provides)] as const],
      ),
    ),
  }
}

/** What is chosen stands for the one of its name that is installed. */
function isThere<T extends Candidate>(relation: Relation, chosen: Chosen<T>, there: State): boolean {
  const version = chosen.get(relation.name)?.candidate.version ?? there.versions.get(relation.name)
  if (version !== undefined && satisfies(relation, version)) return true
  for (const { provides } of chosen.values()) if (providesIt(relation, provides)) return true
  for (const [name, provides] of there.provides)
    if (!chosen.has(name) && providesIt(relation, provides)) return true
  return false
}

function providesIt(relation: Relation, provides: readonly Alternatives[]): boolean {
  return provides.some(group =>
    group.some(({ name, version }) => name === relation.name && satisfies(relation, version?.version)),
  )
}
