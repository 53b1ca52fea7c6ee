/** Looks again at the hosts where something is to change: ports, room, versions, and the old text of what is replaced. */
import { isError, type Problem } from '../../diagnostic/problem.ts'
import type { Cell } from '../../inventory/model.ts'
import type { TakeOver } from '../../plan/adopt/adopt.ts'
import { unitsBefore } from '../../plan/adopt/found.ts'
import type { InstancePlan } from '../../plan/model.ts'
import { serviceUser, waysOf } from '../../plan/taken.ts'
import { versionedProgram, versionProblems } from '../../plan/versions.ts'
import { isStored } from '../../resource/hash.ts'
import { resourceKind } from '../../resource/kind/kinds.ts'
import { releasedIn, resourceId } from '../../resource/model.ts'
import type { Observed } from '../../resource/observed.ts'
import { stagingOf } from '../../shell/change/staging.ts'
import {
  type Preflight,
  type PreflightRequest,
  preflightScript,
  type Room,
} from '../../shell/observe/preflight.ts'
import { backupOf, storeDirectory } from '../../shell/syntax/layout.ts'
import { askOrFail } from '../../ssh/ask.ts'
import { diffBudget } from '../diff/diff.ts'
import { largestDiff, shownTexts, withDiffs } from '../diff/diffs.ts'
import { differs, type HostRun, ruledOut } from '../host-run.ts'
import { problemsOf } from '../session/hosts.ts'
import { archOf, type Releases } from '../transfer/releases.ts'
import { accountProblems, accountsOf, powerProblems } from './accounts.ts'
import { addressesTo, addressProblems, type Holders } from './address/networks.ts'
import { sourceProblems, spokenTo } from './address/sources.ts'
import { adoption, takenOver } from './adopt.ts'
import { preflightProblem } from './messages.ts'
import { portProblems } from './ports.ts'
import { shorterRetention } from './retention.ts'
import { wayProblems } from './ways.ts'

/** Bytes that must stay free beside what is sent. */
const reserve = 16 * 1024 * 1024

/** A file takes whole blocks of a disk, which the thousands of small ones of a tree add up. */
const onDisk = { program: 1, tree: 1.25 }

interface PreflightResult {
  /** With the differences to be shown; ruled out where something stands in its way. */
  readonly run: HostRun
  /** What no host may do: the whole request is wrong. */
  readonly refusals: readonly Problem[]
  /** What promha's coming changes there, to be told before the changes. */
  readonly warnings: readonly Problem[]
  /** What of its programs promha takes the place of. */
  readonly takeOvers: readonly TakeOver[]
}

const nothing = { refusals: [], warnings: [], takeOvers: [] }

/** What is known of the others, and of what is to come to them. */
interface Surroundings {
  readonly releases: Releases
  /** Those of the inventory. */
  readonly secrets?: readonly string[]
  readonly cells?: readonly Cell[]
  readonly holders?: Holders
}

/** Looks at one host, where it differs. Never rejects. */
export async function preflight(
  run: HostRun,
  { releases, secrets = [], cells = [], holders }: Surroundings,
): Promise<PreflightResult> {
  const { connection, observed } = run.session
  if (!connection || !observed || !differs(run)) return { ...nothing, run }
  const plans = run.plan
  const host = run.host.name
  const needs = bytesNeeded(run, observed, releases)
  const taken = takenOver(plans, observed)
  const request: PreflightRequest = {
    services: plans.filter(opensPorts).map(plan => plan.instance.service),
    directories: [storeDirectory, ...needs.keys()],
    contents: plans.flatMap(shownTexts),
    largest: largestDiff,
    versions: plans.flatMap(plan => {
      const released = versionedProgram(plan)
      return released?.kind === 'program' ? [released.path] : []
    }),
    addresses: plans.flatMap(plan => addressesTo(plan, holders)),
    speaksTo: [...new Set(plans.flatMap(spokenTo))],
    accounts: plans.some(plan => accountsOf(plan).length > 0),
    ways: plans.filter(plan => plan.changes.length > 0).map(plan => waysOf(plan, observed)),
    units: taken.flatMap(unitsBefore),
    users: [...new Set(taken.flatMap(instance => serviceUser(instance, observed) ?? []))],
  }
  try {
    const seen = await askOrFail(connection, preflightScript(request), preflightProblem.notExamined)
    const { takeOvers, warnings } = await adoption(run, seen.found, cells)
    const options = { secrets, budget: diffBudget() }
    const powers = powerProblems(host, observed, plans)
    const shown = { ...run, plan: plans.map(plan => withDiffs(plan, seen, options)) }
    const problems = [
      ...portProblems(run.host, seen, plans, cells),
      ...roomProblems(host, seen, needs),
      ...accountProblems(host, seen, plans),
      ...powers.filter(isError),
      ...wayProblems(host, seen),
    ]
    return {
      run: problems.length > 0 ? ruledOut(shown, problems) : shown,
      refusals: [
        ...plans.flatMap(plan => versionProblems(plan, observed, seen.versions)),
        ...addressProblems(seen, plans),
        ...sourceProblems(seen, plans),
      ],
      warnings: [
        ...warnings,
        ...powers.filter(problem => !isError(problem)),
        ...plans.flatMap(plan => shorterRetention(plan, observed, seen)),
      ],
      takeOvers,
    }
  } catch (failure) {
    return { ...nothing, run: ruledOut(run, problemsOf(failure, host)) }
  }
}

function opensPorts({ instance, changes }: InstancePlan): boolean {
  const told = changes.filter(({ resource }) => resource === resourceId(instance.service))
  return told.some(({ action }) => ['start', 'restart', 'reload'].includes(action))
}

/** Directory → bytes that will be written below it. */
function bytesNeeded(
  { host, plan: plans }: HostRun,
  { machine, paths }: Observed,
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
    for (const path of plan.backups) add(`${backupOf(plan.component)}${path}`, paths.get(path)?.size ?? 0)
    for (const resource of plan.instance.resources) {
      if (!plan.renewed.has(resourceId(resource))) continue
      const file = resourceKind(resource).file?.(resource)
      if (!file || isStored(file.content)) continue
      add(file.path, file.content.length)
      add(stagingOf(plan.component), file.content.length * 2)
    }
    for (const released of releasedIn(plan.instance.resources)) {
      // What the host's own store has lies on its disk already.
      if (!plan.renewed.has(resourceId(released)) || released.stored !== undefined) continue
      const arch = archOf(machine, host.name)
      add(released.path, releases.file(arch, released).file.size * onDisk[released.kind])
    }
  }
  return needs
}

/** Bytes to be written to each mount point. The host's store has a second copy, unless a link on the same file system does. */
function neededOn(seen: Preflight, needs: ReadonlyMap<string, number>) {
  const mounts = new Map<string, Room & { readonly needed: number }>()
  const store = seen.room.get(storeDirectory)
  const add = (room: Room, bytes: number) => {
    const known = mounts.get(room.mount)
    const readOnly = room.readOnly || known?.readOnly === true
    mounts.set(room.mount, { ...room, readOnly, needed: (known?.needed ?? 0) + bytes })
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
    if (readOnly) return preflightProblem.readOnly({ host }, mount)
    if (free >= needed + reserve) return []
    const room = `${megabytes(free)} free, and ${megabytes(needed + reserve)} are needed`
    return preflightProblem.diskFull({ host }, mount, room)
  })
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 / 1024)} MB`
}
