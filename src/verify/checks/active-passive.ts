/** Which member of an active/passive pair is active: the one that answers where the pair is used. */
import type { Component, Endpoint } from '../../inventory/model.ts'
import { joinHostPort } from '../../inventory/value/endpoint.ts'
import { wayTo } from '../../topology/address/way.ts'
import type { CellTopology, Member } from '../../topology/model.ts'
import { answerTo, type View } from '../answer/view.ts'
import { type HttpQuestion, programQuestion } from '../ask/question.ts'
import type { Identity, StatusEntry } from './facet.ts'

/** Two members, and what leads to one of them. */
export interface ActivePassive {
  /** What makes one of them the active one. */
  readonly by: Component
  /** Asks each member which process it is, in the order of the members. */
  readonly own: readonly HttpQuestion[]
  /** Asks the same at the address by which they are used, from each host where that counts. */
  readonly ways: readonly HttpQuestion[]
  readonly identity: Identity
}

/** Undefined if nothing leads to one of several: there is only one member, or all are used at once. */
export function activePassiveIn(
  cell: CellTopology,
  component: Component,
  identity: Identity,
): ActivePassive | undefined {
  const way = wayTo(cell, component)
  const [first] = way?.members ?? []
  if (way === undefined || first === undefined) return undefined
  const question = ({ pathPrefix = '' }: Member, host: string, local: Endpoint) =>
    programQuestion({ host, component, local, pathPrefix, instance: joinHostPort(local) }, identity.api)
  return {
    by: way.by,
    own: way.members.map(member => question(member, member.host, member.local)),
    ways: way.asked.map(({ host, at }) => question(first, host, at)),
    identity,
  }
}

/** The members' lines of `status`, in their order: one says `active` if it is what answers where the two are used. */
export function withActive(
  doubled: ActivePassive | undefined,
  entries: readonly StatusEntry[],
): readonly StatusEntry[] {
  if (!doubled) return entries
  const processAt = (view: View, question: HttpQuestion) => {
    const answer = answerTo(view, question)
    return answer === undefined ? undefined : doubled.identity.of(answer)
  }
  return entries.map((entry, index) => {
    const own = doubled.own[index]
    if (!own) return entry
    const note = (view: View) => {
      const self = processAt(view, own)
      return self !== undefined && doubled.ways.some(way => processAt(view, way) === self) ? 'active' : ''
    }
    return { ...entry, more: [...(entry.more ?? []), own, ...doubled.ways], note }
  })
}
