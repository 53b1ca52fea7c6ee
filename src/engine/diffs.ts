/** Which texts of a host a plan is shown with, and the plan with them. */
import type { Change, InstancePlan } from '../plan/model.ts'
import { unitFile } from '../resource/difference.ts'
import { isStored } from '../resource/hash.ts'
import { type FileResource, resourceId, unitPath } from '../resource/model.ts'
import type { Owned } from '../resource/observed.ts'
import { storeDirectory } from '../shell/layout.ts'
import type { Preflight } from '../shell/preflight.ts'
import { type DiffBudget, diffBudget, unifiedDiff } from './diff.ts'

/** Bytes; longer files are not shown as a diff. */
export const largestDiff = 256 * 1024

/** Paths on the host whose texts {@link withDiffs} needs. */
export function shownTexts(plan: InstancePlan): readonly string[] {
  const replaced = plan.changes.flatMap(change => {
    const file = renewedFile(plan, change)
    if (!file) return []
    const old = change.action === 'update' ? [file.path] : []
    return isStored(file.content) ? [...old, storedAt(file.content)] : old
  })
  return [...replaced, ...plan.removed.filter(isShown).map(({ name }) => name)]
}

/** The plan with the differences of what is replaced, made or removed, as far as they may be shown. */
export function withDiffs(
  plan: InstancePlan,
  seen: Pick<Preflight, 'contents'>,
  secrets: readonly string[] = [],
  budget: DiffBudget = diffBudget(),
): InstancePlan {
  const gone = new Map(
    plan.removed.filter(isShown).flatMap(owned => resourcesOf(owned).map(id => [id, owned])),
  )
  const changes = plan.changes.map((change): Change => {
    const diff =
      change.action === 'delete'
        ? removal(gone.get(change.resource), seen)
        : replacement(plan, change, seen, secrets, budget)
    return diff === undefined ? change : { ...change, diff }
  })
  return { ...plan, changes }
}

function replacement(
  plan: InstancePlan,
  change: Change,
  { contents }: Pick<Preflight, 'contents'>,
  secrets: readonly string[],
  budget: DiffBudget,
): string | undefined {
  const hidden = outsideFile(plan, change)
  if (hidden)
    return `--- ${hidden.path}\n+++ ${hidden.path}\n(not shown: read from outside the inventory's directory)\n`
  const file = renewedFile(plan, change)
  if (!file) return undefined
  const before = contents.get(file.path)
  const after = isStored(file.content) ? contents.get(storedAt(file.content)) : file.content
  if (after === undefined || after.length > largestDiff || (change.action === 'update' && !before))
    return undefined
  return unifiedDiff(file.path, before, after, secrets, budget)
}

function removal(gone: Owned | undefined, { contents }: Pick<Preflight, 'contents'>): string | undefined {
  const before = gone && contents.get(gone.name)
  return before && unifiedDiff(gone.name, before, undefined)
}

/** As a change names it. */
function resourcesOf({ name }: Owned): readonly string[] {
  return [`file:${name}`, `unit:${basename(name)}`]
}

type Text = Pick<FileResource, 'path' | 'content'>

/** The file or unit that a change puts in place with new content; undefined where that may not be shown. */
function renewedFile({ instance, renewed }: InstancePlan, change: Change): Text | undefined {
  if (!renewed.has(change.resource)) return undefined
  const resource = instance.resources.find(candidate => resourceId(candidate) === change.resource)
  if (resource?.kind === 'unit') return unitFile(resource)
  return resource?.kind === 'file' && !resource.concealed ? resource : undefined
}

function outsideFile({ instance, renewed }: InstancePlan, change: Change): FileResource | undefined {
  if (!renewed.has(change.resource)) return undefined
  const resource = instance.resources.find(candidate => resourceId(candidate) === change.resource)
  return resource?.kind === 'file' && resource.concealed === 'outside' ? resource : undefined
}

/**
 * The manifest does not say what is concealed, so what goes is shown only where promha itself gave the file its name:
 * a file that the user shipped beside the config may be a key.
 */
function isShown({ kind, name }: Owned): boolean {
  if (kind === 'unit') return name === unitPath(basename(name))
  const own =
    /^\/etc\/(prometheus\/(prometheus\.yml|(rules|file_sd)\/[^/]+)|alertmanager\/(alertmanager\.yml|templates\/[^/]+))$/
  return kind === 'file' && own.test(name)
}

function storedAt({ stored }: { readonly stored: string }): string {
  return `${storeDirectory}/${stored}`
}

function basename(path: string): string {
  return path.replace(/^.*\//, '')
}
