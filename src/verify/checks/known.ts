/** The components with what their checks need, loaded only by what asks the running programs. */
import type { ComponentDefinition } from '../../../roles/component.ts'
import { definitions, knownDefinition } from '../../../roles/index.ts'
import type { Component } from '../../inventory/model.ts'
import type { CellTopology } from '../../topology/model.ts'
import { exporterCheck } from './exporter-up.ts'
import type { ComponentChecks } from './facet.ts'

export interface Known {
  readonly definition: Pick<ComponentDefinition, 'name' | 'members' | 'readyCheck'>
  readonly checks: ComponentChecks
}

/** In the order in which their checks and lines are told. */
export async function knownComponents(): Promise<readonly Known[]> {
  return Promise.all(
    definitions.map(async definition => ({ definition, checks: (await definition.checks?.()) ?? {} })),
  )
}

/** The same for one cell, whose own exporters are told first and in its own order, also those that only it knows. */
export function knownIn({ exporters }: CellTopology, known: readonly Known[]): readonly Known[] {
  const own = exporters.map(
    ({ component }) => known.find(({ definition }) => definition.name === component) ?? exporterOf(component),
  )
  const rest = known.filter(({ definition }) => !own.some(one => one.definition.name === definition.name))
  const first = rest.findIndex(({ definition }) => definition.readyCheck === exporterCheck)
  return [...rest.slice(0, first), ...own, ...rest.slice(first)]
}

function exporterOf(name: Component): Known {
  const members = ({ exporters }: CellTopology) =>
    exporters.flatMap(one => (one.component === name ? one.members : []))
  return { definition: { name, members, readyCheck: exporterCheck }, checks: {} }
}

/** Those of one component; none of one that promha does not know. */
export async function checksOf(component: Component): Promise<ComponentChecks> {
  return (await knownDefinition(component)?.checks?.()) ?? {}
}
