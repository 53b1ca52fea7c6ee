/** Which programs each host of a cell has, for a picture. */
import type { CellTopology, Member } from '../model.ts'
import type { GraphNode, HostBox } from './graph.ts'

interface Placed {
  readonly host: string
  readonly row: string
  readonly label: string
  readonly detail: string
}

/** More store hosts than this that have the same programs are shown as one box. */
const mostAlike = 4

export function nodeId(cell: string, host: string, row: string): string {
  return `${cell}/${host}/${row}`
}

/** The boxes of a cell, the hosts of its replicas first. */
export function hostBoxes(cell: CellTopology): readonly HostBox[] {
  const core = corePrograms(cell)
  const stores = storePrograms(cell)
  const placed = [...core, ...stores, ...exporterRows(cell)]
  // HAProxy on the hosts of a store leads to that store.
  const isCore = new Set(core.filter(({ row }) => row !== 'haproxy').map(({ host }) => host))
  const isStore = new Set(stores.map(({ host }) => host).filter(host => !isCore.has(host)))
  const single = [...new Set([...core, ...stores].map(({ host }) => host))]
  const boxes = single.map((host): HostBox => {
    const programs = placed.filter(one => one.host === host).map(one => nodeOf(cell.name, one))
    const kind = isStore.has(host) ? 'store' : 'core'
    return { id: `${cell.name}/${host}`, label: host, kind, programs }
  })
  const rest = cell.hosts.filter(host => !single.includes(host))
  return [...foldStores(cell, boxes), ...scrapedBox(cell, rest)]
}

function nodeOf(cell: string, { host, row, label, detail }: Placed): GraphNode {
  return { id: nodeId(cell, host, row), row, label, detail }
}

function corePrograms(cell: CellTopology): readonly Placed[] {
  const { replicas, peers, pushgateways, probers, grafanas, proxies } = cell
  const port = (member: Member) => `:${member.port}`
  return [
    ...replicas.map(one => ({
      ...{ host: one.host, row: 'prometheus', label: `Prometheus ${one.name}`, detail: port(one) },
    })),
    ...peers.map(one => ({ host: one.host, row: 'alertmanager', label: 'Alertmanager', detail: port(one) })),
    ...pushgateways.map((one, index) => ({
      ...{ host: one.host, row: 'pushgateway', label: 'Pushgateway' },
      detail: index === 0 ? 'active' : 'passive',
    })),
    ...probers.map(one => ({
      ...{ host: one.host, row: 'blackbox_exporter', label: 'blackbox exporter', detail: port(one) },
    })),
    ...grafanas.map(one => ({ host: one.host, row: 'grafana', label: 'Grafana', detail: port(one) })),
    ...proxies.map(({ host, frontends }) => ({
      ...{ host, row: 'haproxy', label: 'HAProxy' },
      detail: [...new Set(frontends.map(({ listen }) => `:${listen.port}`))].join(' '),
    })),
  ]
}

function storePrograms({ stores }: CellTopology): readonly Placed[] {
  return stores.flatMap(({ component, members }) =>
    members.map(({ host, port }) => ({ host, row: component, label: component, detail: `:${port}` })),
  )
}

/** All exporters of a host are one row. */
function exporterRows({ exporters }: CellTopology): readonly Placed[] {
  const jobs = new Map<string, string[]>()
  for (const { job, members } of exporters)
    for (const { host } of members) jobs.set(host, [...(jobs.get(host) ?? []), job])
  return [...jobs].map(([host, names]) => ({
    ...{ host, row: 'exporters', label: names.join(', ') },
    detail: names.length === 1 ? 'exporter' : 'exporters',
  }))
}

/** Store hosts with the same programs are one box if they are many. */
function foldStores({ name }: CellTopology, boxes: readonly HostBox[]): readonly HostBox[] {
  const alike = new Map<string, HostBox[]>()
  for (const box of boxes.filter(({ kind }) => kind === 'store')) {
    const same = box.programs.map(({ row, label }) => `${row} ${label}`).join('\n')
    alike.set(same, [...(alike.get(same) ?? []), box])
  }
  return [
    ...boxes.filter(({ kind }) => kind === 'core'),
    ...[...alike.values()].flatMap((group, index) => {
      if (group.length <= mostAlike) return group
      const host = `stores ${index + 1}`
      const programs = (group[0]?.programs ?? []).map(one => ({
        ...{ ...one, id: nodeId(name, host, one.row) },
        detail: `×${group.length}`,
      }))
      const label = rangeOf(group.map(one => one.label))
      return [{ id: `${name}/${host}`, label, kind: 'store' as const, programs }]
    }),
  ]
}

/** The hosts that have nothing but exporters are one box, each job once with its count. */
function scrapedBox({ name, exporters }: CellTopology, hosts: readonly string[]): readonly HostBox[] {
  if (hosts.length === 0) return []
  const programs = exporters.flatMap(({ job, component, members }): readonly GraphNode[] => {
    const count = members.filter(({ host }) => hosts.includes(host)).length
    const row = `exporter ${component}`
    return count === 0 ? [] : [{ id: nodeId(name, 'hosts', row), row, label: job, detail: `×${count}` }]
  })
  return [{ id: `${name}/hosts`, label: rangeOf(hosts), kind: 'scraped', programs }]
}

function rangeOf(hosts: readonly string[]): string {
  if (hosts.length <= 2) return hosts.join(', ')
  return `${hosts.length} hosts: ${hosts[0]} … ${hosts.at(-1)}`
}
