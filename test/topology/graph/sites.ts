/** The shipped inventories, and one of many hosts, as graphs. */
import { join } from 'node:path'
import { readInventory } from '../../../src/site/read.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { buildGraph } from '../../../src/topology/graph/build-graph.ts'
import type { Graph } from '../../../src/topology/graph/graph.ts'
import { root } from '../../architecture/sources.ts'
import { host, inventory, labCell } from '../sample.ts'

export const shipped = ['lab.yml', 'two-regions.yml', 'vagrant.yml', 'example.yml', 'long-term.yml']

export async function graphOf(name: string): Promise<Graph> {
  const read = await readInventory(join(root, 'inventories', name))
  return buildGraph(buildTopology(read.inventory))
}

/** A pair, and further hosts of the given names that have node_exporter only. */
export function graphWith(names: readonly string[], cell = 'lab'): Graph {
  const hosts = ['mon-a', 'mon-b', ...names]
  const { exporters, ...rest } = labCell({ name: cell, hosts })
  const node = exporters?.node_exporter
  const whole = { ...rest, ...(node && { exporters: { node_exporter: { ...node, hosts } } }) }
  const all = hosts.map((name, index) => host(name, `198.18.0.${index + 11}`))
  return buildGraph(buildTopology(inventory([whole], { hosts: all })))
}

export const manyHosts = Array.from({ length: 48 }, (_, index) => `app-${index + 1}`)
