/** Which directories promha may make its own or its service's, and where it works as root. Pure. */
import { posix } from 'node:path'
import { knownDefinition } from '../../roles/index.ts'
import { asShared } from '../resource/difference.ts'
import type { DirectoryResource, Instance, Resource } from '../resource/model.ts'
import { resourceId, unitPath } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import type { TakenDirectory } from '../shell/change-request.ts'
import type { Way } from '../shell/way.ts'
import type { InstancePlan } from './model.ts'

/** The directory as the change takes it. */
export function takenDirectory(
  directory: DirectoryResource,
  instance: Instance,
  observed: Observed,
): TakenDirectory {
  const known = [...observed.stamps.values()].some(({ owned }) =>
    owned.some(({ kind, name }) => (kind === 'data' || kind === 'directory') && name === directory.path),
  )
  const holds = directory.data
    ? knownDefinition(instance.component)?.takeOver?.data?.names
    : namesIn(directory.path, instance.resources)
  return { ...asShared(directory, observed), known, holds: holds ?? [] }
}

/** What the instance itself has in a directory. */
function namesIn(directory: string, resources: readonly Resource[]): readonly string[] {
  const inside = resources.flatMap(resource => {
    const path = placeOf(resource)
    return path !== undefined && posix.dirname(path) === directory ? [posix.basename(path)] : []
  })
  return inside.map(name => name.replaceAll(/[*?[\]\\]/g, '?'))
}

function placeOf(resource: Resource): string | undefined {
  if (resource.kind === 'unit') return unitPath(resource.name)
  return 'path' in resource ? resource.path : undefined
}

/** The system user that the component runs as: of the inventory, else of what promha noted on the host. */
export function serviceUser({ component, resources }: Instance, observed: Observed): string | undefined {
  const wanted = resources.find(resource => resource.kind === 'user')
  if (wanted) return wanted.name
  return observed.stamps.get(component)?.owned.find(({ kind }) => kind === 'user')?.name
}

/** Where the change of one instance works, so that all of it can be looked at before anything is changed. */
export function waysOf({ backups, changes, instance, removed }: InstancePlan, observed: Observed): Way {
  const ids = new Set(changes.map(change => change.resource))
  const touched = instance.resources.filter(resource => ids.has(resourceId(resource)))
  const directories = touched.filter(resource => resource.kind === 'directory')
  const placed = touched.filter(({ kind }) => kind === 'file' || kind === 'program' || kind === 'unit')
  const gone = removed.filter(({ kind }) => kind === 'file' || kind === 'program' || kind === 'unit')
  const paths = [...placed.flatMap(resource => placeOf(resource) ?? []), ...gone.map(({ name }) => name)]
  const service = serviceUser(instance, observed)
  return {
    ...(service === undefined ? {} : { service }),
    directories: directories.map(directory => takenDirectory(directory, instance, observed)),
    entered: [...new Set([...paths, ...backups].map(path => posix.dirname(path)))],
    purged: instance.retired ? removed.filter(({ kind }) => kind === 'data').map(({ name }) => name) : [],
  }
}
