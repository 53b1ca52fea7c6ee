/** One cell: who is what to whom in it. */
import { isWildcard } from '../inventory/endpoint.ts'
import { defaultReplicaLabel } from '../inventory/labels.ts'
import type { AlertmanagerSettings, Cell, Endpoint, PrometheusSettings, YamlMap } from '../inventory/model.ts'
import { isIp } from '../inventory/names.ts'
import { clusterListenOn } from '../inventory/words-on.ts'
import type { Advertised } from './advertise.ts'
import { probeJobs, probersOf } from './blackbox.ts'
import { exporterProbeJobs, exportersOf } from './exporters.ts'
import { collectionOf, federateJob } from './federate.ts'
import { guardedOf } from './guarded.ts'
import { scrapeJobs } from './jobs.ts'
import { type Hosts, memberOf } from './members.ts'
import type { CellTopology, FileTarget, Member, Peer } from './model.ts'
import { movingAddressesOf, type RouterIds } from './moving.ts'
import { peeredOf } from './peered.ts'
import { proxiesOf } from './proxies.ts'
import { gatewayMetricsPath, nothingPushed, pushgatewayJob, pushgatewaysOf } from './pushgateway.ts'
import { replicasOf } from './replicas.ts'

/** What a cell may look at outside itself. */
interface Site {
  readonly hosts: Hosts
  readonly cells: readonly Cell[]
  readonly routerIds: RouterIds
  /** Of hosts whose address is a name: what was found when they were asked. */
  readonly advertised?: ReadonlyMap<string, Advertised>
}

/**
 * The topology of one cell, whose host names all stand in the site's `hosts`.
 *
 * `remote_write` is not part of it: in upstream form it is the user's own, and Prometheus adds the external labels,
 * the replica's among them, to all that it sends. What a sink needs beyond that (Thanos wants the label,
 * VictoriaMetrics wants it dropped) only the user knows there, and says with `write_relabel_configs`.
 */
export function cellTopology(cell: Cell, site: Site): CellTopology {
  const { hosts } = site
  const { prometheus, alertmanager, pushgateway, blackbox } = cell
  const replicas = prometheus ? replicasOf(cell, prometheus, hosts) : []
  const peers = alertmanager ? peersOf(alertmanager, site) : []
  const exporterSettings = Object.entries(cell.exporters ?? {})
  const exporters = exporterSettings.map(([component, settings]) => exportersOf(component, settings, hosts))
  const pushgateways = pushgateway ? pushgatewaysOf(pushgateway, hosts) : []
  const probers = blackbox ? probersOf(blackbox, hosts) : []
  const proxies = proxiesOf(cell, { replicas, pushgateways, probers }, hosts)
  const movingAddresses = movingAddressesOf(cell, { pushgateways, probers }, site.routerIds, hosts)
  const peered = peeredOf({ movingAddresses, proxies })
  const collection = collectionOf(cell, site.cells, hosts)
  const replicaLabel = prometheus?.replicaLabel ?? defaultReplicaLabel
  return {
    name: cell.name,
    replicaLabel,
    replicas,
    peers,
    exporters,
    pushgateways,
    probers,
    movingAddresses,
    proxies,
    peered,
    guarded: guardedOf(cell, { replicas, peers, exporters, pushgateways, probers, proxies, peered }),
    jobs: [
      ...scrapeJobs(
        [
          { name: 'prometheus', members: replicas, metricsPath: metricsPath(replicas) },
          { name: 'alertmanager', members: peers, metricsPath: metricsPath(peers) },
          ...exporters.map(({ job, members, metricsPath }) => ({ name: job, members, metricsPath })),
          {
            name: 'pushgateway-hosts',
            members: pushgateways,
            metricsPath: pushgateway ? gatewayMetricsPath(pushgateway) : '',
            metricRelabelConfigs: nothingPushed,
          },
          { name: 'blackbox-hosts', members: probers, metricsPath: metricsPath(probers) },
        ],
        hosts,
      ),
      ...(pushgateway ? [pushgatewayJob(pushgateway)] : []),
      ...(blackbox ? probeJobs(blackbox, probers) : []),
      ...exporterSettings.flatMap(([component, settings]) => exporterProbeJobs(component, settings, hosts)),
      ...(collection ? [federateJob(collection)] : []),
    ],
    ...(collection ? { collection } : {}),
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

function peersOf(settings: AlertmanagerSettings, { hosts, advertised }: Site): readonly Peer[] {
  return settings.hosts
    .map(host =>
      peerOf(memberOf(host, settings, hosts), clusterListenOn(settings, host), advertised?.get(host)),
    )
    .sort((a, b) => (a.peerName < b.peerName ? -1 : 1))
}

function peerOf(member: Member, listen: Endpoint, resolved: Advertised | undefined): Peer {
  const cluster = { address: member.address, port: listen.port }
  const known = [cluster.address, listen.address].find(address => isIp(address) && !isWildcard(address))
  const advertised = known ?? resolved?.address
  return {
    ...member,
    peerName: member.host,
    cluster,
    ...(advertised === undefined ? {} : { advertise: { address: advertised, port: listen.port } }),
    ...(known === undefined && resolved ? { resolved } : {}),
  }
}

function metricsPath(members: readonly Member[]): string {
  return `${members[0]?.pathPrefix ?? ''}/metrics`
}
