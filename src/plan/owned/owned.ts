/** What promha owns of a component on a host: what of it goes, and what the manifest says afterwards. Pure. */
import { knownDefinition } from '../../../roles/index.ts'
import { grouped, remembered } from '../../diagnostic/grouped.ts'
import type { Entry } from '../../resource/kind/kind.ts'
import { ownedKinds, resourceKind } from '../../resource/kind/kinds.ts'
import type { Instance, Resource } from '../../resource/model.ts'
import type { Observed, Owned } from '../../resource/observed.ts'
import { ownConfig } from '../../shell/syntax/layout.ts'
import type { InstancePlan } from '../model.ts'

/** The resource as the manifest names it; undefined for what is no thing of its own. */
export function manifestEntry(resource: Resource): Entry | undefined {
  return resourceKind(resource).own(resource)
}

/** Users, groups, packages and paths are apart; a path is the same thing whatever stands there. */
function keyOf({ kind, name }: Entry): string {
  return `${ownedKinds[kind].space ?? 'path'} ${name}`
}

/** What the manifest says of a resource; undefined where promha does not own it. */
export function ownership(resource: Resource, observed: Observed, component: Instance['component']) {
  const entry = manifestEntry(resource)
  return entry && indexOf(observed.records.get(component)?.owned ?? []).get(keyOf(entry))?.[0]
}

const indices = new WeakMap<readonly Owned[], ReadonlyMap<string, readonly Owned[]>>()

/** A manifest's entries by what they name, made once: it is searched for every resource. */
function indexOf(owned: readonly Owned[]): ReadonlyMap<string, readonly Owned[]> {
  return remembered(indices, owned, () => grouped(owned, keyOf))
}

/** What promha owns and is no longer wanted, in the order in which it can go. The last owner of a shared thing deletes it. */
export function removedFrom(instance: Instance, observed: Observed): readonly Owned[] {
  const all = observed.records.get(instance.component)?.owned ?? []
  const owned = all.filter(entry => isPossible(entry, instance.component))
  const purges = instance.retired === true && instance.purges === true
  const wanted = wantedKeys(instance)
  const parents = parentsOf(instance)
  const others = new Set(
    [...observed.records]
      .filter(([component]) => component !== instance.component && !instance.leavesWith?.has(component))
      // The directory of all components goes with the last of them, since it goes only where it is empty.
      .flatMap(([, { owned }]) => owned.filter(({ name }) => name !== ownConfig).map(keyOf)),
  )
  const keepsData =
    all.some(entry => isData(entry) && !wanted.has(keyOf(entry)) && (!purges || entry.found)) ||
    instance.resources.flatMap(resource => manifestEntry(resource) ?? []).some(isData)
  const rank = ({ kind }: Owned) => ownedKinds[kind].rank
  return owned
    .filter(
      entry =>
        !wanted.has(keyOf(entry)) &&
        !others.has(keyOf(entry)) &&
        ownedKinds[entry.kind].goes(entry, { purges, keepsData, parents }),
    )
    .sort((a, b) => rank(a) - rank(b) || byDepth(a, b))
}

function wantedKeys({ resources }: Instance): ReadonlySet<string> {
  const entries = resources.flatMap(resource => [
    manifestEntry(resource) ?? [],
    resourceKind(resource).companion?.(resource) ?? [],
  ])
  return new Set(entries.flat().map(keyOf))
}

/** How a change names what goes. */
export function entryId({ kind, name }: Entry): string {
  return ownedKinds[kind].id?.(name) ?? `${kind}:${name}`
}

export function isData({ kind }: Entry): boolean {
  return ownedKinds[kind].data === true
}

/** Files, programs and units: neither data nor a user, which stay when a component goes. */
export function isPlaced({ kind }: Entry): boolean {
  return ownedKinds[kind].placed === true
}

/** Every directory above a path that is wanted. */
function parentsOf({ resources }: Instance): ReadonlySet<string> {
  const parents = new Set<string>()
  for (const resource of resources) {
    const { name = '' } = manifestEntry(resource) ?? {}
    for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1)) {
      // What is above it is known too.
      if (parents.has(name.slice(0, at))) break
      parents.add(name.slice(0, at))
    }
  }
  return parents
}

/** Of directories, what lies in another one before that one. */
function byDepth(a: Owned, b: Owned): number {
  const depth = ({ kind, name }: Owned) => (ownedKinds[kind].rank === 1 ? name.split('/').length : 0)
  return depth(b) - depth(a) || (a.name < b.name ? -1 : 1)
}

/** The manifest once the plan is carried out. Packages go when all else is done, and are forgotten only then. */
export function ownedAfter(
  plan: Pick<InstancePlan, 'instance' | 'removed'>,
  observed: Observed,
): readonly Owned[] {
  const { instance, removed } = plan
  const before = observed.records.get(instance.component)?.owned ?? []
  const wanted = wantedKeys(instance)
  const gone = new Set(removed.map(keyOf))
  const now = instance.resources.flatMap((resource): Owned[] => {
    const entry = manifestEntry(resource)
    return entry ? [{ ...entry, found: wasFound(resource, entry, instance, observed) }] : []
  })
  const kept = before.filter(entry => {
    const { last, stays } = ownedKinds[entry.kind]
    return !wanted.has(keyOf(entry)) && (last || !gone.has(keyOf(entry))) && stays?.(entry)
  })
  return [...now, ...ownCompanions(instance, before, observed), ...kept]
}

/** Groups that promha makes for users who existed without one. Any other group is created and removed with its user. */
function ownCompanions(
  { resources }: Instance,
  before: readonly Owned[],
  observed: Observed,
): readonly Owned[] {
  return resources.flatMap((resource): Owned[] => {
    const { companion, lacksCompanion } = resourceKind(resource)
    const entry = companion?.(resource)
    if (!entry) return []
    const known = before.find(({ kind, name }) => kind === entry.kind && name === entry.name)
    if (known) return [known]
    return lacksCompanion?.(resource, observed) ? [{ ...entry, found: false }] : []
  })
}

/** Another component of promha's put it there. */
function isMade(entry: Entry, { records }: Observed): boolean {
  return [...records.values()].some(({ owned }) =>
    indexOf(owned)
      .get(keyOf(entry))
      ?.some(({ found }) => !found),
  )
}

/** What promha installed is its own, even where an earlier run did so that was never confirmed. */
function wasFound(resource: Resource, entry: Entry, { component }: Instance, observed: Observed): boolean {
  const kind = resourceKind(resource)
  if (kind.isMade?.(resource, observed)) return false
  const known = ownership(resource, observed, component)
  return known ? known.found : kind.isThere(resource, observed) && !isMade(entry, observed)
}

/** A manifest that was meddled with, or is damaged, must not make promha remove what it never put there. */
function isPossible({ kind, name }: Owned, component: Instance['component']): boolean {
  if (name.split('/').includes('..')) return false
  const { isOf, isOurs } = ownedKinds[kind]
  return isOurs(name) || (!knownDefinition(component) && isOf?.(name, component) === true)
}
