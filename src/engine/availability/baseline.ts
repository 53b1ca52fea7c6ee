/** What one instance and its cell do before a change, asked right before: the gate compares with it. */

import { knownDefinition } from '../../../roles/index.ts'
import { defined } from '../../diagnostic/defined.ts'
import type { Component, Endpoint } from '../../inventory/model.ts'
import type { InstancePlan } from '../../plan/model.ts'
import { resourceId } from '../../resource/model.ts'
import { cellNamed, peerComponent, replicaComponent } from '../../topology/member/members.ts'
import type { CellTopology, Member, Peer } from '../../topology/model.ts'
import { getFrom } from '../../verify/ask/get.ts'
import type { Lack } from '../../verify/checks/facet.ts'
import { checksOf } from '../../verify/checks/known.ts'
import { reloadTime } from '../backlog/reload-time.ts'
import type { RunContext } from '../context.ts'
import { connectedNow } from '../gate/connected.ts'
import type { SteadyState } from '../gate/soak.ts'
import { firstAnswer } from './first-answer.ts'
import { candidatesOf, type RedundantMember, serves, servingStates, witnessesOf } from './serving-state.ts'
import { type Targets, targetsOf } from './targets.ts'

export interface Baseline {
  /** The Alertmanagers that it is to be in touch with; absent on a first build, where verify awaits them. */
  readonly peers?: readonly Peer[]
  /** Still to be changed themselves; until then the two may refuse each other, so they are awaited for a while only. */
  readonly hoped?: readonly Peer[]
  /** Itself and those of its kind that served before, which have to work together again. */
  readonly members?: readonly Member[]
  /** Itself as an Alertmanager, with `peers`. */
  readonly own?: Peer
  /** Absent where it is not restarted, or did not serve: then there is nothing to soak for. */
  readonly before?: SteadyState
  /** Milliseconds that its reload may take; absent where nothing makes it slow. */
  readonly reloadTime?: number
  /** Founds what all of its kind need together, and says what it still waits for; absent where they need nothing. */
  readonly found?: () => Promise<string | undefined>
  /** What it lacks though it says that it is ready; absent where nothing but its health is to be asked. */
  readonly lack?: () => Promise<string | undefined>
  /** Milliseconds that it may; absent: the usual time. */
  readonly lackPatience?: number
}

/** `established`: a member served before the run; `done`: whether the run has changed an instance. Never rejects. */
export async function baselineOf(
  context: RunContext,
  plan: InstancePlan,
  established: boolean,
  done: (plan: InstancePlan) => boolean,
): Promise<Baseline> {
  const { instance, component } = plan
  const { ask } = context.prefetch
  const service = resourceId(instance.service)
  const told = plan.changes.filter(change => change.resource === service).map(change => change.action)
  const restarts = told.includes('restart')
  if (instance.retired || (!restarts && !told.includes('reload') && !told.includes('start'))) return {}
  const { links, joined, found, lack, lackPatience } = await checksOf(component)
  const members = joined && (await membersUp(context, plan, established))
  const peers = established && links ? await peersUp(context, plan) : undefined
  const linked =
    peers === undefined || told.includes('start') ? peers : await connectedNow(ask, instance, peers)
  const own = restarts ? await serves(itself(context, plan), context.prefetch, []) : undefined
  const before = own?.state === 'serves' ? await doneBefore(context, plan) : undefined
  const open = openHosts(context, plan, done)
  const cell = cellNamed(context.prepared.topology, instance.cell)
  const member = cell?.peers.find(({ host }) => component === peerComponent && host === instance.host)
  return {
    ...(linked && {
      ...(member && { own: member }),
      peers: linked.filter(({ host }) => !open.has(host)),
      hoped: linked.filter(({ host }) => open.has(host)),
    }),
    ...(before && { before }),
    ...(found && cell && { found: () => lackOf(context, plan, cell, found) }),
    ...(lack && cell && { lack: () => lackOf(context, plan, cell, lack) }),
    ...defined({ lackPatience }),
    ...(members && { members }),
    ...(told.includes('reload') ? defined({ reloadTime: await reloadTimeOf(context, plan) }) : {}),
  }
}

async function lackOf(
  context: RunContext,
  { instance }: InstancePlan,
  cell: CellTopology,
  lack: Lack,
): Promise<string | undefined> {
  const { host, health } = instance
  const get = getFrom(context.prefetch.ask, host, health)
  const getAt = (place: Endpoint) => getFrom(context.prefetch.ask, host, { ...place, readyPath: '' })
  const serves = async (component: Component, name: string) => {
    const seen = await servingStates(context, cell.name, component)
    return seen.get(name)?.state === 'serves'
  }
  return lack({ get, getAt, host, cell, serves })
}

async function reloadTimeOf(context: RunContext, plan: InstancePlan): Promise<number | undefined> {
  if (plan.component !== replicaComponent) return undefined
  return firstAnswer(context.prefetch.ask, itself(context, plan), [], reloadTime)
}

/** Where a member of the same cluster is to be restarted as well, and was not yet. */
function openHosts(
  context: RunContext,
  { instance, component }: InstancePlan,
  done: (plan: InstancePlan) => boolean,
): ReadonlySet<string> {
  if (component !== peerComponent) return new Set()
  const service = resourceId(instance.service)
  const isOpen = (plan: InstancePlan) =>
    plan.component === component &&
    plan.instance.cell === instance.cell &&
    plan.changes.some(({ resource, action }) => resource === service && action === 'restart') &&
    !done(plan)
  return new Set([...context.hosts].flatMap(([host, { plan }]) => (plan.some(isOpen) ? [host] : [])))
}

/** The cell's Alertmanagers that serve now, without itself. */
async function peersUp(context: RunContext, { instance }: InstancePlan): Promise<readonly Peer[]> {
  const own = cellNamed(context.prepared.topology, instance.cell)
  if (own === undefined) return []
  const seen = await servingStates(context, instance.cell, peerComponent)
  return own.peers.filter(
    ({ host }) =>
      seen.get(host)?.state === 'serves' && !(instance.component === peerComponent && host === instance.host),
  )
}

/** On a first build the others are not there yet. */
async function membersUp(
  context: RunContext,
  { instance, component }: InstancePlan,
  established: boolean,
): Promise<readonly Member[]> {
  const own = cellNamed(context.prepared.topology, instance.cell)
  if (own === undefined) return []
  const seen = established ? await servingStates(context, instance.cell, component) : new Map()
  const members = knownDefinition(component)?.members(own) ?? []
  return members.flatMap(member =>
    'local' in member && (member.host === instance.host || seen.get(member.host)?.state === 'serves')
      ? [member]
      : [],
  )
}

/** Where it answered before the change, which may not be where it will. */
function itself(context: RunContext, { instance, component }: InstancePlan): RedundantMember {
  const { cell, host, health, service } = instance
  const known = candidatesOf(context, cell, component).find(candidate => candidate.host === host)
  if (known) return known
  const observed = context.hosts.get(host)?.session.observed
  const active = observed?.units.get(service.unit)?.active
  const place = { local: health, remote: health, readyPath: health.readyPath }
  // What answers no questions is judged by its unit.
  return { host, places: health.loaded === 'unit' ? [] : [place], ...defined({ active }) }
}

async function doneBefore(context: RunContext, plan: InstancePlan): Promise<SteadyState> {
  const sameConfig = ![...plan.renewed].some(id => id.startsWith('file:')) && plan.removed.length === 0
  if (plan.component !== replicaComponent) return { sameConfig, twins: async () => undefined }
  const targets = await servingOnly(context, plan, await targetsSeen(context, itself(context, plan), []))
  const handover = cellNamed(context.prepared.topology, plan.instance.cell)?.handover
  return { sameConfig, ...defined({ targets, handover }), twins: () => peersTargets(context, plan) }
}

/** Without the twins that do not serve: their last scrape may still have been a good one. */
async function servingOnly(
  context: RunContext,
  { instance, component }: InstancePlan,
  targets: Targets | undefined,
): Promise<Targets | undefined> {
  if (targets === undefined) return undefined
  const seen = await servingStates(context, instance.cell, component)
  const gone = [...seen].filter(([host, { state }]) => host !== instance.host && state !== 'serves')
  const isGone = (label: string) => gone.some(([host]) => label.startsWith(`${component} ${host}:`))
  return new Map([...targets].filter(([, { label }]) => !isGone(label)))
}

/** Of the first twin that answers. */
async function peersTargets(
  context: RunContext,
  { instance, component }: InstancePlan,
): Promise<Targets | undefined> {
  const witnesses = witnessesOf(context, instance.cell)
  for (const twin of candidatesOf(context, instance.cell, component)) {
    if (twin.host === instance.host) continue
    const found = await targetsSeen(context, twin, witnesses)
    if (found) return found
  }
  return undefined
}

/** Undefined where it does not answer. */
function targetsSeen(
  { prefetch: { ask } }: RunContext,
  member: RedundantMember,
  witnesses: readonly string[],
): Promise<Targets | undefined> {
  return firstAnswer(ask, member, witnesses, targetsOf)
}
