/** Which member of an active/passive pair is active: the one that answers where the pair is used. */
import { joinHostPort } from '../inventory/endpoint.ts'
import type { Component, Endpoint } from '../inventory/model.ts'
import type { CellTopology, Member } from '../topology/model.ts'
import { wayTo } from '../topology/way.ts'
import type { Identity, StatusEntry } from './facet.ts'
import type { Need, View } from './view.ts'

/** Two members, and what leads to one of them. */
export interface Doubled {
  /** What makes one of them the active one. */
  readonly by: Component
  /** Asks each member which process it is, in the order of the members. */
  readonly own: readonly Need[]
  /** Asks the same at the address by which they are used, from each host where that counts. */
  readonly ways: readonly Need[]
  /** What tells one process from another by such an answer; undefined if it does not say. */
  readonly processOf: Identity['of']
}

/** Undefined if nothing leads to one of several: there is only one member, or all are used at once. */
export function doubledIn(cell: CellTopology, component: Component, identity: Identity): Doubled | undefined {
  const way = wayTo(cell, component)
  const [first] = way?.members ?? []
  if (way === undefined || first === undefined) return undefined
  const need = ({ pathPrefix = '' }: Member, host: string, local: Endpoint): Need => ({
    program: { host, component, local, instance: joinHostPort(local) },
    path: `${pathPrefix}${identity.path}`,
  })
  return {
    by: way.by,
    own: way.members.map(member => need(member, member.host, member.local)),
    ways: way.asked.map(({ host, at }) => need(first, host, at)),
    processOf: identity.of,
  }
}

/** The members' lines of `status`, in their order: one says `active` if it is what answers where the two are used. */
export function withActive(
  doubled: Doubled | undefined,
  entries: readonly StatusEntry[],
): readonly StatusEntry[] {
  if (!doubled) return entries
  const processAt = (view: View, need: Need) => {
    const reply = view(need)
    return reply.kind === 'answer' ? doubled.processOf(reply.body) : undefined
  }
  return entries.map((entry, index) => {
    const own = doubled.own[index]
    if (!own) return entry
    const note = (_: unknown, view: View) => {
      const self = processAt(view, own)
      return self !== undefined && doubled.ways.some(way => processAt(view, way) === self) ? 'active' : ''
    }
    return { ...entry, more: [own, ...doubled.ways], note }
  })
}
