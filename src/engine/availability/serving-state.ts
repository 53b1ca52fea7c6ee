/** Does a member of a pair or a cluster serve now? Asked on its own host, or else from another one. */
import { defined } from '../../diagnostic/defined.ts'
import { grouped } from '../../diagnostic/grouped.ts'
import type { Component } from '../../inventory/model.ts'
import { joinHostPort } from '../../inventory/value/endpoint.ts'
import { type Health, unitOf } from '../../resource/model.ts'
import { runs } from '../../resource/unit-state.ts'
import { cellNamed, exporterMembers } from '../../topology/member/members.ts'
import { type AnsweringPlace, redundantHosts, redundantMembers } from '../../topology/member/redundant.ts'
import { unitRuns } from '../../verify/ask/host-ask.ts'
import { AskError, type Asking } from '../../verify/model.ts'
import type { RunContext } from '../context.ts'

export interface RedundantMember {
  readonly host: string
  /** Where its last confirmed state answers, and where the one that is desired does; often the same. */
  readonly places: readonly (AnsweringPlace | UnitPlace)[]
  /** systemd's ActiveState; absent where the host was not observed. */
  readonly active?: string
}

/** What answers no questions: its host is asked about its unit. */
interface UnitPlace {
  readonly unit: string
}

export interface ServingState {
  /** `unknown`: nothing could ask. */
  readonly state: 'serves' | 'down' | 'unknown'
  /** Who was asked, and what came of it. */
  readonly said: string
}

/** Hosts through which one is asked at once that cannot be asked itself; more would say no more. */
const enough = 3

/** `through`: hosts of its cell, from which it is asked over the network where its own host cannot say. */
export async function serves(
  candidate: RedundantMember,
  asking: Asking,
  through: readonly string[],
): Promise<ServingState> {
  const seen: ServingState[] = []
  for (const place of candidate.places) {
    const found = await servingStateAt(candidate.host, place, asking, through)
    if (found.state === 'serves') return found
    seen.push(found)
  }
  const said = [...new Set(seen.map(item => item.said))].join('; ')
  if (seen.some(item => item.state === 'down')) return { state: 'down', said }
  if (candidate.active === undefined) return { state: 'unknown', said }
  const told = `${said}; systemd says ${candidate.active}`
  return { state: runs(candidate.active) ? 'serves' : 'down', said: told }
}

async function servingStateAt(
  host: string,
  place: AnsweringPlace | UnitPlace,
  asking: Asking,
  through: readonly string[],
): Promise<ServingState> {
  const own = await answerAt(asking, host, place)
  if (own.state !== 'unknown') return { ...own, said: `asked on ${host}: ${own.said}` }
  const said = [`asked on ${host}: ${own.said}`]
  const remote = 'unit' in place || place.remote === undefined ? undefined : { ...place, local: place.remote }
  const others = remote === undefined ? [] : through.filter(other => other !== host)
  for (let at = 0; at < others.length; at += enough) {
    const some = others.slice(at, at + enough)
    const found = await Promise.all(some.map(other => answerAt(asking, other, remote ?? place)))
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

async function answerAt(
  { ask, askHost }: Asking,
  host: string,
  place: AnsweringPlace | UnitPlace,
): Promise<ServingState & { readonly impossible?: boolean }> {
  try {
    if ('unit' in place) {
      const { runs, said } = await askHost(host, unitRuns(place.unit))
      return { state: runs ? 'serves' : 'down', said }
    }
    const { local, readyPath } = place
    const { status } = await ask(host, local.address, local.port, readyPath)
    return { state: status === 200 ? 'serves' : 'down', said: `${readyPath} answers ${status}` }
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    if (!(cause instanceof AskError)) return { state: 'unknown', said }
    if (cause.reason === 'refused' && 'local' in place)
      return { state: 'down', said: `nothing listens on ${joinHostPort(place.local)}` }
    return { state: 'unknown', said, impossible: cause.reason === 'impossible' }
  }
}

/** Who could serve as this component of the cell: those that the topology names, and those that are leaving it. */
export function candidatesOf(
  context: RunContext,
  cell: string,
  component: Component,
): readonly RedundantMember[] {
  const { topology, inventory } = context.prepared
  const own = cellNamed(topology, cell)
  const named = own === undefined ? [] : redundantMembers(own, component)
  const members = named.map(({ host, asked }) => ({ host, places: [asked ?? { unit: unitOf(component) }] }))
  const leaving = [...context.hosts.values()]
    .flatMap(({ plan }) => plan.map(({ instance }) => instance))
    .filter(({ retired, ...item }) => retired && item.cell === cell && item.component === component)
  const addressOf = (host: string) => inventory.hosts.find(item => item.name === host)?.address ?? host
  const placeAt = (host: string, health: Health): AnsweringPlace => ({
    local: { address: health.address, port: health.port },
    remote: { address: addressOf(host), port: health.port },
    readyPath: health.readyPath,
  })
  const placesAt = (host: string, health: Health) => [
    health.loaded === 'unit' ? { unit: unitOf(component) } : placeAt(host, health),
  ]
  const all = [...members, ...leaving.map(({ host, health }) => ({ host, places: placesAt(host, health) }))]
  return all.map(({ host, places: own }): RedundantMember => {
    const observed = context.hosts.get(host)?.session.observed
    const stamped = observed?.records.get(component)?.health
    const places = [...(stamped ? placesAt(host, stamped) : []), ...own]
    const active = observed?.units.get(unitOf(component))?.active
    const apart = [...grouped(places, placeKey).values()].flatMap(([first]) => first ?? [])
    return { host, places: apart, ...defined({ active }) }
  })
}

function placeKey(place: AnsweringPlace | UnitPlace): string {
  return 'unit' in place ? place.unit : `${joinHostPort(place.local)} ${place.readyPath}`
}

/** The hosts of a cell, in the order in which they are asked about others. */
export function witnessesOf({ prepared }: RunContext, cell: string): readonly string[] {
  const own = cellNamed(prepared.topology, cell)
  const others = own ? exporterMembers(own).map(({ host }) => host) : []
  return [...new Set([...(own ? redundantHosts(own) : []), ...others])]
}

/** How each candidate stands now, by host. */
export async function servingStates(
  context: RunContext,
  cell: string,
  component: Component,
): Promise<ReadonlyMap<string, ServingState>> {
  const through = witnessesOf(context, cell)
  const found = candidatesOf(context, cell, component).map(
    async one => [one.host, await serves(one, context.prefetch, through)] as const,
  )
  return new Map(await Promise.all(found))
}
