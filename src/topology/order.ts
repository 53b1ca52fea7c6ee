/** What an instance says of its place in the order of change; the rest are the rules in `order/`. */
import { definitionOf } from '../../roles/index.ts'
import type { Component } from '../inventory/model.ts'

/** Whether a component's instances are changed one at a time. */
export function orderOf(component: Component): { readonly oneByOne: boolean } {
  return { oneByOne: definitionOf(component).order.oneByOne }
}
