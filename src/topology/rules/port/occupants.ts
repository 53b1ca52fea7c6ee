/** Every program of a cell on every host, with what it listens on and where that is written. */
import { receivedAt } from '../../../../roles/exporters/definition.ts'
import { exporterFormOf } from '../../../../roles/index.ts'
import type { Problem } from '../../../diagnostic/problem.ts'
import { clusterListenOn, listensOn, wordsOn } from '../../../inventory/cell/words-on.ts'
import type {
  Cell,
  CommonSettings,
  Component,
  Endpoint,
  ExporterSettings,
  Host,
  PlacedEndpoint,
} from '../../../inventory/model.ts'
import { atKeyOf, atValueOf } from '../../../inventory/origin.ts'
import { quoted } from '../../../inventory/text/place.ts'
import { listenerLabel, listenersOf, prometheusListens } from '../../address/listeners.ts'
import { proxyHealth, proxyPeerPort } from '../../address/proxy.ts'
import { vipsOf } from '../../address/vips.ts'
import { grafanaListen } from '../../member/grafana.ts'
import { placedPrograms } from '../../store/programs.ts'
import { closedHosts, storeHosts } from './firewall.ts'

export interface Occupant {
  readonly cell: string
  readonly component: Component
  readonly host: string
  /** `Prometheus a`, `the gossip of Alertmanager`. */
  readonly label: string
  /** Absent if it does not listen. */
  readonly endpoint?: Endpoint
  /** Absent: TCP. */
  readonly protocol?: 'tcp' | 'udp'
  /** Its unit gives it no capability, so it cannot open ports below 1024. */
  readonly unprivileged?: boolean
  /** The address was chosen for this host, so it is right even if it cannot be the same on other hosts. */
  readonly arranged?: boolean
  /** The cell lets members share a host. */
  readonly sharing: boolean
  /** Where the endpoint is written, otherwise where the component is. */
  readonly where: Pick<Problem, 'source'>
}

type Where = Occupant['where']

const baseOf = (cell: Cell) => ({ cell: cell.name, sharing: cell.allowSharedHost })

export function occupantsOf(
  cell: Cell,
  hosts: ReadonlyMap<string, Host>,
  cells: readonly Cell[],
): readonly Occupant[] {
  return [
    ...replicasOf(cell, hosts),
    ...peersOf(cell),
    ...exportersOf(cell),
    ...pushgatewaysOf(cell),
    ...probersOf(cell),
    ...storesOf(cell),
    ...grafanasOf(cell, hosts),
    ...proxiesOf(cell, cells),
    ...moversOf(cell),
    ...firewallsOf(cell, cells),
  ]
}

/** A component that listens where `listen` and `per_host` say: an occupant for each address. */
function occupants(
  one: Pick<Occupant, 'cell' | 'sharing' | 'component' | 'host' | 'label'>,
  settings: CommonSettings,
  where: Where,
): readonly Occupant[] {
  const { host } = one
  const [endpoint, ...others] = listensOn(settings, host)
  const common = { ...one, unprivileged: true }
  return [
    { ...common, ...usable(endpoint), ...placeOf(wordsOn(settings, host).source, where) },
    // Others reach the program at the first one, so these may be of use on their own host only.
    ...others.map(one => ({ ...common, ...usable(one), arranged: true, where: writtenAt(one, where) })),
  ]
}

/** Nobody wrote what stands in for a wrong endpoint, so nothing is to be said of its port. */
function usable(endpoint: PlacedEndpoint): Pick<Occupant, 'endpoint'> {
  return endpoint.wrong ? {} : { endpoint }
}

function writtenAt({ source }: PlacedEndpoint, where: Where): Where {
  return source ? { source } : where
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
    const label = `Prometheus ${quoted(name)}`
    const listens = prometheusListens(cell, hosts.get(host) ?? { name: host, address: '' })
    const one = { ...baseOf(cell), component: 'prometheus', host, label }
    if (listens.length === listensOn(prometheus, host).length) return occupants(one, prometheus, where)
    return listens.map(endpoint => ({
      ...{ ...one, ...usable(endpoint), arranged: true },
      where: writtenAt(endpoint, where),
    }))
  })
}

function storesOf(cell: Cell): readonly Occupant[] {
  return placedPrograms(cell).flatMap(({ program }) => {
    const { component, label, settings, path, otherPorts = [] } = program
    const where = atValueOf(cell, [...path, 'listen'])
    return program.hosts.flatMap(host => {
      const one = { ...baseOf(cell), component, host, label }
      const { address } = wordsOn(settings, host).listen
      return [
        ...occupants(one, settings, where),
        ...otherPorts.map(port => ({ ...one, arranged: true, endpoint: { address, port }, where })),
      ]
    })
  })
}

function grafanasOf(cell: Cell, hosts: ReadonlyMap<string, Host>): readonly Occupant[] {
  const { grafana } = cell
  if (!grafana) return []
  const where = atValueOf(cell, ['grafana', 'listen'])
  const one = { ...baseOf(cell), component: 'grafana', label: 'Grafana' }
  return grafana.hosts.flatMap(host => {
    const listen = grafanaListen(grafana, hosts.get(host) ?? { name: host, address: '' })
    const isArranged = listen.address !== wordsOn(grafana, host).listen.address
    if (!isArranged) return occupants({ ...one, host }, grafana, where)
    return [{ ...one, host, unprivileged: true, arranged: true, ...usable(listen), where }]
  })
}

function peersOf(cell: Cell): readonly Occupant[] {
  const { alertmanager } = cell
  if (!alertmanager) return []
  const listen = atValueOf(cell, ['alertmanager', 'listen'])
  const cluster = atValueOf(cell, ['alertmanager', 'cluster_listen'])
  const one = { ...baseOf(cell), component: 'alertmanager' }
  return alertmanager.hosts.flatMap(host => {
    const place = placeOf(wordsOn(alertmanager, host).clusterSource, cluster)
    const endpoint = usable(clusterListenOn(alertmanager, host))
    const gossip = { ...one, host, label: "Alertmanager's cluster", ...endpoint, ...place }
    return [
      ...occupants({ ...one, host, label: 'Alertmanager' }, alertmanager, listen),
      ...(['tcp', 'udp'] as const).map(protocol => ({ ...gossip, protocol })),
    ]
  })
}

function exportersOf(cell: Cell): readonly Occupant[] {
  return Object.entries(cell.exporters ?? {}).flatMap(([component, exporter]) => {
    const listen = atValueOf(cell, ['exporters', exporter.job, 'listen'])
    return exporter.hosts.flatMap(host => [
      ...occupants({ ...baseOf(cell), component, host, label: component }, exporter, listen),
      ...receiversOf(cell, component, exporter, host),
    ])
  })
}

/** Where others push to it; what pushes may be on its own host only, so any address is right. */
function receiversOf(cell: Cell, component: Component, exporter: ExporterSettings, host: string) {
  const { receives } = exporterFormOf(component, exporter) ?? {}
  const words = wordsOn(exporter, host)
  if (words.listen.wrong) return []
  const where = atKeyOf(cell, 'exporters', exporter.job)
  const base = { ...baseOf(cell), component, host, label: `what ${component} receives` }
  return receivedAt(words, receives).map(one => ({ ...base, arranged: true, where, ...one }))
}

function pushgatewaysOf(cell: Cell): readonly Occupant[] {
  const { pushgateway } = cell
  if (!pushgateway) return []
  const listen = atValueOf(cell, ['pushgateway', 'listen'])
  const one = { ...baseOf(cell), component: 'pushgateway' }
  return (['active', 'passive'] as const).flatMap(key =>
    occupants({ ...one, host: pushgateway[key], label: `the ${key} Pushgateway` }, pushgateway, listen),
  )
}

function probersOf(cell: Cell): readonly Occupant[] {
  const { blackbox } = cell
  if (!blackbox) return []
  const listen = atValueOf(cell, ['blackbox', 'listen'])
  const one = { ...baseOf(cell), component: 'blackbox_exporter', label: 'the blackbox exporter' }
  return blackbox.hosts.flatMap(host => occupants({ ...one, host }, blackbox, listen))
}

function proxiesOf(cell: Cell, cells: readonly Cell[]): readonly Occupant[] {
  const base = { ...baseOf(cell), component: 'haproxy', arranged: true }
  const found = listenersOf(cell, cells).flatMap(listener => {
    const { path, hosts, listen } = listener
    const where = atValueOf(cell, [...path, 'port'])
    return hosts.map(host => ({ ...base, host, label: listenerLabel(listener), endpoint: listen, where }))
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
  return vipsOf(cell).flatMap(({ path, hosts }) =>
    hosts.map(host => ({ ...base, host, where: atKeyOf(cell, path[0]) })),
  )
}

function firewallsOf(cell: Cell, cells: readonly Cell[]): readonly Occupant[] {
  const base = { ...baseOf(cell), component: 'firewall', label: 'the firewall' }
  const hosts = cell.firewall ? closedHosts(cell, cells) : storeHosts(cell)
  return hosts.map(host => ({ ...base, host, where: atKeyOf(cell, cell.firewall ? 'firewall' : 'storage') }))
}
