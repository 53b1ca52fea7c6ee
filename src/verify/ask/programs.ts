/** The programs of a cell as they are asked. */
import type { ComponentDefinition } from '../../../roles/component.ts'
import { defined } from '../../diagnostic/defined.ts'
import type { Component } from '../../inventory/model.ts'
import { replicaComponent } from '../../topology/member/members.ts'
import type { CellTopology, Member, Replica } from '../../topology/model.ts'
import type { NamedProgram, Program } from './question.ts'

export function programOf(component: Component, member: Member): Program {
  const { host, port, local, pathPrefix } = member
  return { host, component, local, instance: `${host}:${port}`, ...defined({ pathPrefix }) }
}

export function replicaProgram(replica: Replica): NamedProgram {
  return { ...programOf(replicaComponent, replica), name: replica.name }
}

/** Of what listens at one place; none of the rest. */
export function programsOf(
  { name, members }: Pick<ComponentDefinition, 'name' | 'members'>,
  cell: CellTopology,
): readonly Program[] {
  return members(cell).flatMap(member => ('local' in member ? programOf(name, member) : []))
}
