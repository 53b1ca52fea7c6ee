/** Which directories promha may make its own or its service's, and where it works as root. Pure. */
import { posix } from 'node:path'
import { knownDefinition } from '../../roles/index.ts'
import { asShared, directoryKind } from '../resource/kind/directory.ts'
import type { StageRequest } from '../resource/kind/kind.ts'
import {
  type DirectoryResource,
  type Instance,
  ofKind,
  type Resource,
  resourceId,
} from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import type { WalkedWay } from '../shell/syntax/way.ts'
import type { InstancePlan } from './model.ts'
import { isData, isPlaced, manifestEntry } from './owned/owned.ts'

/** The directory as the change takes it. */
export function takenDirectory(
  directory: DirectoryResource,
  instance: Instance,
  observed: Observed,
): ReturnType<StageRequest['taken']> {
  const known = [...observed.records.values()].some(({ owned }) =>
    owned.some(({ kind, name }) => kind in directoryKind.owns && name === directory.path),
  )
  const holds = directory.data
    ? knownDefinition(instance.component)?.takeOver?.data?.names
    : namesIn(directory.path, instance.resources)
  return { ...asShared(directory, observed), known, holds: holds ?? [] }
}

/** What the instance itself has in a directory. */
function namesIn(directory: string, resources: readonly Resource[]): readonly string[] {
  const inside = resources.flatMap(resource => {
    const path = manifestEntry(resource)?.name ?? ''
    return posix.dirname(path) === directory ? [posix.basename(path)] : []
  })
  return inside.map(name => name.replaceAll(/[*?[\]\\]/g, '?'))
}

/** The system user that the component runs as: of the inventory, else of what promha noted on the host. */
export function serviceUser({ component, resources }: Instance, observed: Observed): string | undefined {
  const [wanted] = ofKind(resources, 'user')
  if (wanted) return wanted.name
  return observed.records.get(component)?.owned.find(({ kind }) => kind === 'user')?.name
}

/** Where the change of one instance works, so that all of it can be looked at before anything is changed. */
export function waysOf({ backups, changes, instance, removed }: InstancePlan, observed: Observed): WalkedWay {
  const ids = new Set(changes.map(change => change.resource))
  const touched = instance.resources.filter(resource => ids.has(resourceId(resource)))
  const placed = [...touched.flatMap(resource => manifestEntry(resource) ?? []), ...removed].filter(isPlaced)
  const service = serviceUser(instance, observed)
  return {
    ...(service === undefined ? {} : { service }),
    directories: ofKind(touched, 'directory').map(directory => takenDirectory(directory, instance, observed)),
    entered: [...new Set([...placed.map(({ name }) => name), ...backups].map(path => posix.dirname(path)))],
    purged: instance.retired ? removed.filter(isData).map(({ name }) => name) : [],
  }
}
