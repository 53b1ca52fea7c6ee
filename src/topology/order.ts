/** Which step before which: what is watched before what watches it, and what is doubled one by one. */
import { exporterOrder, type StepOrder } from '../../roles/component.ts'
import { knownDefinition } from '../../roles/index.ts'
import type { Component } from '../inventory/model.ts'

/** When a component's instances are changed; what this promha does not know is taken for an exporter. */
export function orderOf(component: Component): StepOrder {
  return knownDefinition(component)?.order ?? exporterOrder
}
