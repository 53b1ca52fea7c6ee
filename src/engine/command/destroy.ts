/** The end of all that promha owns on the chosen hosts; at last its own files go, or what was there before comes back. */
import { grouped } from '../../diagnostic/grouped.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Component } from '../../inventory/model.ts'
import { isChosen } from '../../plan/chosen.ts'
import { isData, removedFrom } from '../../plan/owned/owned.ts'
import { retiredInstance } from '../../plan/owned/retire.ts'
import type { Instance } from '../../resource/model.ts'
import { home } from '../../shell/syntax/layout.ts'
import type { RunOutcome, RunRequest } from '../api.ts'
import { converge } from '../converge.ts'
import { eachHost, type HostRun, type HostRuns, hostStatus, mapHosts, ruledOut } from '../host-run.ts'
import { type CleanupResult, cleanupHost } from '../rollout/cleanup.ts'
import { probe } from '../session/hosts.ts'
import type { Goal } from './goal.ts'
import { destroyProblem } from './messages.ts'

interface DestroyOptions {
  /** Data and users go as well. */
  readonly purgeData: boolean
  /** What stood there before promha came is given back. */
  readonly restore: boolean
}

/** Stops and removes what promha owns on the selected hosts. What it does not own stays. */
export function destroy(request: RunRequest, options: DestroyOptions): Promise<RunOutcome> {
  return converge(request, byOwnership(request, options))
}

/** Nothing is desired; what promha owns goes. */
export function byOwnership(request: RunRequest, { purgeData, restore }: DestroyOptions): Goal {
  const { components } = request.selection
  return {
    destroys: true,
    async desire(context) {
      const hosts = await eachHost(context.hosts, 'tell what promha owns', run =>
        withEnd(run, components, purgeData),
      )
      return { hosts, warnings: purgeData ? foundData(hosts, components) : [] }
    },
    async afterwards({ hosts }) {
      const kept: Kept[] = []
      const done = await mapHosts(hosts, async run => {
        const { connection, observed } = run.session
        if (!connection || request.signal.aborted || !['ok', 'changed'].includes(hostStatus(run))) return run
        const backups = (observed?.backups ?? []).filter(one => isChosen(components, one))
        const gone = new Set([...components, ...backups, ...run.plan.map(({ component }) => component)])
        const removed = await cleanupHost(connection, request.command, restore ? [...gone] : [])
        kept.push({ host: run.host.name, ...removed })
        return withCleanup(run, removed, request)
      })
      for (const problem of keptWarnings(kept)) request.emit({ type: 'problem', problem })
      return done
    },
  }
}

/** The host with all that promha owns there as retired, and its units looked at. */
async function withEnd(
  run: HostRun,
  components: ReadonlySet<Component>,
  purgeData: boolean,
): Promise<HostRun> {
  const desired = destroyInstances(run, components, purgeData)
  const { connection, observed } = run.session
  const unknown = unknownOwnership(run, components)
  if (unknown.length > 0) return ruledOut({ ...run, desired }, unknown)
  const known = desired.every(instance => observed?.units.has(instance.service.unit))
  if (!connection || known) return { ...run, desired }
  const asked = desired.map(instance => ({ ...instance, resources: [instance.service] }))
  return { ...run, desired, session: { connection, observed: await probe(connection, asked, false) } }
}

/** What is not known cannot be taken away, and must not be taken for gone. */
function unknownOwnership(
  { host, session: { observed } }: HostRun,
  components: ReadonlySet<string>,
): readonly Problem[] {
  return (observed?.damaged ?? [])
    .filter(component => isChosen(components, component))
    .map(component => destroyProblem.recordUnread({ host: host.name }, component))
}

/** Data that was there before promha came, with whatever else may lie there, is not promha's to delete. */
function foundData(hosts: HostRuns, components: ReadonlySet<Component>): readonly Problem[] {
  return [...hosts].flatMap(([host, { session }]) => {
    const chosen = [...(session.observed?.records ?? [])].filter(([one]) => isChosen(components, one))
    const found = chosen.flatMap(([, { owned }]) => owned.filter(entry => isData(entry) && entry.found))
    return found.map(({ name }) => destroyProblem.dataNotOurs({ host }, name))
  })
}

/** Whatever cell they are of: what watches first, then what it watches, on all hosts at once. */
export function destroyInstances(
  { host, session: { observed } }: Pick<HostRun, 'host' | 'session'>,
  components: ReadonlySet<Component>,
  purgeData: boolean,
): readonly Instance[] {
  if (!observed) return []
  const chosen = [...observed.records].filter(([component]) => isChosen(components, component))
  const leavesWith = new Set(chosen.map(([component]) => component))
  return chosen
    .map(([component, stamp]) => ({
      ...retiredInstance(host.name, component, stamp),
      leavesWith,
      oneByOne: false,
      reason: 'destroyed',
      ...(purgeData ? { purges: true } : {}),
    }))
    .filter(instance => removedFrom(instance, observed).length > 0)
}

/** The host with what was given back among what was changed there. */
function withCleanup(run: HostRun, { given, problems }: CleanupResult, { emit }: RunRequest): HostRun {
  const host = run.host.name
  for (const { component, change } of given) emit({ type: 'changed', host, component, change })
  if (problems.length > 0) emit({ type: 'host-failed', host, status: 'failed', problems })
  const before = run.result?.made ?? []
  const changed = before.flatMap(({ component, changes }) => changes.map(change => ({ component, change })))
  const made = [...grouped([...changed, ...given], ({ component }) => component)].map(([component, all]) => ({
    component,
    changes: all.map(({ change }) => change),
  }))
  const status = problems.length > 0 ? 'failed' : given.length > 0 ? 'changed' : hostStatus(run)
  return { ...run, result: { status, problems: [...(run.result?.problems ?? []), ...problems], made } }
}

interface Kept extends CleanupResult {
  readonly host: string
}

/** One warning a kind, however many the hosts. */
function keptWarnings(kept: readonly Kept[]): readonly Problem[] {
  const sorted = [...kept].sort((a, b) => (a.host < b.host ? -1 : 1))
  const found = (of: (one: Kept) => readonly string[]) =>
    sorted.flatMap(one => (of(one).length > 0 ? [told(one.host, of(one))] : [])).join('\n')
  const data = found(one => one.data)
  const backups = found(one => one.backups.map(path => `${home}/backup${path}`))
  return [
    ...(data === '' ? [] : [destroyProblem.dataKept({}, data)]),
    ...(backups === '' ? [] : [destroyProblem.backupKept({}, backups)]),
  ]
}

const shown = 4

function told(host: string, paths: readonly string[]): string {
  const more = paths.length > shown ? [`${paths.length - shown} more`] : []
  return `${host}: ${[...paths.slice(0, shown), ...more].join(', ')}`
}
