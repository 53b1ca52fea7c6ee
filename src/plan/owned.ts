/** What promha owns of a component on a host: what of it goes, and what the manifest says afterwards. Pure. */
import { dataDirFault } from '../inventory/data-dir.ts'
import { type Instance, type Resource, unitPath } from '../resource/model.ts'
import type { Observed, Owned } from '../resource/observed.ts'
import type { InstancePlan } from './model.ts'

/** The resource as the manifest names it; undefined for what is no thing of its own. */
export function manifestEntry(resource: Resource): Omit<Owned, 'found'> | undefined {
  switch (resource.kind) {
    case 'service':
      return undefined
    case 'user':
      return { kind: 'user', name: resource.name }
    case 'unit':
      return { kind: 'unit', name: unitPath(resource.name) }
    case 'directory':
      return { kind: resource.data ? 'data' : 'directory', name: resource.path }
    default:
      return { kind: resource.kind, name: resource.path }
  }
}

/** Users and paths are apart; a path is the same thing whatever stands there. */
function keyOf({ kind, name }: Omit<Owned, 'found'>): string {
  return `${kind === 'user' ? 'user' : 'path'} ${name}`
}

/** What the manifest says of a resource; undefined where promha does not own it. */
export function ownership(resource: Resource, observed: Observed, component: Instance['component']) {
  const entry = manifestEntry(resource)
  const owned = observed.stamps.get(component)?.owned ?? []
  return entry && owned.find(candidate => keyOf(candidate) === keyOf(entry))
}

/** Whether something stands there, promha's or not. */
export function exists(resource: Resource, observed: Observed): boolean {
  const entry = manifestEntry(resource)
  if (!entry) return false
  return entry.kind === 'user' ? observed.users.has(entry.name) : observed.paths.has(entry.name)
}

/**
 * What promha owns of the component and nobody wants any more, in the order in which it can go. Data stays, and the
 * users who own it, unless the instance purges and promha made it; so do directories and users that promha found, and whatever another
 * component owns.
 */
export function removedFrom(instance: Instance, observed: Observed): readonly Owned[] {
  const all = observed.stamps.get(instance.component)?.owned ?? []
  const owned = all.filter(isPossible)
  const purges = instance.retired === true && instance.purges === true
  const wanted = wantedKeys(instance)
  const others = new Set(
    [...observed.stamps].flatMap(([component, stamp]) =>
      component === instance.component ? [] : stamp.owned.map(keyOf),
    ),
  )
  const goes = (entry: Owned) => purges && !entry.found
  const keepsData =
    all.some(entry => entry.kind === 'data' && !wanted.has(keyOf(entry)) && !goes(entry)) ||
    instance.resources.some(resource => manifestEntry(resource)?.kind === 'data')
  return owned
    .filter(entry => {
      if (wanted.has(keyOf(entry)) || others.has(keyOf(entry))) return false
      if (entry.kind === 'data') return goes(entry)
      if (entry.kind === 'user') return !entry.found && !keepsData
      if (entry.kind !== 'directory') return true
      return !entry.found && ![...wanted].some(key => key.startsWith(`path ${entry.name}/`))
    })
    .sort((a, b) => rank(a) - rank(b) || byDepth(a, b))
}

function wantedKeys({ resources }: Instance): ReadonlySet<string> {
  return new Set(resources.flatMap(resource => manifestEntry(resource) ?? []).map(keyOf))
}

/** What holds others goes after them, and a user after all that is his. */
function rank({ kind }: Owned): number {
  if (kind === 'user') return 2
  return kind === 'directory' || kind === 'data' ? 1 : 0
}

function byDepth(a: Owned, b: Owned): number {
  const depth = ({ name }: Owned) => (rank(a) === 1 ? name.split('/').length : 0)
  return depth(b) - depth(a) || (a.name < b.name ? -1 : 1)
}

/** The manifest once the plan is carried out: what is wanted, and the data and users that were kept. */
export function ownedAfter(
  plan: Pick<InstancePlan, 'instance' | 'removed'>,
  observed: Observed,
): readonly Owned[] {
  const { instance, removed } = plan
  const before = observed.stamps.get(instance.component)?.owned ?? []
  const wanted = wantedKeys(instance)
  const gone = new Set(removed.map(keyOf))
  const now = instance.resources.flatMap((resource): Owned[] => {
    const entry = manifestEntry(resource)
    if (!entry) return []
    const known = ownership(resource, observed, instance.component)
    return [{ ...entry, found: known ? known.found : exists(resource, observed) }]
  })
  const kept = before.filter(
    entry =>
      !wanted.has(keyOf(entry)) &&
      !gone.has(keyOf(entry)) &&
      (entry.kind === 'data' || (entry.kind === 'user' && !entry.found)),
  )
  return [...now, ...kept]
}

/** The only places in which promha ever puts something of that kind. */
const places: Readonly<Record<Exclude<Owned['kind'], 'data'>, RegExp>> = {
  file: /^\/etc\/(prometheus|alertmanager)\//,
  program: /^\/usr\/(local\/bin|share\/prometheus)\//,
  unit: /^\/etc\/systemd\/system\/(prometheus|alertmanager|node_exporter)\.service$/,
  user: /^(prometheus|alertmanager|node-exp)$/,
  directory: /^\/(etc\/(prometheus|alertmanager)|usr\/share\/prometheus|var\/lib\/node_exporter)(\/|$)/,
}

/** A manifest that was meddled with, or is damaged, must not make promha remove what it never put there. */
function isPossible({ kind, name }: Owned): boolean {
  if (name.split('/').includes('..')) return false
  // Only Prometheus' may lie elsewhere.
  return kind === 'data'
    ? name === '/var/lib/alertmanager' || dataDirFault(name, name) === undefined
    : places[kind].test(name)
}
