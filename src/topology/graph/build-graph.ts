/** Topology in, picture out: what stands where, and what leads where. */
import { joinHostPort } from '../../inventory/value/endpoint.ts'
import type { CellTopology, Topology } from '../model.ts'
import type { CellGraph, Graph, GraphEdge, GraphNode, HostBox } from './graph.ts'
import { hostBoxes, nodeId } from './hosts.ts'

type Row = readonly { readonly host: string }[]

/** What a picture of the whole site shows. The same topology gives the same picture. */
export function buildGraph({ cells }: Topology): Graph {
  return { cells: cells.map(cellGraph), between: cells.flatMap(betweenCells) }
}

function betweenCells({ name, collection, sinks }: CellTopology): readonly GraphEdge[] {
  const shared = [...new Set(sinks.map(({ store }) => store))].filter(store => store !== name)
  return [
    ...(collection?.sources ?? []).map(({ cell }) => ({ from: cell, to: name, label: 'federation' })),
    ...shared.map(to => ({ from: name, to, label: 'remote write' })),
  ]
}

function cellGraph(cell: CellTopology): CellGraph {
  const hosts = hostBoxes(cell)
  const ids = new Set(hosts.flatMap(({ programs }) => programs.map(({ id }) => id)))
  const edges = [
    ...memberEdges(cell),
    ...addressEdges(cell),
    ...storeEdges(cell, hosts),
    ...scrapes(cell, hosts),
  ]
  const addresses = cell.movingAddresses.map(one => addressNode(cell, one))
  const known = ({ from, to }: GraphEdge) =>
    [from, to].every(
      end => ids.has(end) || hosts.some(({ id }) => id === end) || addresses.some(({ id }) => id === end),
    )
  return { id: cell.name, name: cell.name, addresses, hosts, edges: edges.filter(known) }
}

function memberEdges({ name, replicas, peers, pushgateways, probers }: CellTopology): readonly GraphEdge[] {
  const chain = (row: string, members: Row, label: string) =>
    members.slice(1).map(({ host }, index): GraphEdge => {
      const before = members[index]?.host ?? ''
      return { from: nodeId(name, before, row), to: nodeId(name, host, row), label, mutual: true }
    })
  const alerts = replicas.flatMap(replica =>
    peers.map(peer => ({
      ...{ from: nodeId(name, replica.host, 'prometheus'), to: nodeId(name, peer.host, 'alertmanager') },
      label: 'alerts',
    })),
  )
  // Peers are sorted by name, replicas by the inventory: a picture has the replicas' order.
  const at = new Map(replicas.map(({ host }, index) => [host, index]))
  const inOrder = peers.toSorted((a, b) => (at.get(a.host) ?? at.size) - (at.get(b.host) ?? at.size))
  return [
    ...chain('prometheus', replicas, 'watch each other'),
    ...chain('alertmanager', inOrder, 'one cluster'),
    ...chain('pushgateway', pushgateways, 'takes over'),
    ...chain('blackbox_exporter', probers, 'takes over'),
    ...alerts,
  ]
}

type Moving = CellTopology['movingAddresses'][number]

/** What people and programs do at an address, by its name. A store's is named by its key. */
const purposes: Readonly<Record<string, string>> = {
  loadbalancer: 'queries',
  pushgateway: 'pushes',
  blackbox: 'probes',
  grafana: 'dashboards',
}

function addressId(cell: string, { name }: Pick<Moving, 'name'>): string {
  return `${cell}/address ${name}`
}

function addressNode(cell: CellTopology, moving: Moving): GraphNode {
  const front = frontendsOf(cell, moving.name)[0]
  const port = front?.listen.port ?? moving.check.endpoint.port
  const label = joinHostPort({ address: moving.address, port })
  return {
    id: addressId(cell.name, moving),
    row: 'address',
    label,
    detail: purposes[moving.name] ?? `reads ${moving.name}`,
  }
}

function frontendsOf({ proxies }: CellTopology, name: string) {
  return proxies.flatMap(({ frontends }) => frontends.filter(one => one.name === name))
}

/** From an address to the hosts that may have it, and from HAProxy or the address to the programs behind it. */
function addressEdges(cell: CellTopology): readonly GraphEdge[] {
  const { name, movingAddresses } = cell
  return movingAddresses.flatMap(moving => {
    const row = frontendsOf(cell, moving.name).length > 0 ? 'haproxy' : programRow(moving.name)
    return moving.members.map(({ host }) => ({
      ...{ from: addressId(name, moving), to: nodeId(name, host, row), label: 'leads to' },
    }))
  })
}

function programRow(name: string): string {
  return name === 'blackbox' ? 'blackbox_exporter' : name
}

/** From each replica to what stores its samples. */
function storeEdges(cell: CellTopology, hosts: readonly HostBox[]): readonly GraphEdge[] {
  const { name, replicas, sinks, stores } = cell
  const own = sinks.filter(({ store }) => store === name)
  const to = new Set(
    own.flatMap(({ kind, member }) =>
      stores
        .filter(one => one.store === kind)
        .flatMap(({ members }) => members.map(({ host }) => host))
        .filter(host => member === undefined || host === member),
    ),
  )
  const boxes = hosts.filter(
    ({ kind, label, id }) =>
      kind === 'store' && (to.has(label) || (own.length > 0 && id.startsWith(`${name}/stores `))),
  )
  return replicas.flatMap(({ host }) =>
    boxes.map(box => ({ from: nodeId(name, host, 'prometheus'), to: box.id, label: 'remote write' })),
  )
}

function scrapes({ name, replicas }: CellTopology, hosts: readonly HostBox[]): readonly GraphEdge[] {
  const boxes = hosts.filter(({ kind, programs }) => kind === 'scraped' && programs.length > 0)
  return replicas.flatMap(({ host }) =>
    boxes.map(({ id }) => ({ from: nodeId(name, host, 'prometheus'), to: id, label: 'scrape' })),
  )
}
