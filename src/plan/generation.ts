/** What a host once ran, as a listing that it keeps, and back again as what is desired of it. Pure. */
import { error, ProblemError } from '../diagnostic/problem.ts'
import type { Component } from '../inventory/model.ts'
import type { ProgramHash } from '../resource/difference.ts'
import { contentHash } from '../resource/hash.ts'
import { type Instance, portsOf, type ServiceResource } from '../resource/model.ts'
import { type Listed, parseGeneration, renderGeneration } from '../shell/generation.ts'
import { generationsOf } from '../shell/layout.ts'
import { orderOf } from '../topology/order.ts'

/** The listing of the instance as it was confirmed. `header`: the first line of its stamp. */
export function listingOf(instance: Instance, header: string, programHash: ProgramHash): string {
  const resources = instance.resources.flatMap((resource): Listed[] => {
    switch (resource.kind) {
      case 'service':
        return []
      case 'program':
        return [{ ...resource, stored: programHash(resource) }]
      case 'file':
        return [{ ...resource, content: { stored: contentHash(resource.content) } }]
      case 'unit':
        return [{ ...resource, content: { stored: contentHash(resource.content) } }]
      default:
        return [resource]
    }
  })
  return renderGeneration(header, resources)
}

/**
 * The instance that a listing describes, with contents from the host's own store. It passed its checks when it was
 * confirmed, so it has none. Throws a ProblemError where the listing cannot be read.
 */
export function instanceFrom(host: string, component: Component, text: string): Instance {
  const found = parseGeneration(component, text)
  if (!found?.stamp.health) {
    throw new ProblemError([
      error(`the kept generation of ${component} cannot be read`, {
        host,
        detail: `It lies below ${generationsOf(component)}, and is not whole.`,
        remedy: 'go back by an inventory of that time and `promha apply` instead',
      }),
    ])
  }
  const { stamp, resources } = found
  const { cell, unit, health, generation, run } = stamp
  const service: ServiceResource = {
    kind: 'service',
    unit,
    ports: health ? portsOf(health) : [],
  }
  return {
    cell,
    host,
    component,
    resources: [...resources, service],
    service,
    checks: [],
    health: found.stamp.health,
    ...orderOf(component),
    back: { generation, run },
  }
}
