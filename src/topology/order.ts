/** Which step before which: what is watched before what watches it, and what is doubled one by one. */
import type { StepOrder } from '../../roles/component.ts'
import { definitionOf } from '../../roles/index.ts'
import type { Component } from '../inventory/model.ts'

/** When a component's instances are changed. */
export function orderOf(component: Component): StepOrder {
  return definitionOf(component).order
}
