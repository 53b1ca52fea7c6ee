/** The end of all that promha owns on the chosen hosts; at last its own files go, or what was there before comes back. */
import { knownDefinition } from '../../roles/index.ts'
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import type { Component } from '../inventory/model.ts'
import { isChosen } from '../plan/chosen.ts'
import type { HostPlan, InstancePlan } from '../plan/model.ts'
import { removedFrom } from '../plan/owned.ts'
import { retiredInstance } from '../plan/retire.ts'
import type { Instance } from '../resource/model.ts'
import { home, stampOf } from '../shell/layout.ts'
import type { RunOutcome, RunRequest } from './api.ts'
import { converge } from './converge.ts'
import type { Desire } from './desire.ts'
import { eachGuarded, type HostSession, probe, problemsOf } from './hosts.ts'
import { type Given, removeTraces, type TracesRemoved } from './traces.ts'

interface DestroyOptions {
  /** Data and users go as well. */
  readonly purgeData: boolean
  /** What stood there before promha came is given back. */
  readonly restore: boolean
}

/** Stops and removes what promha owns on the selected hosts. What it does not own stays. */
export async function destroy(request: RunRequest, options: DestroyOptions): Promise<RunOutcome> {
  return converge(request, byOwnership(request, options))
}

/** Nothing is desired; what promha owns goes. */
export function byOwnership(request: RunRequest, { purgeData, restore }: DestroyOptions): Desire {
  const given = [...request.selection.components]
  return {
    destroys: true,
    async of({ selection }, sessions) {
      const { components } = selection
      const ending = await eachGuarded(sessions, 'tell what promha owns', session =>
        withEnd(session, components, purgeData),
      )
      const warnings = purgeData ? ending.flatMap(session => foundData(session, components)) : []
      return { sessions: ending, warnings }
    },
    async farewell(sessions, plans) {
      const kept: Kept[] = []
      const done = await Promise.all(
        plans.map(async plan => {
          const connection = sessions.find(session => session.host.name === plan.host)?.connection
          if (!connection || request.signal.aborted || !['ok', 'changed'].includes(plan.status)) return plan
          const gone = new Set([...given, ...plan.instances.map(({ component }) => component)])
          const removed = await removeTraces(connection, request.command, restore ? [...gone] : [])
          kept.push({ host: plan.host, ...removed })
          return withTraces(plan, removed, request)
        }),
      )
      for (const problem of keptWarnings(kept)) request.emit({ type: 'problem', problem })
      return done
    },
  }
}

/** The session with all that promha owns there as retired, and its units looked at. */
async function withEnd(
  session: HostSession,
  components: ReadonlySet<Component>,
  purgeData: boolean,
): Promise<HostSession> {
  const instances = destroyInstances(session, components, purgeData)
  const { connection, observed } = session
  const unknown = unknownOwnership(session, components)
  if (unknown.length > 0) return { ...session, instances, problems: [...session.problems, ...unknown] }
  const known = instances.every(instance => observed?.units.has(instance.service.unit))
  if (!connection || known) return { ...session, instances }
  try {
    const asked = instances.map(instance => ({ ...instance, resources: [instance.service] }))
    return { ...session, instances, observed: await probe(connection, asked, false) }
  } catch (failure) {
    return { ...session, instances, problems: problemsOf(failure, session.host.name) }
  }
}

/** What is not known cannot be taken away, and must not be taken for gone. */
function unknownOwnership(
  { host, observed }: HostSession,
  components: ReadonlySet<string>,
): readonly Problem[] {
  return (observed?.damaged ?? [])
    .filter(component => isChosen(components, component))
    .map(component =>
      error(`what promha owns of ${component} cannot be read, so nothing is removed from this host`, {
        host: host.name,
        detail: stampOf(component),
        remedy: knownDefinition(component)
          ? `Run \`promha apply\`, which writes that file again, then run the command again. Or remove ${component} and that file by hand.`
          : `Remove ${component} and that file by hand, then run again.`,
      }),
    )
}

/** Data that was there before promha came, with whatever else may lie there, is not promha's to delete. */
function foundData({ host, observed }: HostSession, components: ReadonlySet<Component>): readonly Problem[] {
  const found = [...(observed?.stamps ?? [])].filter(([component]) => isChosen(components, component))
  return found
    .flatMap(([, { owned }]) => owned)
    .filter(entry => entry.kind === 'data' && entry.found)
    .map(({ name }) =>
      warning(`${name} was there before promha came, so it is kept`, {
        host: host.name,
        remedy: 'Delete it by hand if you no longer want it.',
      }),
    )
}

/** Whatever cell they are of: what watches first, then what it watches, on all hosts at once. */
export function destroyInstances(
  { host, observed }: Pick<HostSession, 'host' | 'observed'>,
  components: ReadonlySet<Component>,
  purgeData: boolean,
): readonly Instance[] {
  if (!observed) return []
  return [...observed.stamps]
    .filter(([component]) => isChosen(components, component))
    .map(([component, stamp]) => ({
      ...retiredInstance(host.name, component, stamp),
      oneByOne: false,
      reason: 'destroyed',
      ...(purgeData ? { purges: true } : {}),
    }))
    .filter(instance => removedFrom(instance, observed).length > 0)
}

/** The host's plan with what was given back. */
function withTraces(plan: HostPlan, { given, problems }: TracesRemoved, { emit }: RunRequest): HostPlan {
  const { host } = plan
  for (const { component, change } of given) emit({ type: 'changed', host, component, change })
  if (problems.length > 0) emit({ type: 'host-failed', host, status: 'failed', problems })
  return {
    ...plan,
    instances: withGiven(plan.instances, given, host),
    problems: [...plan.problems, ...problems],
    status: problems.length > 0 ? 'failed' : given.length > 0 ? 'changed' : plan.status,
  }
}

function withGiven(
  plans: readonly InstancePlan[],
  given: readonly Given[],
  host: string,
): readonly InstancePlan[] {
  const known = new Set(plans.map(plan => plan.component))
  // What an earlier run has removed has no plan any more.
  const missing = [...new Set(given.map(({ component }) => component))].filter(item => !known.has(item))
  return [...plans, ...missing.map(component => untouched(host, component))].map(plan => ({
    ...plan,
    changes: [
      ...plan.changes,
      ...given.filter(({ component }) => component === plan.component).map(({ change }) => change),
    ],
  }))
}

function untouched(host: string, component: Component): InstancePlan {
  const instance = retiredInstance(host, component, {
    ...{ restart: '', reload: '', all: '', time: 0, run: '', generation: 0, cell: '', version: '' },
    ...{ unit: '', owned: [] },
  })
  return { instance, component, changes: [], renewed: new Set(), removed: [], backups: [] }
}

interface Kept extends TracesRemoved {
  readonly host: string
}

/** One warning a kind, however many the hosts. */
function keptWarnings(kept: readonly Kept[]): readonly Problem[] {
  const found = (of: (one: Kept) => readonly string[]) => {
    const hosts = kept.filter(one => of(one).length > 0)
    const detail = [...hosts].sort((a, b) => (a.host < b.host ? -1 : 1)).map(one => told(one.host, of(one)))
    return { hosts, detail: detail.join('\n') }
  }
  const data = found(one => one.data)
  const backups = found(one => one.backups.map(path => `${home}/backup${path}`))
  return [
    ...(data.hosts.length === 0
      ? []
      : [
          warning('the data is kept', {
            detail: data.detail,
            remedy: '`promha destroy --purge-data` deletes it too',
          }),
        ]),
    ...(backups.hosts.length === 0
      ? []
      : [
          warning('what stood there before promha came is kept as a backup', {
            detail: backups.detail,
            remedy: '`promha destroy --restore` gives it back. Delete it by hand if you no longer want it.',
          }),
        ]),
  ]
}

const shown = 4

function told(host: string, paths: readonly string[]): string {
  const more = paths.length > shown ? [`${paths.length - shown} more`] : []
  return `${host}: ${[...paths.slice(0, shown), ...more].join(', ')}`
}
