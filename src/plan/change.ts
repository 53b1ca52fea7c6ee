/** The plan of one instance as a change program and the bytes that it reads. Pure. */
import { posix } from 'node:path'
import { isStored } from '../resource/hash.ts'
import type { Staged } from '../resource/kind/kind.ts'
import { ownedKinds, placementOf, resourceKind } from '../resource/kind/kinds.ts'
import {
  type DirectoryResource,
  type Instance,
  type Resource,
  resourceId,
  unitPath,
} from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import { runsOrStarts } from '../resource/unit-state.ts'
import { bundleDirectory } from '../shell/change/change.ts'
import type { ChangeRequest, Leaving, PriorState } from '../shell/change/request.ts'
import { bundleFiles } from './bundle.ts'
import type { InstancePlan } from './model.ts'
import { isPlaced, manifestEntry, ownedAfter } from './owned/owned.ts'
import { serviceUser, takenDirectory } from './taken.ts'

/** Of these, a plan has one at most. */
const serviceActions = ['start', 'restart', 'reload', 'stop'] as const

export function changeOf(plan: InstancePlan, observed: Observed): ChangeRequest {
  const { instance, removed } = plan
  const written = instance.resources.flatMap(resource => {
    const content = plan.renewed.has(resourceId(resource)) && resourceKind(resource).file?.(resource).content
    return content === undefined || content === false ? [] : [{ resource, content }]
  })
  const sources = new Map(written.map(({ resource }, index) => [resource, `files/${index}`]))
  const staged = instance.resources.flatMap(resource => stagedOf(resource, plan, observed, sources))
  const service = serviceUser(instance, observed)
  const isJudged = (item: Staged) => 'source' in item || placementOf(item).pushed
  const checks = staged.some(isJudged) ? instance.checks : []
  const parts = [
    ...written.map(({ content }, index) => ({ name: `files/${index}`, content })),
    ...checks.flatMap(check =>
      bundleFiles(instance, check).map(({ name, content }) => ({
        name: `${bundleDirectory(check)}/${name}`,
        content,
      })),
    ),
  ]
  const own = plan.changes.filter(change => change.resource === resourceId(instance.service))
  const unit = observed.units.get(instance.service.unit)
  const paths = removed.filter(isPlaced)
  const ownUnit = unitPath(instance.service.unit)
  return {
    component: instance.component,
    unit: instance.service.unit,
    ...(service === undefined ? {} : { service }),
    staged,
    stream: parts.flatMap(({ name, content }) =>
      isStored(content) ? [] : [{ name, bytes: Buffer.from(content) }],
    ),
    stored: parts.flatMap(({ name, content }) =>
      isStored(content) ? [{ name, sha256: content.stored }] : [],
    ),
    checks,
    removed: paths.map(({ name }) => name),
    emptied: removed.filter(({ kind }) => ownedKinds[kind].emptied).map(({ name }) => name),
    backups: plan.backups,
    adopts: !(observed.records.get(instance.component)?.owned ?? []).some(isPlaced),
    daemonReload:
      unit?.needsDaemonReload === true ||
      staged.some(item => 'source' in item && item.path === ownUnit) ||
      paths.some(({ name }) => name === unitPath(posix.basename(name))),
    enable: own.some(change => change.action === 'enable'),
    disable: own.some(change => change.action === 'disable'),
    action: serviceActions.find(action => own.some(change => change.action === action)) ?? 'none',
    before: beforeOf(instance, observed),
    ...(instance.retired ? { leaving: leavingOf(plan, observed) } : {}),
  }
}

/** What the change does with one resource: at most one item. */
function stagedOf(
  resource: Resource,
  { changes, instance, renewed }: InstancePlan,
  observed: Observed,
  sources: ReadonlyMap<Resource, string>,
): readonly Staged[] {
  const id = resourceId(resource)
  const { content, isThere, stage } = resourceKind(resource)
  const change = changes.find(one => one.resource === id)
  if (!change || !stage) return []
  const existed = isThere(resource, observed)
  const stays = content !== undefined && !renewed.has(id)
  if (stays && (change.action === 'adopt' || !existed)) return []
  // What keeps its content has the wanted one, by the hash that was observed.
  const kept = stays ? (observed.hashes.get(manifestEntry(resource)?.name ?? '') ?? '') : undefined
  const source = sources.get(resource)
  const taken = (directory: DirectoryResource) => takenDirectory(directory, instance, observed)
  return [stage(resource, { item: { resource: id, existed }, observed, kept, source, taken })]
}

function beforeOf(instance: Instance, observed: Observed): PriorState {
  const unit = observed.units.get(instance.service.unit)
  // Without an answer of systemd, the state of the unit is unknown.
  const unknown = unit === undefined && instance.retired === true
  return {
    // What systemd is about to start again counts: it is not to stay stopped.
    active: unknown ? undefined : runsOrStarts(unit?.active),
    enabled: unknown ? undefined : unit?.enabled === true,
  }
}

function leavingOf(plan: InstancePlan, observed: Observed): Leaving {
  const named = (kind: string) => plan.removed.filter(entry => entry.kind === kind).map(({ name }) => name)
  const forgets = ownedAfter(plan, observed).length === 0
  return { purged: named('data'), users: named('user'), groups: named('group'), forgets }
}
