/** Every program of a cell on every host, with what it listens on and where that is written. */
import type { Problem } from '../../diagnostic/problem.ts'
import type { Cell, CommonSettings, Component, Endpoint, Host } from '../../inventory/model.ts'
import { atKeyOf, atValueOf } from '../../inventory/origin.ts'
import { quote } from '../../inventory/place.ts'
import { clusterListenOn, wordsOn } from '../../inventory/words-on.ts'
import { listenersOf, prometheusListens } from '../listeners.ts'
import { proxyHealth, proxyPeerPort } from '../proxy.ts'
import { vipsOf } from '../vips.ts'
import { closedHosts } from './firewall.ts'

export interface Occupant {
  readonly cell: string
  readonly component: Component
  readonly host: string
  /** `Prometheus a`, `the gossip of Alertmanager`. */
  readonly label: string
  /** Absent if it does not listen. */
  readonly endpoint?: Endpoint
  /** The address was chosen for this host, so it is right even if it cannot be the same on other hosts. */
  readonly arranged?: boolean
  /** The cell lets members share a host. */
  readonly sharing: boolean
  /** Where the endpoint is written, otherwise where the component is. */
  readonly where: Pick<Problem, 'source'>
}

type Where = Occupant['where']

/** What is the same of all of a cell. */
const baseOf = (cell: Cell) => ({ cell: cell.name, sharing: cell.allowSharedHost })

export function occupantsOf(cell: Cell, hosts: ReadonlyMap<string, Host>): readonly Occupant[] {
  return [
    ...replicasOf(cell, hosts),
    ...peersOf(cell),
    ...exportersOf(cell),
    ...pushgatewaysOf(cell),
    ...probersOf(cell),
    ...proxiesOf(cell),
    ...moversOf(cell),
    ...firewallsOf(cell),
  ]
}

/** A component that listens where `listen` and `per_host` say. */
function occupant(
  cell: Cell,
  component: Component,
  settings: CommonSettings,
  host: string,
  label: string,
  where: Where,
): Occupant {
  const { listen: endpoint, source } = wordsOn(settings, host)
  return { ...baseOf(cell), component, host, label, endpoint, ...placeOf(source, where) }
}

/** An endpoint that the inventory gives for one host only is chosen for that host. */
function placeOf(source: Problem['source'], where: Where): Pick<Occupant, 'where' | 'arranged'> {
  return source ? { where: { source }, arranged: true } : { where }
}

function replicasOf(cell: Cell, hosts: ReadonlyMap<string, Host>): readonly Occupant[] {
  const { prometheus } = cell
  if (!prometheus) return []
  const where = atValueOf(cell, ['prometheus', 'listen'])
  return prometheus.replicas.flatMap(({ name, host }): readonly Occupant[] => {
    const label = `Prometheus ${quote(name)}`
    const listens = prometheusListens(cell, hosts.get(host) ?? { name: host, address: '' })
    if (listens.length < 2) return [occupant(cell, 'prometheus', prometheus, host, label, where)]
    const one = { ...baseOf(cell), component: 'prometheus', host, label, arranged: true, where }
    return listens.map(endpoint => ({ ...one, endpoint }))
  })
}

function peersOf(cell: Cell): readonly Occupant[] {
  const { alertmanager } = cell
  if (!alertmanager) return []
  const listen = atValueOf(cell, ['alertmanager', 'listen'])
  const cluster = atValueOf(cell, ['alertmanager', 'cluster_listen'])
  return alertmanager.hosts.flatMap(host => [
    occupant(cell, 'alertmanager', alertmanager, host, 'Alertmanager', listen),
    {
      ...baseOf(cell),
      component: 'alertmanager',
      host,
      label: "Alertmanager's cluster",
      endpoint: clusterListenOn(alertmanager, host),
      ...placeOf(wordsOn(alertmanager, host).clusterSource, cluster),
    },
  ])
}

function exportersOf(cell: Cell): readonly Occupant[] {
  return Object.entries(cell.exporters ?? {}).flatMap(([component, exporter]) => {
    const listen = atValueOf(cell, ['exporters', exporter.job, 'listen'])
    return exporter.hosts.map(host => occupant(cell, component, exporter, host, component, listen))
  })
}

function pushgatewaysOf(cell: Cell): readonly Occupant[] {
  const { pushgateway } = cell
  if (!pushgateway) return []
  const listen = atValueOf(cell, ['pushgateway', 'listen'])
  return (['active', 'passive'] as const).map(key =>
    occupant(cell, 'pushgateway', pushgateway, pushgateway[key], `the ${key} Pushgateway`, listen),
  )
}

function probersOf(cell: Cell): readonly Occupant[] {
  const { blackbox } = cell
  if (!blackbox) return []
  const listen = atValueOf(cell, ['blackbox', 'listen'])
  return blackbox.hosts.map(host =>
    occupant(cell, 'blackbox_exporter', blackbox, host, 'the blackbox exporter', listen),
  )
}

/** HAProxy: each port that it opens on a host. */
function proxiesOf(cell: Cell): readonly Occupant[] {
  const base = { ...baseOf(cell), component: 'haproxy', arranged: true }
  const found = listenersOf(cell).flatMap(({ name, hosts, listen }) => {
    const where = atValueOf(cell, [name, ...(name === 'loadbalancer' ? [] : ['failover', 'haproxy']), 'port'])
    return hosts.map(host => ({ ...base, host, label: `HAProxy for the ${name}`, endpoint: listen, where }))
  })
  const first = new Map(found.map(one => [one.host, one] as const).toReversed())
  const own = [...first.values()].flatMap(one => [
    { ...one, label: "HAProxy's status", endpoint: proxyHealth },
    { ...one, label: "HAProxy's peers", endpoint: { address: '0.0.0.0', port: proxyPeerPort } },
  ])
  return [...found, ...own]
}

function moversOf(cell: Cell): readonly Occupant[] {
  const base = { ...baseOf(cell), component: 'keepalived', label: 'keepalived' }
  return vipsOf(cell).flatMap(({ name, hosts }) =>
    hosts.map(host => ({ ...base, host, where: atKeyOf(cell, name) })),
  )
}

/** The firewall of each host that has a closed port. */
function firewallsOf(cell: Cell): readonly Occupant[] {
  if (!cell.firewall) return []
  const base = { ...baseOf(cell), component: 'firewall', label: 'the firewall' }
  return closedHosts(cell).map(host => ({ ...base, host, where: atKeyOf(cell, 'firewall') }))
}
