/** The plan of one instance as a change program and the bytes that it reads. Pure. */
import { unitFile } from '../resource/difference.ts'
import { type Resource, resourceId, unitPath } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import { bundleDirectory, type ChangeRequest, type StagedFile } from '../shell/change.ts'
import { bundleFiles } from './bundle.ts'
import type { InstancePlan } from './model.ts'

export interface PlannedChange {
  readonly request: ChangeRequest
  /** One for each item of the request's stream. */
  readonly stream: readonly Uint8Array[]
}

export function changeOf(plan: InstancePlan, observed: Observed): PlannedChange {
  const { instance, renewed } = plan
  const ids = new Set(plan.changes.map(change => change.resource))
  const touched = instance.resources.filter(resource => ids.has(resourceId(resource)))
  const placed = touched.flatMap(asPlaced)
  const files = placed.filter(item => item.content !== undefined && renewed.has(item.file.resource))
  const programs = placed.filter(item => item.content === undefined && renewed.has(item.file.resource))
  const checks = files.length + programs.length > 0 ? instance.checks : []
  const parts = [
    ...files.map(({ content = '' }, index) => ({ name: `files/${index}`, bytes: Buffer.from(content) })),
    ...checks.flatMap(check =>
      bundleFiles(instance, check).map(({ name, content }) => ({
        name: `${bundleDirectory(check)}/${name}`,
        bytes: Buffer.from(content),
      })),
    ),
  ]
  const own = plan.changes.filter(change => change.resource === resourceId(instance.service))
  const unit = observed.units.get(instance.service.unit)
  return {
    request: {
      component: instance.component,
      unit: instance.service.unit,
      users: touched.filter(resource => resource.kind === 'user'),
      directories: touched.filter(resource => resource.kind === 'directory'),
      stream: parts.map(part => ({ name: part.name, size: part.bytes.length })),
      checks,
      files: files.map(item => item.file),
      programs: programs.map(item => item.file),
      modes: placed.map(item => item.file).filter(file => !renewed.has(file.resource)),
      daemonReload:
        unit?.needsDaemonReload === true ||
        files.some(item => item.file.path === unitPath(instance.service.unit)),
      enable: own.some(change => change.action === 'enable'),
      action: own.map(change => serviceAction(change.action)).find(action => action !== 'none') ?? 'none',
    },
    stream: parts.map(part => part.bytes),
  }
}

function asPlaced(
  resource: Resource,
): { readonly file: StagedFile; readonly content?: string | Uint8Array }[] {
  if (resource.kind === 'program') {
    const { path, mode } = resource
    return [{ file: { resource: resourceId(resource), path, owner: 'root', group: 'root', mode } }]
  }
  if (resource.kind !== 'file' && resource.kind !== 'unit') return []
  const { path, owner, group, mode, content } = resource.kind === 'unit' ? unitFile(resource) : resource
  return [{ file: { resource: resourceId(resource), path, owner, group, mode }, content }]
}

function serviceAction(action: string): ChangeRequest['action'] {
  return action === 'start' || action === 'restart' || action === 'reload' ? action : 'none'
}
