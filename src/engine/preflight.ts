/** Looks again at the hosts where something is to change: ports, room, and the old text of what is replaced. */
import { error, type Problem } from '../diagnostic/problem.ts'
import { changeOf } from '../plan/change.ts'
import type { Change, InstancePlan } from '../plan/model.ts'
import { unitFile } from '../resource/difference.ts'
import { type Resource, resourceId } from '../resource/model.ts'
import { type Preflight, type PreflightRequest, parsePreflight, preflightScript } from '../shell/preflight.ts'
import { unifiedDiff } from './diff.ts'
import { type HostSession, nonce, problemsOf } from './hosts.ts'
import { archOf, type Releases } from './releases.ts'

/** Bytes that must stay free beside what is sent. */
const reserve = 16 * 1024 * 1024
/** Longer files are not shown as a diff. */
const largestDiff = 256 * 1024

export interface PreflightResult {
  readonly plans: readonly InstancePlan[]
  readonly problems: readonly Problem[]
}

/** The host's plans with diffs, and what stands in their way. Never rejects. */
export async function preflight(
  session: HostSession,
  plans: readonly InstancePlan[],
  releases: Releases,
): Promise<PreflightResult> {
  const { connection, observed } = session
  if (!connection || !observed || plans.every(plan => plan.changes.length === 0))
    return { plans, problems: [] }
  const needs = bytesNeeded(session, plans, releases)
  const request: PreflightRequest = {
    services: plans.flatMap(plan => {
      const { action } = changeOf(plan, observed).request
      return action === 'start' || action === 'restart' ? [plan.instance.service] : []
    }),
    directories: [...needs.keys()],
    contents: plans.flatMap(plan =>
      replacedTexts(plan).filter(path => (observed.paths.get(path)?.size ?? 0) <= largestDiff),
    ),
  }
  const mark = nonce()
  try {
    const result = await connection.run({ script: preflightScript(mark, request) })
    const seen = parsePreflight(mark, request, result.stdout.toString('utf8'))
    if (!seen)
      throw new Error(`the host could not be examined: ${result.stderr.trim() || 'the connection ended'}`)
    return {
      plans: plans.map(plan => withDiffs(plan, seen)),
      problems: [...portProblems(session.host.name, seen), ...roomProblems(session.host.name, seen, needs)],
    }
  } catch (failure) {
    return { plans, problems: problemsOf(failure, session.host.name) }
  }
}

function replacedTexts(plan: InstancePlan): string[] {
  return plan.instance.resources.flatMap(resource => {
    if (resource.kind !== 'file' && resource.kind !== 'unit') return []
    const update = plan.changes.some(
      change => change.resource === resourceId(resource) && change.action === 'update',
    )
    if (!update || !plan.renewed.has(resourceId(resource)) || isConcealed(resource)) return []
    return [resource.kind === 'unit' ? unitFile(resource).path : resource.path]
  })
}

function isConcealed(resource: Resource): boolean {
  return resource.kind === 'file' && resource.concealed === true
}

function withDiffs(plan: InstancePlan, seen: Preflight): InstancePlan {
  const changes = plan.changes.map((change): Change => {
    const resource = plan.instance.resources.find(candidate => resourceId(candidate) === change.resource)
    if (!resource || !plan.renewed.has(change.resource) || isConcealed(resource)) return change
    if (resource.kind !== 'file' && resource.kind !== 'unit') return change
    const { path, content } = resource.kind === 'unit' ? unitFile(resource) : resource
    const before = seen.contents.get(path)
    if (change.action === 'update' && !before) return change
    const diff = content.length <= largestDiff ? unifiedDiff(path, before, content) : undefined
    return diff === undefined ? change : { ...change, diff }
  })
  return { ...plan, changes }
}

function portProblems(host: string, seen: Preflight): readonly Problem[] {
  return seen.holders.map(holder =>
    error(
      `port ${holder.port}/${holder.protocol} is taken by ${holder.program}${holder.pid ? ` (pid ${holder.pid})` : ''}`,
      {
        host,
        resource: `service:${holder.unit}`,
        detail: `${holder.unit} is to listen there.`,
        remedy: `stop ${holder.program} or have it listen elsewhere, or set another \`listen:\``,
      },
    ),
  )
}

/** Directory → bytes that will be written below it. */
function bytesNeeded(
  session: HostSession,
  plans: readonly InstancePlan[],
  releases: Releases,
): Map<string, number> {
  const needs = new Map<string, number>()
  const add = (path: string, bytes: number) => {
    const directory = path.replace(/\/[^/]*$/, '') || '/'
    needs.set(directory, (needs.get(directory) ?? 0) + bytes)
  }
  for (const plan of plans) {
    for (const resource of plan.instance.resources) {
      if (!plan.renewed.has(resourceId(resource))) continue
      if (resource.kind === 'program' && session.observed) {
        const arch = archOf(session.observed.machine, session.host.name)
        add(resource.path, releases.file(arch, resource).file.size)
      } else if (resource.kind === 'file') {
        add(resource.path, resource.content.length)
        add('/var/lib/promha/staging', resource.content.length * 2)
      }
    }
  }
  return needs
}

function roomProblems(host: string, seen: Preflight, needs: ReadonlyMap<string, number>): readonly Problem[] {
  const mounts = new Map<string, { free: number; needed: number }>()
  for (const [directory, bytes] of needs) {
    const room = seen.room.get(directory)
    if (!room) continue
    const needed = (mounts.get(room.mount)?.needed ?? 0) + bytes
    mounts.set(room.mount, { free: room.free, needed })
  }
  return [...mounts].flatMap(([mount, { free, needed }]) =>
    free >= needed + reserve
      ? []
      : [
          error(
            `the disk at ${mount} has ${megabytes(free)} free, and ${megabytes(needed + reserve)} are needed`,
            {
              host,
              remedy: `free some room below ${mount}, then run again`,
            },
          ),
        ],
  )
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 / 1024)} MB`
}
