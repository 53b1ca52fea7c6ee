/** The components with what their checks need, loaded only by what asks the running programs. */
import type { ComponentDefinition } from '../../roles/component.ts'
import { definitions, knownDefinition } from '../../roles/index.ts'
import type { Component } from '../inventory/model.ts'
import type { Health } from '../resource/model.ts'
import type { ComponentChecks } from './facet.ts'

export interface Known {
  readonly definition: ComponentDefinition
  readonly checks: ComponentChecks
}

/** In the order in which their checks and lines are told. */
export async function knownComponents(
  all: readonly ComponentDefinition[] = definitions,
): Promise<readonly Known[]> {
  return Promise.all(
    all.map(async definition => ({ definition, checks: (await definition.checks?.()) ?? {} })),
  )
}

/** Those of one component; none of one that promha does not know. */
export async function checksOf(component: Component): Promise<ComponentChecks> {
  return (await knownDefinition(component)?.checks?.()) ?? {}
}

/** Those of the component whose config is confirmed in this way; none if there is nothing to confirm. */
export async function checksBehind(loaded: Health['loaded']): Promise<ComponentChecks> {
  if (loaded === 'none' || loaded === 'unit') return {}
  return (await definitions.find(({ health }) => health.loaded === loaded)?.checks?.()) ?? {}
}
