/** Which packages a host lacks for those that are wanted: they themselves, and all that they depend on. Pure. */
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
export type Closure<T> =
  | { readonly chosen: readonly T[] }
  /** `chain`: from what was wanted to what cannot be had: `keepalived`, `libnl-3-200 (>= 3.5)`. */
  | { readonly chain: readonly string[] }

/** Finds and offers by name, real ones before those that only provide it, newer ones first. */
export interface Offers<T> {
  readonly named: (name: string) => readonly T[]
  readonly providing: (name: string) => readonly T[]
}

/**
 * What is installed counts, whatever version it has; it is renewed only where its version will not do. Recommended and
 * suggested packages are left out. Conflicts are the host's own tools' to judge.
 */
export function closureOf<T extends Candidate>(
  wanted: readonly string[],
  installed: readonly Installed[],
  offers: Offers<T>,
): Closure<T> {
  const there = stateOf(installed)
  let chosen: ReadonlyMap<string, T> = new Map()
  for (const name of wanted) {
    const found = satisfy([{ name }], chosen, { there, offers })
    if ('chain' in found) return found
    chosen = found.chosen
  }
  return { chosen: [...chosen.values()] }
}

interface Around<T> {
  readonly there: State
  readonly offers: Offers<T>
}

type Found<T> = { readonly chosen: ReadonlyMap<string, T> } | { readonly chain: readonly string[] }

/** Each alternative in turn, until one can be had with all that it needs; the first one's failure is what is told. */
function satisfy<T extends Candidate>(
  group: Alternatives,
  chosen: ReadonlyMap<string, T>,
  around: Around<T>,
): Found<T> {
  if (group.some(relation => isThere(relation, chosen, around.there))) return { chosen }
  let failure: readonly string[] | undefined
  for (const relation of group) {
    for (const candidate of candidatesFor(relation, chosen, around)) {
      const found = withAll(candidate, chosen, around)
      if (!('chain' in found)) return found
      failure ??= [renderRelation(relation), ...found.chain]
    }
  }
  return { chain: failure ?? [group.map(renderRelation).join(' | ')] }
}

function withAll<T extends Candidate>(
  candidate: T,
  before: ReadonlyMap<string, T>,
  around: Around<T>,
): Found<T> {
  let chosen: ReadonlyMap<string, T> = new Map([...before, [candidate.name, candidate]])
  for (const group of parseRelations(candidate.depends)) {
    const found = satisfy(group, chosen, around)
    if ('chain' in found) return found
    chosen = found.chosen
  }
  return { chosen }
}

/** No two versions of one package, and none older than the one that is there. */
function candidatesFor<T extends Candidate>(
  relation: Relation,
  chosen: ReadonlyMap<string, T>,
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
function isThere<T extends Candidate>(
  relation: Relation,
  chosen: ReadonlyMap<string, T>,
  there: State,
): boolean {
  const version = chosen.get(relation.name)?.version ?? there.versions.get(relation.name)
  if (version !== undefined && satisfies(relation, version)) return true
  for (const { provides } of chosen.values())
    if (provides !== '' && providesIt(relation, parseRelations(provides))) return true
  for (const [name, provides] of there.provides)
    if (!chosen.has(name) && providesIt(relation, provides)) return true
  return false
}

function providesIt(relation: Relation, provides: readonly Alternatives[]): boolean {
  return provides.some(group =>
    group.some(({ name, version }) => name === relation.name && satisfies(relation, version?.version)),
  )
}
