/** Does a member of a pair or a cluster serve now? Asked on its own host, or else from another one. */
import { joinHostPort } from '../inventory/endpoint.ts'
import type { Component, Endpoint } from '../inventory/model.ts'
import { type Health, unitOf } from '../resource/model.ts'
import { exporterMembers } from '../topology/members.ts'
import { cellNamed } from '../topology/named.ts'
import { standbyHosts, standbysOf } from '../topology/standby.ts'
import { activePath, itself } from '../verify/host-ask.ts'
import { type Ask, AskError } from '../verify/model.ts'
import type { Compared, Survey } from './survey.ts'

/** One place at which a member may answer. */
export interface Place {
  /** As its own host sees it. */
  readonly local: Endpoint
  /** As others see it; absent where they cannot ask. */
  readonly remote?: Endpoint
  readonly readyPath: string
}

export interface Candidate {
  readonly host: string
  /** Where its last confirmed state answers, and where the one that is desired does; often the same. */
  readonly places: readonly Place[]
  /** systemd's ActiveState; absent where the host was not observed. */
  readonly active?: string
}

export interface Standing {
  /** `unknown`: nothing could ask. */
  readonly state: 'serves' | 'down' | 'unknown'
  /** Who was asked, and what came of it. */
  readonly said: string
}

/** Hosts through which one is asked at once that cannot be asked itself; more would say no more. */
const enough = 3

/** `through`: hosts of its cell, from which it is asked over the network where its own host cannot say. */
export async function serves(candidate: Candidate, ask: Ask, through: readonly string[]): Promise<Standing> {
  const seen: Standing[] = []
  for (const place of candidate.places) {
    const found = await standingAt(candidate.host, place, ask, through)
    if (found.state === 'serves') return found
    seen.push(found)
  }
  const said = [...new Set(seen.map(item => item.said))].join('; ')
  if (seen.some(item => item.state === 'down')) return { state: 'down', said }
  if (candidate.active === undefined) return { state: 'unknown', said }
  const told = `${said}; systemd says ${candidate.active}`
  return { state: candidate.active === 'active' ? 'serves' : 'down', said: told }
}

async function standingAt(
  host: string,
  place: Place,
  ask: Ask,
  through: readonly string[],
): Promise<Standing> {
  const own = await askOnce(ask, host, place.local, place.readyPath)
  if (own.state !== 'unknown') return { ...own, said: `asked on ${host}: ${own.said}` }
  const said = [`asked on ${host}: ${own.said}`]
  const { remote } = place
  const others = remote === undefined ? [] : through.filter(other => other !== host)
  for (let at = 0; at < others.length; at += enough) {
    const some = others.slice(at, at + enough)
    const found = await Promise.all(
      some.map(other => askOnce(ask, other, remote ?? place.local, place.readyPath)),
    )
    // That the other host cannot be asked either says nothing of this one.
    const heard = some.flatMap((other, index) => {
      const answer = found[index]
      return answer === undefined || answer.impossible ? [] : [{ other, ...answer }]
    })
    const good = heard.find(item => item.state === 'serves')
    const told = (good ? [good] : heard).map(item => `asked from ${item.other}: ${item.said}`)
    said.push(...told)
    if (good) return { state: 'serves', said: said.join('; ') }
    if (heard.length > 0) return { state: 'down', said: said.join('; ') }
  }
  return { state: own.impossible ? 'unknown' : 'down', said: said.join('; ') }
}

async function askOnce(
  ask: Ask,
  host: string,
  { address, port }: Endpoint,
  path: string,
): Promise<Standing & { readonly impossible?: boolean }> {
  try {
    const { status, body } = await ask(host, address, port, path)
    const said = port === itself.port ? body : `${path} answers ${status}`
    return { state: status === 200 ? 'serves' : 'down', said }
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    if (!(cause instanceof AskError)) return { state: 'unknown', said }
    if (cause.reason === 'refused')
      return { state: 'down', said: `nothing listens on ${joinHostPort({ address, port })}` }
    return { state: 'unknown', said, impossible: cause.reason === 'impossible' }
  }
}

/** What is looked at of a run to say who serves. */
export interface Scene {
  readonly survey: Pick<Survey, 'prepared' | 'ahead'>
  readonly compared: Pick<Compared, 'plans' | 'sessions'>
}

/** Who could serve as this component of the cell: those that the topology names, and those that are leaving it. */
export function candidatesOf(scene: Scene, cell: string, component: Component): readonly Candidate[] {
  const { topology, inventory } = scene.survey.prepared
  const own = cellNamed(topology, cell)
  const named = own === undefined ? [] : standbysOf(own, component)
  const members = named.map(({ host, asked }) => ({ host, places: [asked ?? byUnit(component)] }))
  const leaving = scene.compared.plans
    .flatMap(plan => plan.instances)
    .map(plan => plan.instance)
    .filter(({ retired, ...item }) => retired && item.cell === cell && item.component === component)
  const addressOf = (host: string) => inventory.hosts.find(item => item.name === host)?.address ?? host
  const placeAt = (host: string, health: Health): Place => ({
    local: { address: health.address, port: health.port },
    remote: { address: addressOf(host), port: health.port },
    readyPath: health.readyPath,
  })
  const placesAt = (host: string, health: Health) => [
    health.loaded === 'unit' ? byUnit(component) : placeAt(host, health),
  ]
  const all = [...members, ...leaving.map(({ host, health }) => ({ host, places: placesAt(host, health) }))]
  return all.map(({ host, places: own }): Candidate => {
    const observed = scene.compared.sessions.find(session => session.host.name === host)?.observed
    const stamped = observed?.stamps.get(component)?.health
    const places = [...(stamped ? placesAt(host, stamped) : []), ...own]
    const active = observed?.units.get(unitOf(component))?.active
    return {
      host,
      places: places.filter((item, index) => places.findIndex(other => same(other, item)) === index),
      ...(active === undefined ? {} : { active }),
    }
  })
}

/** What answers no questions is asked about on its host. */
function byUnit(component: Component): Place {
  return { local: itself, readyPath: activePath(unitOf(component)) }
}

function same(a: Place, b: Place): boolean {
  return a.local.address === b.local.address && a.local.port === b.local.port && a.readyPath === b.readyPath
}

/** The hosts of a cell, in the order in which they are asked about others. */
export function witnessesOf({ survey }: Scene, cell: string): readonly string[] {
  const own = cellNamed(survey.prepared.topology, cell)
  const others = own ? exporterMembers(own).map(({ host }) => host) : []
  return [...new Set([...(own ? standbyHosts(own) : []), ...others])]
}

/** How each candidate stands now, by host. */
export async function standings(
  scene: Scene,
  cell: string,
  component: Component,
): Promise<ReadonlyMap<string, Standing>> {
  const through = witnessesOf(scene, cell)
  const found = await Promise.all(
    candidatesOf(scene, cell, component).map(async candidate => {
      const standing = await serves(candidate, scene.survey.ahead.ask, through)
      return [candidate.host, standing] as const
    }),
  )
  return new Map(found)
}
