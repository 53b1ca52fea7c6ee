/** What one instance and its cell do before a change, asked right before: the gate compares with it. */
import type { InstancePlan } from '../plan/model.ts'
import { resourceId } from '../resource/model.ts'
import { peerComponent, replicaComponent } from '../topology/members.ts'
import type { Peer } from '../topology/model.ts'
import { cellNamed } from '../topology/named.ts'
import { checksOf } from '../verify/known.ts'
import { connectedNow } from './connected.ts'
import type { Before } from './soak.ts'
import { type Candidate, candidatesOf, type Scene, serves, standings, witnessesOf } from './standing.ts'
import { prefixOf, type Targets, targetsAt } from './targets.ts'

export interface Baseline {
  /** The Alertmanagers that it is to be in touch with; absent on a first build, where verify awaits them. */
  readonly peers?: readonly Peer[]
  /**
   * Further ones, which are still to be changed themselves: until then the two may refuse each other (Alertmanager 0.26
   * brought the cluster's label), so they are awaited for a while only.
   */
  readonly hoped?: readonly Peer[]
  /** Itself as an Alertmanager, with `peers`. */
  readonly own?: Peer
  /** Absent where it is not restarted, or did not serve: then there is nothing to soak for. */
  readonly before?: Before
}

/**
 * `established`: a member of its component served before the run; `done`: whether an instance was changed by it
 * already. Never rejects.
 */
export async function baselineOf(
  scene: Scene,
  plan: InstancePlan,
  established: boolean,
  done: (plan: InstancePlan) => boolean,
): Promise<Baseline> {
  const { instance, component } = plan
  const { ask } = scene.survey.ahead
  const service = resourceId(instance.service)
  const told = plan.changes.filter(change => change.resource === service).map(change => change.action)
  const restarts = told.includes('restart')
  if (instance.retired || (!restarts && !told.includes('reload') && !told.includes('start'))) return {}
  const { links } = await checksOf(component)
  const peers = established && links ? await peersUp(scene, plan) : undefined
  const linked =
    peers === undefined || told.includes('start') ? peers : await connectedNow(ask, instance, peers)
  const own = restarts ? await serves(itself(scene, plan), ask, []) : undefined
  const before = own?.state === 'serves' ? await doneBefore(scene, plan) : undefined
  const open = openHosts(scene, plan, done)
  const member = cellNamed(scene.survey.prepared.topology, instance.cell)?.peers.find(
    ({ host }) => component === peerComponent && host === instance.host,
  )
  const split = linked && {
    ...(member === undefined ? {} : { own: member }),
    peers: linked.filter(({ host }) => !open.has(host)),
    hoped: linked.filter(({ host }) => open.has(host)),
  }
  return {
    ...(split === undefined ? {} : split),
    ...(before === undefined ? {} : { before }),
  }
}

/** Where a member of the same cluster is to be restarted as well, and was not yet. */
function openHosts(
  scene: Scene,
  { instance, component }: InstancePlan,
  done: (plan: InstancePlan) => boolean,
): ReadonlySet<string> {
  if (component !== peerComponent) return new Set()
  const service = resourceId(instance.service)
  const open = scene.compared.plans
    .flatMap(plan => plan.instances)
    .filter(
      plan =>
        plan.component === component &&
        plan.instance.cell === instance.cell &&
        plan.changes.some(({ resource, action }) => resource === service && action === 'restart') &&
        !done(plan),
    )
  return new Set(open.map(plan => plan.instance.host))
}

/** The cell's Alertmanagers that serve now, without itself. */
async function peersUp(scene: Scene, { instance }: InstancePlan): Promise<readonly Peer[]> {
  const own = cellNamed(scene.survey.prepared.topology, instance.cell)
  if (own === undefined) return []
  const seen = await standings(scene, instance.cell, peerComponent)
  return own.peers.filter(
    ({ host }) =>
      seen.get(host)?.state === 'serves' && !(instance.component === peerComponent && host === instance.host),
  )
}

/** Where it answered before the change, which may not be where it will. */
function itself(scene: Scene, { instance, component }: InstancePlan): Candidate {
  const { cell, host, health, service } = instance
  const known = candidatesOf(scene, cell, component).find(candidate => candidate.host === host)
  if (known) return known
  const observed = scene.compared.sessions.find(session => session.host.name === host)?.observed
  const active = observed?.units.get(service.unit)?.active
  const place = { local: health, remote: health, readyPath: health.readyPath }
  // What answers no questions is judged by its unit.
  const places = health.loaded === 'unit' ? [] : [place]
  return { host, places, ...(active === undefined ? {} : { active }) }
}

async function doneBefore(scene: Scene, plan: InstancePlan): Promise<Before> {
  const sameConfig = ![...plan.renewed].some(id => id.startsWith('file:')) && plan.removed.length === 0
  if (plan.component !== replicaComponent) return { sameConfig, twins: async () => undefined }
  const targets = await servingOnly(scene, plan, await targetsOf(scene, itself(scene, plan), []))
  return { sameConfig, ...(targets ? { targets } : {}), twins: () => twinsTargets(scene, plan) }
}

/** Without the twins that do not serve: their last scrape may still have been a good one. */
async function servingOnly(
  scene: Scene,
  { instance, component }: InstancePlan,
  targets: Targets | undefined,
): Promise<Targets | undefined> {
  if (targets === undefined) return undefined
  const seen = await standings(scene, instance.cell, component)
  const gone = [...seen].filter(([host, { state }]) => host !== instance.host && state !== 'serves')
  const isGone = (label: string) => gone.some(([host]) => label.startsWith(`${component} ${host}:`))
  return new Map([...targets].filter(([, { label }]) => !isGone(label)))
}

/** Of the first twin that answers. */
async function twinsTargets(
  scene: Scene,
  { instance, component }: InstancePlan,
): Promise<Targets | undefined> {
  const witnesses = witnessesOf(scene, instance.cell)
  for (const twin of candidatesOf(scene, instance.cell, component)) {
    if (twin.host === instance.host) continue
    const found = await targetsOf(scene, twin, witnesses)
    if (found) return found
  }
  return undefined
}

/** Asked on its own host, or else from another one; undefined where it answers neither. */
async function targetsOf(
  { survey }: Scene,
  { host, places }: Candidate,
  witnesses: readonly string[],
): Promise<Targets | undefined> {
  for (const { local, remote, readyPath } of places) {
    const others =
      remote === undefined ? [] : witnesses.filter(name => name !== host).map(name => ({ name, at: remote }))
    for (const { name, at } of [{ name: host, at: local }, ...others.slice(0, 2)]) {
      const found = await targetsAt(survey.ahead.ask, name, at.address, at.port, prefixOf(readyPath)).catch(
        () => undefined,
      )
      if (found) return found
    }
  }
  return undefined
}
