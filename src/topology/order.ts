/** What an instance says of its place in the order of change; the rest are the rules in `order/`. */
import { exporterOrder } from '../../roles/component.ts'
import { knownDefinition } from '../../roles/index.ts'
import type { Component } from '../inventory/model.ts'

/** Whether a component's instances are changed one at a time; what this promha does not know is taken for an exporter. */
export function orderOf(component: Component): { readonly oneByOne: boolean } {
  const { oneByOne } = knownDefinition(component)?.order ?? exporterOrder
  return { oneByOne }
}
