/** The plan of one instance as a change program and the bytes that it reads. Pure. */
import { unitFile } from '../resource/difference.ts'
import { isStored } from '../resource/hash.ts'
import { type FileResource, type Instance, type Resource, resourceId, unitPath } from '../resource/model.ts'
import { lacksGroup, type Observed, type Owned } from '../resource/observed.ts'
import { bundleDirectory } from '../shell/change.ts'
import type { Before, ChangeRequest, Leaving, StagedFile, StagedProgram } from '../shell/change-request.ts'
import { bundleFiles } from './bundle.ts'
import type { InstancePlan } from './model.ts'
import { ownedAfter } from './owned.ts'
import { isRunning } from './service.ts'
import { serviceUser, takenDirectory } from './taken.ts'

export interface PlannedChange {
  readonly request: ChangeRequest
  /** One for each item of the request's stream. */
  readonly stream: readonly Uint8Array[]
}

export function changeOf(plan: InstancePlan, observed: Observed): PlannedChange {
  const { instance, renewed, removed } = plan
  const ids = new Set(plan.changes.map(change => change.resource))
  const touched = instance.resources.filter(resource => ids.has(resourceId(resource)))
  const placed = touched.flatMap(asPlaced)
  const files = placed.flatMap(item => ('content' in item && renewed.has(item.file.resource) ? [item] : []))
  // What keeps its content has the wanted one, by the hash that was observed.
  const kept = (file: StagedFile) => ({ ...file, kept: observed.hashes.get(file.path) ?? '' })
  const stays = ({ file: { path, resource } }: Placed) =>
    !renewed.has(resource) &&
    plan.changes.some(change => change.resource === resource && change.action !== 'adopt') &&
    observed.paths.has(path)
  const programs = placed.flatMap(item => {
    if (!('program' in item)) return []
    if (renewed.has(item.file.resource)) return [item.program]
    return stays(item) ? [kept(item.file)] : []
  })
  const modes = placed.flatMap(item => ('content' in item && stays(item) ? [kept(item.file)] : []))
  const directories = touched
    .filter(resource => resource.kind === 'directory')
    .map(directory => takenDirectory(directory, instance, observed))
  const service = serviceUser(instance, observed)
  const users = touched.filter(resource => resource.kind === 'user')
  const checks = files.length + programs.length > 0 ? instance.checks : []
  const parts = [
    ...files.map(({ content }, index) => ({ name: `files/${index}`, content })),
    ...checks.flatMap(check =>
      bundleFiles(instance, check).map(({ name, content }) => ({
        name: `${bundleDirectory(check)}/${name}`,
        content,
      })),
    ),
  ]
  const sent = parts.flatMap(({ name, content }) =>
    isStored(content) ? [] : [{ name, bytes: Buffer.from(content) }],
  )
  const own = plan.changes.filter(change => change.resource === resourceId(instance.service))
  const unit = observed.units.get(instance.service.unit)
  const paths = removed.filter(({ kind }) => kind === 'file' || kind === 'program' || kind === 'unit')
  const ownUnit = unitPath(instance.service.unit)
  return {
    request: {
      component: instance.component,
      unit: instance.service.unit,
      ...(service === undefined ? {} : { service }),
      users,
      directories,
      stream: sent.map(part => ({ name: part.name, size: part.bytes.length })),
      stored: parts.flatMap(({ name, content }) =>
        isStored(content) ? [{ name, sha256: content.stored }] : [],
      ),
      checks,
      files: files.map(item => item.file),
      programs,
      modes,
      removed: paths.map(({ name }) => name),
      emptied: removed.filter(({ kind }) => kind === 'directory').map(({ name }) => name),
      backups: plan.backups,
      adopts: !(observed.stamps.get(instance.component)?.owned ?? []).some(isPlaced),
      daemonReload:
        unit?.needsDaemonReload === true ||
        files.some(item => item.file.path === ownUnit) ||
        paths.some(({ kind }) => kind === 'unit'),
      enable: own.some(change => change.action === 'enable'),
      disable: own.some(change => change.action === 'disable'),
      action: own.map(change => serviceAction(change.action)).find(action => action !== 'none') ?? 'none',
      before: beforeOf(instance, observed),
      ...(instance.retired ? { leaving: leavingOf(plan, observed) } : {}),
    },
    stream: sent.map(part => part.bytes),
  }
}

type Placed =
  | { readonly file: StagedFile; readonly content: FileResource['content'] }
  | { readonly file: StagedFile; readonly program: StagedProgram }

function asPlaced(resource: Resource): Placed[] {
  if (resource.kind === 'program') {
    const { path, mode, stored } = resource
    const file = { resource: resourceId(resource), path, owner: 'root', group: 'root', mode }
    return [{ file, program: stored === undefined ? file : { ...file, stored } }]
  }
  if (resource.kind !== 'file' && resource.kind !== 'unit') return []
  const { path, owner, group, mode, content } = resource.kind === 'unit' ? unitFile(resource) : resource
  return [{ file: { resource: resourceId(resource), path, owner, group, mode }, content }]
}

function beforeOf(instance: Instance, observed: Observed): Before {
  const { resources, service } = instance
  const unit = observed.units.get(service.unit)
  // Without an answer of systemd, the state of the unit is unknown.
  const unknown = unit === undefined && instance.retired === true
  return {
    active: unknown ? undefined : unit !== undefined && isRunning(unit.active),
    enabled: unknown ? undefined : unit?.enabled === true,
    paths: new Set(observed.paths.keys()),
    missing: {
      directories: resources.flatMap(resource =>
        resource.kind === 'directory' && !observed.paths.has(resource.path) ? [resource.path] : [],
      ),
      users: resources.flatMap(resource =>
        resource.kind === 'user' && !observed.users.has(resource.name) ? [resource.name] : [],
      ),
      groups: resources.flatMap(resource =>
        resource.kind === 'user' && lacksGroup(resource.name, observed) ? [resource.name] : [],
      ),
    },
  }
}

function leavingOf(plan: InstancePlan, observed: Observed): Leaving {
  const named = (kind: string) => plan.removed.filter(entry => entry.kind === kind).map(({ name }) => name)
  return {
    purged: named('data'),
    users: named('user'),
    groups: named('group'),
    forgets: ownedAfter(plan, observed).length === 0,
  }
}

/** Neither data nor a user, which stay when a component goes. */
function isPlaced({ kind }: Owned): boolean {
  return kind === 'file' || kind === 'program' || kind === 'unit'
}

function serviceAction(action: string): ChangeRequest['action'] {
  return action === 'start' || action === 'restart' || action === 'reload' || action === 'stop'
    ? action
    : 'none'
}
