/** Which step before which: what is watched before what watches it, and what is doubled one by one. */
import type { Component } from '../inventory/model.ts'

interface StepOrder {
  /** Instances of a lower wave come first. */
  readonly wave: number
  /** One at a time within the wave and cell, each gated on the one before; false: all at once. */
  readonly oneByOne: boolean
}

const orders: Readonly<Record<Component, StepOrder>> = {
  firewall: { wave: 0, oneByOne: false },
  node_exporter: { wave: 1, oneByOne: false },
  // Which one that is not active comes first is a matter of what serves, as with the others.
  pushgateway: { wave: 2, oneByOne: true },
  blackbox_exporter: { wave: 2, oneByOne: true },
  alertmanager: { wave: 3, oneByOne: true },
  prometheus: { wave: 4, oneByOne: true },
  // Where a load balancer comes to a pair that is there, its port is free only once Prometheus has let go of it.
  haproxy: { wave: 5, oneByOne: true },
  keepalived: { wave: 6, oneByOne: true },
}

/** When a component's instances are changed. */
export function orderOf(component: Component): StepOrder {
  return orders[component]
}
