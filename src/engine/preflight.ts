/** Looks again at the hosts where something is to change: ports, room, versions, and the old text of what is replaced. */
import { error, type Problem, ProblemError } from '../diagnostic/problem.ts'
import type { Cell } from '../inventory/model.ts'
import type { TakeOver } from '../plan/adopt.ts'
import { unitsBefore } from '../plan/found.ts'
import type { InstancePlan } from '../plan/model.ts'
import { serviceUser, waysOf } from '../plan/taken.ts'
import { versionedProgram, versionProblems, versionStep } from '../plan/versions.ts'
import { isStored } from '../resource/hash.ts'
import { resourceId } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import { mostOldText, usualOutput } from '../shell/bounds.ts'
import { backupOf, storeDirectory } from '../shell/layout.ts'
import {
  type Preflight,
  type PreflightRequest,
  parsePreflight,
  preflightScript,
  type Room,
} from '../shell/preflight.ts'
import { stagingOf } from '../shell/staging.ts'
import { accountProblems, accountsOf } from './accounts.ts'
import { adoption, takenOver } from './adopt.ts'
import { diffBudget } from './diff.ts'
import { largestDiff, shownTexts, withDiffs } from './diffs.ts'
import { type HostSession, nonce, problemsOf } from './hosts.ts'
import { addressesTo, addressProblems, type Holders } from './networks.ts'
import { portProblems } from './ports.ts'
import { archOf, type Releases } from './releases.ts'
import { sourceProblems, spokenTo } from './sources.ts'
import { wayProblems } from './ways.ts'

/** Bytes that must stay free beside what is sent. */
const reserve = 16 * 1024 * 1024

interface PreflightResult {
  readonly plans: readonly InstancePlan[]
  /** What stands in the way of this host. */
  readonly problems: readonly Problem[]
  /** What no host may do: the whole request is wrong. */
  readonly refusals: readonly Problem[]
  /** What promha's coming changes there, to be told before the changes. */
  readonly warnings: readonly Problem[]
  /** What of its programs promha takes the place of. */
  readonly takeOvers: readonly TakeOver[]
}

const nothing = { problems: [], refusals: [], warnings: [], takeOvers: [] }

/** What is known of the others, and of what is to come to them. */
interface Surroundings {
  readonly releases: Releases
  /** Those of the inventory. */
  readonly secrets?: readonly string[]
  readonly cells?: readonly Cell[]
  readonly holders?: Holders
}

/** The host's plans with diffs, and what stands in their way. Never rejects. */
export async function preflight(
  session: HostSession,
  plans: readonly InstancePlan[],
  { releases, secrets = [], cells = [], holders }: Surroundings,
): Promise<PreflightResult> {
  const { connection, observed } = session
  if (!connection || !observed || plans.every(plan => plan.changes.length === 0)) return { ...nothing, plans }
  const needs = bytesNeeded(session, plans, releases)
  const taken = takenOver(plans, observed)
  const request: PreflightRequest = {
    services: plans.filter(opensPorts).map(plan => plan.instance.service),
    directories: [storeDirectory, ...needs.keys()],
    contents: plans.flatMap(shownTexts),
    largest: largestDiff,
    versions: plans.flatMap(plan => versionedProgram(plan)?.path ?? []),
    addresses: plans.flatMap(plan => addressesTo(plan, holders)),
    speaksTo: [...new Set(plans.flatMap(spokenTo))],
    accounts: plans.some(plan => accountsOf(plan).length > 0),
    ways: plans.filter(plan => plan.changes.length > 0).map(plan => waysOf(plan, observed)),
    units: taken.flatMap(unitsBefore),
    users: [...new Set(taken.flatMap(instance => serviceUser(instance, observed) ?? []))],
  }
  const mark = nonce()
  try {
    const result = await connection.run({
      script: preflightScript(mark, request),
      // As base64.
      largest: usualOutput + 2 * mostOldText,
    })
    const seen = parsePreflight(mark, request, result.stdout.toString('utf8'))
    if (!seen) {
      const why = result.stderr.trim() || 'the connection ended'
      throw new ProblemError([
        error(`the host could not be examined: ${why}`, {
          host: session.host.name,
          remedy: 'Run the command again once the host is reachable.',
        }),
      ])
    }
    const { takeOvers, warnings } = await adoption(session, plans, seen.found, cells)
    const budget = diffBudget()
    return {
      plans: plans.map(plan => withDiffs(plan, seen, secrets, budget)),
      problems: [
        ...portProblems(session.host.name, seen, plans),
        ...roomProblems(session.host.name, seen, needs),
        ...accountProblems(session.host.name, seen, plans),
        ...wayProblems(session.host.name, seen),
      ],
      refusals: [
        ...plans.flatMap(plan => refusals(plan, observed, seen)),
        ...addressProblems(session.host.name, seen, plans),
        ...sourceProblems(session.host.name, seen, plans),
      ],
      warnings,
      takeOvers,
    }
  } catch (failure) {
    return { ...nothing, plans, problems: problemsOf(failure, session.host.name) }
  }
}

function opensPorts({ instance, changes }: InstancePlan): boolean {
  const service = resourceId(instance.service)
  return changes.some(
    ({ resource, action }) => resource === service && ['start', 'restart', 'reload'].includes(action),
  )
}

function refusals(plan: InstancePlan, observed: Observed, seen: Preflight): readonly Problem[] {
  const step = versionStep(plan, observed, seen.versions)
  return step ? versionProblems(step) : []
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
    // Whatever it is, it is staged, and written down once it is confirmed.
    if (plan.changes.length > 0) add(stagingOf(plan.component), 0)
    for (const path of plan.backups) {
      const size = session.observed?.paths.get(path)?.size ?? 0
      add(`${backupOf(plan.component)}${path}`, size)
    }
    for (const resource of plan.instance.resources) {
      if (!plan.renewed.has(resourceId(resource))) continue
      // What the host's own store has lies on its disk already.
      if (resource.kind === 'program' && session.observed && resource.stored === undefined) {
        const arch = archOf(session.observed.machine, session.host.name)
        add(resource.path, releases.file(arch, resource).file.size)
      } else if (resource.kind === 'file' && !isStored(resource.content)) {
        add(resource.path, resource.content.length)
        add(stagingOf(plan.component), resource.content.length * 2)
      }
    }
  }
  return needs
}

/**
 * Bytes that will be written to each mount point. The host's store keeps what is put in place a second time, unless
 * both lie on one file system, where it is a second link.
 */
function neededOn(seen: Preflight, needs: ReadonlyMap<string, number>) {
  const mounts = new Map<string, Room & { readonly needed: number }>()
  const store = seen.room.get(storeDirectory)
  const add = (room: Room, bytes: number) => {
    const known = mounts.get(room.mount)
    mounts.set(room.mount, {
      ...room,
      readOnly: room.readOnly || known?.readOnly === true,
      needed: (known?.needed ?? 0) + bytes,
    })
  }
  for (const [directory, bytes] of needs) {
    const room = seen.room.get(directory)
    if (!room) continue
    add(room, bytes)
    if (store && store.mount !== room.mount) add(store, bytes)
  }
  return mounts
}

function roomProblems(host: string, seen: Preflight, needs: ReadonlyMap<string, number>): readonly Problem[] {
  return [...neededOn(seen, needs)].flatMap(([mount, { free, needed, readOnly }]) => {
    if (readOnly)
      return error(`the file system at ${mount} cannot be written to`, {
        host,
        remedy: `see with \`findmnt ${mount}\` and in the kernel's log why it is read-only, then run the command again`,
      })
    if (free >= needed + reserve) return []
    const room = `${megabytes(free)} free, and ${megabytes(needed + reserve)} are needed`
    return error(`the disk at ${mount} has ${room}`, {
      host,
      remedy: `free some room below ${mount}, then run the command again`,
    })
  })
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 / 1024)} MB`
}
