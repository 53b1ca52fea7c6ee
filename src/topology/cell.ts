/** One cell: who is what to whom in it. */
import type { AlertmanagerSettings } from '../../roles/alertmanager/settings.ts'
import type { PrometheusSettings } from '../../roles/prometheus/settings/schema.ts'
import { layoutsOf } from '../../roles/storage/stores.ts'
import { defined } from '../diagnostic/defined.ts'
import { clusterListenOn } from '../inventory/cell/words-on.ts'
import type { Cell, Endpoint, YamlMap } from '../inventory/model.ts'
import { defaultReplicaLabel } from '../inventory/upstream/labels.ts'
import { intervalOf } from '../inventory/value/duration.ts'
import { isWildcard } from '../inventory/value/endpoint.ts'
import { isIp } from '../inventory/value/names.ts'
import type { Advertised } from './address/advertise.ts'
import { movingAddressesOf, type RouterIds } from './address/moving.ts'
import { peeredOf, proxiesOf } from './address/proxies.ts'
import { collectionOf, federateJob } from './federate.ts'
import { firewallRulesOf } from './firewall-rules.ts'
import { scrapeJobs } from './jobs.ts'
import { probeJobs, probersOf } from './member/blackbox.ts'
import { exporterProbeJobs, exportersOf } from './member/exporters.ts'
import { grafanasOf } from './member/grafana.ts'
import { type Hosts, memberOf } from './member/members.ts'
import { gatewayMetricsPath, nothingPushed, pushgatewayJob, pushgatewaysOf } from './member/pushgateway.ts'
import { replicasOf } from './member/replicas.ts'
import type { CellTopology, FileTarget, Member, Peer, StorePrograms } from './model.ts'
import { datasourcesOfStores } from './store/datasources.ts'
import { storeOwners, storesOf } from './store/programs.ts'
import { sinksOf } from './store/sinks.ts'

/** What a cell may look at outside itself. */
interface Site {
  readonly hosts: Hosts
  readonly cells: readonly Cell[]
  readonly routerIds: RouterIds
  /** Of hosts whose address is a name: what was found when they were asked. */
  readonly advertised?: ReadonlyMap<string, Advertised>
}

/** The topology of one cell. What the user's own `remote_write` needs of the replica label is left to the user. */
export function cellTopology(cell: Cell, site: Site): CellTopology {
  const { hosts } = site
  const { prometheus, alertmanager, pushgateway, blackbox } = cell
  const replicas = prometheus ? replicasOf(cell, prometheus, hosts) : []
  const peers = alertmanager ? peersOf(alertmanager, site) : []
  const exporterSettings = Object.entries(cell.exporters ?? {})
  const exporters = exporterSettings.map(([component, settings]) => exportersOf(component, settings, hosts))
  const pushgateways = pushgateway ? pushgatewaysOf(pushgateway, hosts) : []
  const probers = blackbox ? probersOf(blackbox, hosts) : []
  const stores = storesOf(cell, site)
  const grafanas = grafanasOf(cell, hosts)
  const sinks = sinksOf(cell, site)
  const proxies = proxiesOf(cell, { replicas, pushgateways, probers, stores, grafanas }, site)
  const movingAddresses = movingAddressesOf(cell, { pushgateways, probers }, site.routerIds, hosts)
  const peered = peeredOf({ movingAddresses, proxies })
  const parts = { replicas, peers, exporters, pushgateways, probers, stores, grafanas, proxies, peered }
  const collection = collectionOf(cell, site.cells, hosts)
  const replicaLabel = prometheus?.replicaLabel ?? defaultReplicaLabel
  return {
    name: cell.name,
    hosts: cell.hosts,
    replicaLabel,
    ...parts,
    sinks,
    storeDatasources: datasourcesOfStores(cell, site),
    movingAddresses,
    firewallRules: firewallRulesOf(cell, parts),
    jobs: [
      ...scrapeJobs(
        [
          { name: 'prometheus', members: replicas },
          { name: 'alertmanager', members: peers },
          ...exporters.map(({ job, members, metricsPath }) => ({ name: job, members, metricsPath })),
          {
            name: 'pushgateway-hosts',
            members: pushgateways,
            ...(pushgateway && { metricsPath: gatewayMetricsPath(pushgateway) }),
            metricRelabelConfigs: nothingPushed,
          },
          { name: 'blackbox-hosts', members: probers },
          ...[...stores, ...sharedStores(cell, site)].map(storeTargets),
          { name: 'grafana', members: grafanas },
        ],
        hosts,
      ),
      ...(pushgateway ? [pushgatewayJob(pushgateway)] : []),
      ...(blackbox ? probeJobs(blackbox, probers) : []),
      ...exporterSettings.flatMap(([component, settings]) => exporterProbeJobs(component, settings, hosts)),
      ...(collection ? [federateJob(collection)] : []),
    ],
    ...(collection ? { collection } : {}),
    ...(prometheus && prometheus.remoteWrite.length + sinks.length > 0
      ? {
          remoteWrite: {
            interval: intervalOf(prometheus.global.scrape_interval),
            names: sinks.map(sink => sink.name),
          },
        }
      : {}),
    ...(prometheus ? defined({ handover: handoverOf(cell, prometheus) }) : {}),
    fileTargets: prometheus ? fileTargets(prometheus) : [],
    externalLabels: prometheus ? externalLabels(cell.name, prometheus) : {},
    alertRelabelConfigs: [
      { action: 'labeldrop', regex: replicaLabel } satisfies YamlMap,
      ...(prometheus?.alertRelabelConfigs ?? []),
    ],
  }
}

/** The longest that one of its own stores asks for. */
function handoverOf({ storage }: Cell, { global }: PrometheusSettings): number | undefined {
  const intervals = layoutsOf(storage).flatMap(({ handover }) => handover ?? [])
  return intervals.length > 0 ? Math.max(...intervals) * intervalOf(global.scrape_interval) : undefined
}

/** The store that another cell has. This cell scrapes it, too, since that cell may have no Prometheus. */
function sharedStores(cell: Cell, site: Site) {
  const others = storeOwners(cell, site.cells).filter(owner => owner !== cell)
  return others.flatMap(other => storesOf(other, site))
}

/** Where its metrics are told, which may be beside where it is asked. */
function storeTargets({ job, members, scraped }: StorePrograms) {
  const dropped: YamlMap = { source_labels: ['__name__'], regex: scraped?.unkept ?? '', action: 'drop' }
  return {
    name: job,
    members: members.map(one => ({ ...one, port: scraped?.port ?? one.port })),
    ...(scraped && { metricRelabelConfigs: [dropped] }),
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
