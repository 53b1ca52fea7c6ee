/** Which of the components that a host has a run is about. Pure. */
import { components, knownDefinition } from '../../roles/index.ts'
import type { Component } from '../inventory/model.ts'

/** What this promha does not know cannot be named by `--only` or `--skip`: it is chosen if all components are. */
export function isChosen(chosen: ReadonlySet<Component>, component: Component): boolean {
  return chosen.has(component) || (!knownDefinition(component) && components.every(one => chosen.has(one)))
}
