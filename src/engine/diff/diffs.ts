/** Which texts of a host a plan is shown with, and the plan with them. */
import type { Change, InstancePlan } from '../../plan/model.ts'
import { entryId } from '../../plan/owned/owned.ts'
import { isStored } from '../../resource/hash.ts'
import { ownedKinds, resourceKind } from '../../resource/kind/kinds.ts'
import { type FileResource, resourceId } from '../../resource/model.ts'
import type { Owned } from '../../resource/observed.ts'
import type { Preflight } from '../../shell/observe/preflight.ts'
import { storeDirectory } from '../../shell/syntax/layout.ts'
import { type DiffOptions, unifiedDiff } from './diff.ts'

/** Bytes; longer files are not shown as a diff. */
export const largestDiff = 256 * 1024

/** Paths on the host whose texts {@link withDiffs} needs. */
export function shownTexts(plan: InstancePlan): readonly string[] {
  const replaced = plan.changes.flatMap(change => {
    const file = renewedFile(plan, change)
    if (!file || file.concealed) return []
    const old = change.action === 'update' ? [file.path] : []
    return isStored(file.content) ? [...old, storedAt(file.content)] : old
  })
  const gone = plan.removed.filter(({ kind, name }) => ownedKinds[kind].shows?.(name))
  return [...replaced, ...gone.map(({ name }) => name)]
}

/** The plan with the differences of what is replaced, made or removed, as far as they may be shown. */
export function withDiffs(
  plan: InstancePlan,
  seen: Pick<Preflight, 'contents'>,
  options: DiffOptions = {},
): InstancePlan {
  const gone = new Map(plan.removed.map(entry => [entryId(entry), entry]))
  const changes = plan.changes.map((change): Change => {
    const diff =
      change.action === 'delete'
        ? removal(gone.get(change.resource), seen)
        : replacement(plan, change, seen, options)
    return diff === undefined ? change : { ...change, diff }
  })
  return { ...plan, changes }
}

function replacement(
  plan: InstancePlan,
  change: Change,
  { contents }: Pick<Preflight, 'contents'>,
  options: DiffOptions,
): string | undefined {
  const file = renewedFile(plan, change)
  if (!file) return undefined
  if (file.concealed) {
    const why = file.concealed === 'outside' ? "read from outside the inventory's directory" : mayBeSecret
    return notShown(file.path, file.path, why)
  }
  const before = contents.get(file.path)
  const after = isStored(file.content) ? contents.get(storedAt(file.content)) : file.content
  if (after === undefined || after.length > largestDiff || (change.action === 'update' && !before))
    return undefined
  return unifiedDiff(file.path, before, after, { ...options, foreign: plan.backups.includes(file.path) })
}

function removal(gone: Owned | undefined, { contents }: Pick<Preflight, 'contents'>): string | undefined {
  const isShown = gone && ownedKinds[gone.kind].shows?.(gone.name)
  if (!gone || isShown === undefined) return undefined
  if (!isShown) return notShown(gone.name, '/dev/null', mayBeSecret)
  const before = contents.get(gone.name)
  return before && unifiedDiff(gone.name, before, undefined)
}

const mayBeSecret = 'it may hold secrets'

function notShown(from: string, to: string, why: string): string {
  return `--- ${from}\n+++ ${to}\n(not shown: ${why})\n`
}

/** What a change writes with new content. */
function renewedFile(
  { instance, renewed }: InstancePlan,
  change: Change,
): Omit<FileResource, 'kind'> | undefined {
  if (!renewed.has(change.resource)) return undefined
  const resource = instance.resources.find(candidate => resourceId(candidate) === change.resource)
  return resource && resourceKind(resource).file?.(resource)
}

function storedAt({ stored }: { readonly stored: string }): string {
  return `${storeDirectory}/${stored}`
}
