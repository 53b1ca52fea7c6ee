/** What a host once ran, read from the listing that it keeps, as what is desired of it. Pure. */
import { ProblemError } from '../../diagnostic/problem.ts'
import type { Component } from '../../inventory/model.ts'
import type { Instance } from '../../resource/model.ts'
import { parseGeneration } from '../../shell/record/generation.ts'
import { orderOf } from '../../topology/order.ts'
import { ownedProblem } from './messages.ts'
import { portsOf } from './ports.ts'

/** The instance of a listing, from the host's own store; it passed its checks then. Throws a ProblemError if it cannot be read. */
export function instanceFrom(host: string, component: Component, text: string): Instance {
  const found = parseGeneration(component, text)
  const { health } = found?.stamp ?? {}
  if (!found || !health) throw new ProblemError([ownedProblem.generationUnreadable({ host }, component)])
  const { stamp, resources } = found
  const { cell, unit, generation, run } = stamp
  const service = { kind: 'service', unit, ports: portsOf(health, stamp.ports) } as const
  const known = { cell, host, component, service, checks: [], health, ...orderOf(component) }
  return { ...known, resources: [...resources, service], back: { generation, run } }
}
