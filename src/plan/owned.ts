/** What promha owns of a component on a host: what of it goes, and what the manifest says afterwards. Pure. */
import { definitions, knownDefinition, releasedComponents } from '../../roles/index.ts'
import { dataDirFault } from '../inventory/data-dir.ts'
import { type Instance, type Resource, unitOf, unitPath } from '../resource/model.ts'
import { lacksGroup, type Observed, type Owned } from '../resource/observed.ts'
import { ownConfig } from '../shell/layout.ts'
import type { InstancePlan } from './model.ts'

/** The resource as the manifest names it; undefined for what is no thing of its own. */
export function manifestEntry(resource: Resource): Omit<Owned, 'found'> | undefined {
  switch (resource.kind) {
    case 'service':
      return undefined
    case 'package':
    case 'user':
      return { kind: resource.kind, name: resource.name }
    case 'unit':
      return { kind: 'unit', name: unitPath(resource.name) }
    case 'directory':
      return { kind: resource.data ? 'data' : 'directory', name: resource.path }
    default:
      return { kind: resource.kind, name: resource.path }
  }
}

/** Users, groups, packages and paths are apart; a path is the same thing whatever stands there. */
function keyOf({ kind, name }: Omit<Owned, 'found'>): string {
  return `${kind === 'user' || kind === 'group' || kind === 'package' ? kind : 'path'} ${name}`
}

/** What the manifest says of a resource; undefined where promha does not own it. */
export function ownership(resource: Resource, observed: Observed, component: Instance['component']) {
  const entry = manifestEntry(resource)
  return entry && indexOf(observed.stamps.get(component)?.owned ?? []).get(keyOf(entry))?.[0]
}

const indices = new WeakMap<readonly Owned[], ReadonlyMap<string, readonly Owned[]>>()

/** A manifest's entries by what they name, made once: it is searched for every resource. */
function indexOf(owned: readonly Owned[]): ReadonlyMap<string, readonly Owned[]> {
  const known = indices.get(owned)
  if (known) return known
  const index = new Map<string, Owned[]>()
  for (const entry of owned) {
    const same = index.get(keyOf(entry))
    if (same) same.push(entry)
    else index.set(keyOf(entry), [entry])
  }
  indices.set(owned, index)
  return index
}

/** Whether something stands there, promha's or not. */
export function exists(resource: Resource, observed: Observed): boolean {
  const entry = manifestEntry(resource)
  if (!entry) return false
  if (entry.kind === 'package') return observed.packages.installed.has(entry.name)
  return entry.kind === 'user' ? observed.users.has(entry.name) : observed.paths.has(entry.name)
}

/**
 * What promha owns of the component and is no longer wanted, in the order in which it can go. Data stays, and the
 * users who own it, unless the instance purges and promha made it; so do directories, users and packages that promha found, and whatever another
 * component owns.
 */
export function removedFrom(instance: Instance, observed: Observed): readonly Owned[] {
  const all = observed.stamps.get(instance.component)?.owned ?? []
  const owned = all.filter(entry => isPossible(entry, instance.component))
  const purges = instance.retired === true && instance.purges === true
  const wanted = wantedKeys(instance)
  const parents = parentsOf(instance)
  const others = new Set(
    [...observed.stamps].flatMap(([component, stamp]) =>
      component === instance.component
        ? []
        : // Of several components: it goes with the last of them, since a directory goes only where it is empty.
          stamp.owned.filter(({ name }) => name !== ownConfig).map(keyOf),
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
      if (entry.kind === 'user' || entry.kind === 'group') return !entry.found && !keepsData
      if (entry.kind === 'package') return !entry.found
      if (entry.kind !== 'directory') return true
      return !entry.found && !parents.has(entry.name)
    })
    .sort((a, b) => rank(a) - rank(b) || byDepth(a, b))
}

function wantedKeys({ resources }: Instance): ReadonlySet<string> {
  const entries = resources.flatMap(resource => manifestEntry(resource) ?? [])
  const groups = entries.flatMap(({ kind, name }) =>
    kind === 'user' ? [{ kind: 'group', name } as const] : [],
  )
  return new Set([...entries, ...groups].map(keyOf))
}

/** Every directory above a path that is wanted. */
function parentsOf({ resources }: Instance): ReadonlySet<string> {
  const parents = new Set<string>()
  for (const resource of resources) {
    const { kind, name = '' } = manifestEntry(resource) ?? {}
    if (kind === 'user' || kind === 'package') continue
    for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1)) {
      // What is above it is known too.
      if (parents.has(name.slice(0, at))) break
      parents.add(name.slice(0, at))
    }
  }
  return parents
}

/** What holds others goes after them, a user after all that is theirs, then the group, and what ran it all at last. */
function rank({ kind }: Owned): number {
  if (kind === 'package') return 4
  if (kind === 'group') return 3
  if (kind === 'user') return 2
  return kind === 'directory' || kind === 'data' ? 1 : 0
}

function byDepth(a: Owned, b: Owned): number {
  const depth = ({ name }: Owned) => (rank(a) === 1 ? name.split('/').length : 0)
  return depth(b) - depth(a) || (a.name < b.name ? -1 : 1)
}

/**
 * The manifest once the plan is carried out: what is wanted, the data and users that were kept, and packages that are to
 * go: those go when all else is done, and only then are they forgotten.
 */
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
    return [{ ...entry, found: wasFound(entry, known, exists(resource, observed), observed) }]
  })
  const kept = before.filter(
    entry =>
      !wanted.has(keyOf(entry)) &&
      (!gone.has(keyOf(entry)) || entry.kind === 'package') &&
      (entry.kind === 'data' ||
        (entry.kind === 'package' && !entry.found) ||
        ((entry.kind === 'user' || entry.kind === 'group') && !entry.found)),
  )
  return [...now, ...ownGroups(instance, before, observed), ...kept]
}

/** Groups that promha makes for users who existed without one. Any other group is created and removed with its user. */
function ownGroups({ resources }: Instance, before: readonly Owned[], observed: Observed): readonly Owned[] {
  return resources.flatMap((resource): Owned[] => {
    if (resource.kind !== 'user') return []
    const { name } = resource
    const known = before.find(entry => entry.kind === 'group' && entry.name === name)
    if (known) return [known]
    return lacksGroup(name, observed) ? [{ kind: 'group', name, found: false }] : []
  })
}

/** Another component of promha's put it there. */
function isMade(entry: Omit<Owned, 'found'>, { stamps }: Observed): boolean {
  return [...stamps.values()].some(({ owned }) =>
    indexOf(owned)
      .get(keyOf(entry))
      ?.some(({ found }) => !found),
  )
}

/** What promha installed is its own, even where an earlier run did so that was never confirmed. */
function wasFound(
  entry: Omit<Owned, 'found'>,
  known: Owned | undefined,
  there: boolean,
  observed: Observed,
): boolean {
  if (known && entry.kind !== 'package') return known.found
  if (known) return there && known.found
  return (
    there && !isMade(entry, observed) && !(entry.kind === 'package' && observed.packages.ours.has(entry.name))
  )
}

/** Names that promha gives to accounts: those of the components, and of exporters of the inventory's own. */
const accounts = nameOf([...definitions.map(({ account }) => account), 'promha-check', '[a-z0-9-]+-exp'])
const units = nameOf([
  ...definitions.map(({ name }) => unitOf(name).replace('.service', '')),
  '\\w+_exporter',
])
const directories = nameOf([...releasedComponents, 'promha', '\\w+_exporter'])

function nameOf(all: readonly (string | undefined)[]): string {
  return `(${[...new Set(all)].filter(one => one !== undefined).join('|')})`
}

/** The only places in which promha ever puts something of that kind, and the only names that it gives. */
const places: Readonly<Record<Exclude<Owned['kind'], 'data'>, RegExp>> = {
  file: new RegExp(`^/(etc/(${directories}/|blackbox_exporter\\.yml$)|usr/libexec/keepalived/promha-check$)`),
  program: /^\/usr\/(local\/bin|share\/prometheus)\//,
  unit: new RegExp(`^/etc/systemd/system/${units}\\.service$`),
  package: new RegExp(`^${nameOf(definitions.flatMap(({ packages = [] }) => packages))}$`),
  user: new RegExp(`^${accounts}$`),
  group: new RegExp(`^${accounts}$`),
  directory: new RegExp(
    `^/(etc/${directories}|usr/(share/prometheus|libexec/keepalived)|var/lib/node_exporter)(/|$)`,
  ),
}

/** A manifest that was meddled with, or is damaged, must not make promha remove what it never put there. */
function isPossible({ kind, name }: Owned, component: Instance['component']): boolean {
  if (name.split('/').includes('..')) return false
  if (!knownDefinition(component) && isOfName(kind, name, component)) return true
  // Only Prometheus' may lie elsewhere.
  return kind === 'data'
    ? /^\/var\/lib\/(alertmanager|pushgateway)$/.test(name) || dataDirFault(name, name) === undefined
    : places[kind].test(name)
}

/** Where promha puts what is of a component that this release does not know. */
function isOfName(kind: Owned['kind'], name: string, component: string): boolean {
  switch (kind) {
    case 'unit':
      return name === unitPath(`${component}.service`) || name === unitPath(`promha-${component}.service`)
    case 'file':
      return name === `/etc/${component}.yml` || name.startsWith(`/etc/${component}/`)
    case 'directory':
      return `${name}/`.startsWith(`/etc/${component}/`)
    case 'user':
    case 'group':
      return name === `${component.replace(/_exporter$/, '').replaceAll('_', '-')}-exp`
    default:
      return false
  }
}
