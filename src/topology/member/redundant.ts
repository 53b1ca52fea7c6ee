/** Who stands in for whom: the members of each component of a cell, and how one is asked whether it serves. */
import { components, knownDefinition } from '../../../roles/index.ts'
import type { Component, Endpoint } from '../../inventory/model.ts'
import type { CellTopology } from '../model.ts'

/** One place at which a member may answer. */
export interface AnsweringPlace {
  /** As its own host sees it. */
  readonly local: Endpoint
  /** As others see it; absent if they cannot ask. */
  readonly remote?: Endpoint
  readonly readyPath: string
}

interface PassiveMember {
  readonly host: string
  /** Where it is asked, 200 being well; absent for what answers no questions: then its unit alone tells. */
  readonly asked?: AnsweringPlace
}

/** Those that stand in for each other, in the order of the topology; none of a component whose members do not. */
export function redundantMembers(cell: CellTopology, component: Component): readonly PassiveMember[] {
  const definition = knownDefinition(component)
  if (!definition?.order.oneByOne) return []
  const { members, health } = definition
  // A host has one keepalived for all of its addresses.
  const byHost = new Map(members(cell).map(member => [member.host, member]))
  return [...byHost.values()].map((member): PassiveMember => {
    const { host } = member
    if ('local' in member) {
      const { address, port, local, pathPrefix = '' } = member
      const readyPath = `${pathPrefix}${health.readyPath}`
      return { host, asked: { local, remote: { address, port }, readyPath } }
    }
    if (health.loaded === 'unit') return { host }
    const { address, port, readyPath } = health
    return { host, asked: { local: { address, port }, readyPath } }
  })
}

/** Every host with a member that stands in for another. */
export function redundantHosts(cell: CellTopology): readonly string[] {
  return [
    ...new Set(components.flatMap(component => redundantMembers(cell, component).map(({ host }) => host))),
  ]
}
