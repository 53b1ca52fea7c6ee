/** One cell: who is what to whom in it. */
import { isWildcard } from '../inventory/endpoint.ts'
import type {
  AlertmanagerSettings,
  Cell,
  Endpoint,
  Host,
  PrometheusSettings,
  YamlMap,
} from '../inventory/model.ts'
import { isIpAddress, localEndpoint } from './address.ts'
import { scrapeJobs } from './jobs.ts'
import type { CellTopology, FileTarget, Member, Peer, Replica } from './model.ts'
import { pathPrefix, telemetryPath } from './path.ts'

type Hosts = ReadonlyMap<string, Host>

const defaultReplicaLabel = 'prometheus_replica'

/**
 * The topology of one cell, whose host names all stand in `hosts`.
 *
 * `remote_write` is not part of it: in upstream form it is the user's own, and Prometheus adds the external labels,
 * the replica's among them, to all that it sends. What a sink needs beyond that (Thanos wants the label,
 * VictoriaMetrics wants it dropped) only the user knows there, and says with `write_relabel_configs`.
 */
export function cellTopology(cell: Cell, hosts: Hosts): CellTopology {
  const { prometheus, alertmanager, nodeExporter } = cell
  const replicas = prometheus ? replicasOf(prometheus, hosts) : []
  const peers = alertmanager ? peersOf(alertmanager, hosts) : []
  const nodeExporters = nodeExporter
    ? nodeExporter.hosts.map(host => memberOf(host, nodeExporter.listen, '', hosts))
    : []
  const replicaLabel = prometheus?.replicaLabel ?? defaultReplicaLabel
  return {
    name: cell.name,
    replicaLabel,
    replicas,
    peers,
    nodeExporters,
    jobs: scrapeJobs(
      [
        { name: 'prometheus', members: replicas, metricsPath: metricsPath(replicas) },
        { name: 'alertmanager', members: peers, metricsPath: metricsPath(peers) },
        { name: 'node', members: nodeExporters, metricsPath: telemetryPath(nodeExporter?.flags ?? {}) },
      ],
      hosts,
    ),
    fileTargets: prometheus ? fileTargets(prometheus) : [],
    externalLabels: prometheus ? externalLabels(cell.name, prometheus) : {},
    alertRelabelConfigs: [
      { action: 'labeldrop', regex: replicaLabel } satisfies YamlMap,
      ...(prometheus?.alertRelabelConfigs ?? []),
    ],
  }
}

function fileTargets(prometheus: PrometheusSettings): readonly FileTarget[] {
  return Object.entries(prometheus.targets).flatMap(([job, groups]) =>
    groups.flatMap(({ targets, labels }) => {
      const own = Object.entries((labels ?? {}) as YamlMap).map(([name, value]) => [name, String(value)])
      const addresses = Array.isArray(targets) ? targets : []
      return addresses.map(address => ({ job, address: String(address), labels: Object.fromEntries(own) }))
    }),
  )
}

/** The replica's name comes from the unit's environment. */
function externalLabels(cell: string, prometheus: PrometheusSettings): Readonly<Record<string, string>> {
  return { cell, ...prometheus.externalLabels, [prometheus.replicaLabel]: '${REPLICA}' }
}

function replicasOf(settings: PrometheusSettings, hosts: Hosts): readonly Replica[] {
  const prefix = pathPrefix(settings.flags)
  return settings.replicas.map(({ name, host }) => ({
    name,
    ...memberOf(host, settings.listen, prefix, hosts),
  }))
}

function peersOf(settings: AlertmanagerSettings, hosts: Hosts): readonly Peer[] {
  const prefix = pathPrefix(settings.flags)
  return settings.hosts
    .map(host => peerOf(memberOf(host, settings.listen, prefix, hosts), settings.clusterListen))
    .sort((a, b) => (a.peerName < b.peerName ? -1 : 1))
}

function peerOf(member: Member, listen: Endpoint): Peer {
  const cluster = { address: member.address, port: listen.port }
  const advertised = [cluster.address, listen.address].find(
    address => isIpAddress(address) && !isWildcard(address),
  )
  return {
    ...member,
    peerName: member.host,
    cluster,
    ...(advertised === undefined ? {} : { advertise: { address: advertised, port: listen.port } }),
  }
}

function memberOf(name: string, listen: Endpoint, prefix: string, hosts: Hosts): Member {
  const host = hosts.get(name)
  if (!host) throw new RangeError(`the inventory names no host ${name}`)
  return {
    host: name,
    address: host.address,
    port: listen.port,
    local: localEndpoint(listen),
    ...(prefix === '' ? {} : { pathPrefix: prefix }),
  }
}

function metricsPath(members: readonly Member[]): string {
  return `${members[0]?.pathPrefix ?? ''}/metrics`
}
