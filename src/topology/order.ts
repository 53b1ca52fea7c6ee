/** Which step before which: what is watched before what watches it, and what is doubled one by one. */
import type { Component } from '../inventory/model.ts'

export interface StepOrder {
  /** Instances of a lower wave come first. */
  readonly wave: number
  /** One at a time within the wave and cell, each gated on the one before; false: all at once. */
  readonly oneByOne: boolean
}

const orders: Readonly<Record<Component, StepOrder>> = {
  node_exporter: { wave: 0, oneByOne: false },
  alertmanager: { wave: 1, oneByOne: true },
  prometheus: { wave: 2, oneByOne: true },
}

/** When a component's instances are changed. */
export function orderOf(component: Component): StepOrder {
  return orders[component]
}
