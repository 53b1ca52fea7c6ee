/** The left half of a run: from the checked inventory to what is desired of each host. No host is touched. */
import { buildInstances } from '../../roles/instances.ts'
import type { Artifacts } from '../artifact/model.ts'
import { openArtifacts } from '../artifact/open.ts'
import { componentsOf } from '../inventory/host/select.ts'
import type { Inventory } from '../inventory/model.ts'
import type { Instance } from '../resource/model.ts'
import type { Advertised } from '../topology/address/advertise.ts'
import { buildTopology } from '../topology/build.ts'
import type { Topology } from '../topology/model.ts'
import type { RunRequest } from './api.ts'
import type { Emit } from './event.ts'

export interface Prepared {
  readonly inventory: Inventory
  readonly topology: Topology
  readonly artifacts: Artifacts
  /** Those of all hosts and components, selected or not. */
  readonly all: readonly Instance[]
  /** Those of the selected hosts and components. */
  readonly instances: readonly Instance[]
}

export async function prepare(
  request: Pick<RunRequest, 'inventory' | 'selection' | 'emit' | 'signal'>,
): Promise<Prepared> {
  const artifacts = await open(request.inventory, request.emit, request.signal)
  return prepareWith(artifacts, request)
}

/** @param advertised host → what was found of it once the hosts were asked */
export function prepareWith(
  artifacts: Artifacts,
  { inventory, selection }: Pick<RunRequest, 'inventory' | 'selection'>,
  advertised?: ReadonlyMap<string, Advertised>,
): Prepared {
  const topology = buildTopology(inventory, advertised)
  const all = buildInstances(inventory, topology, component => artifacts.version(component))
  const instances = all.filter(
    instance => selection.hosts.has(instance.host) && selection.components.has(instance.component),
  )
  return { inventory, topology, artifacts, all, instances }
}

/** The same for all hosts and components of the inventory. */
export function prepareAll(inventory: Inventory, emit: Emit, signal: AbortSignal): Promise<Prepared> {
  const selection = {
    hosts: new Set(inventory.hosts.map(host => host.name)),
    components: new Set(componentsOf(inventory)),
  }
  return prepare({ inventory, selection, emit, signal })
}

export function open(inventory: Inventory, emit: Emit, signal: AbortSignal): Promise<Artifacts> {
  return openArtifacts(inventory, {
    emit: progress => emit({ type: 'download', progress }),
    warn: problem => emit({ type: 'problem', problem }),
    signal,
  })
}
