/** What Grafana asks: the pair, each replica, the stores, the Alertmanagers. Nothing of it holds a secret. */
import { createHash } from 'node:crypto'
import type { Cell, Endpoint } from '../../src/inventory/model.ts'
import { asWritten } from '../../src/inventory/text/as-written.ts'
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import type { CellTopology, Member } from '../../src/topology/model.ts'
import type { StoreDatasource } from '../storage/store.ts'

/** By which the shipped dashboards know the pair. */
const pairUid = 'promha-prometheus'

interface Datasource {
  readonly name: string
  readonly uid: string
  readonly type: 'prometheus' | 'alertmanager'
  readonly access: 'proxy'
  readonly url: string
  readonly editable: false
  readonly isDefault?: true
  readonly jsonData: Readonly<Record<string, unknown>>
}

/** In the form of its provisioning. `version`: Prometheus' own. */
export function datasourcesOf(cell: Cell, topology: CellTopology, version: string | undefined) {
  const interval = asWritten(cell.prometheus?.global ?? {}, 'scrape_interval')
  const datasources = [
    ...prometheuses(cell, topology, asked(interval, version)),
    ...topology.storeDatasources.map(one => ofStore(one, interval)),
    ...topology.peers.map(alertmanager),
  ]
  return { apiVersion: 1, prune: true, datasources }
}

function alertmanager(peer: Member): Datasource {
  const jsonData = { implementation: 'prometheus', handleGrafanaManagedAlerts: false }
  const url = urlOf(peer, peer.pathPrefix)
  return { ...base(`Alertmanager ${peer.host}`), type: 'alertmanager', url, jsonData }
}

/** What all that answer PromQL have. `manageAlerts`: its rules are files. */
function asked(interval: string | undefined, version?: string) {
  return {
    httpMethod: 'POST',
    manageAlerts: false,
    prometheusType: 'Prometheus',
    ...(version === undefined ? {} : { prometheusVersion: version }),
    ...(interval === undefined ? {} : { timeInterval: interval }),
  }
}

/** The pair by its address, else by its first replica; and each replica by itself, since no two ever hold quite the same. */
function prometheuses(
  { loadbalancer }: Cell,
  { replicas }: CellTopology,
  jsonData: Datasource['jsonData'],
): readonly Datasource[] {
  const [first] = replicas
  if (!first) return []
  const type = 'prometheus'
  const address = loadbalancer && { address: loadbalancer.vip.address, port: loadbalancer.port }
  const url = urlOf(address ?? first, first.pathPrefix)
  return [
    { ...base('Prometheus', pairUid), type, url, isDefault: true, jsonData },
    ...replicas.map((one): Datasource => {
      return { ...base(`Prometheus ${one.name}`), type, url: urlOf(one, one.pathPrefix), jsonData }
    }),
  ]
}

function ofStore({ name, url, jsonData }: StoreDatasource, interval: string | undefined): Datasource {
  return { ...base(name), type: 'prometheus', url, jsonData: { ...asked(interval), ...jsonData } }
}

function base(name: string, uid = uidOf(name)) {
  return { name, uid, access: 'proxy', editable: false } as const
}

/** The same for the same name, so that dashboards may name it. Grafana takes forty plain characters. */
function uidOf(name: string): string {
  const plain = `promha-${name.toLowerCase().replaceAll(' ', '-')}`
  // Behind the kind stands a name, and two of these may not become one: am.1 and am-1, a and A.
  const isPlain = /^[A-Za-z0-9_-]+( [a-z0-9_-]+)?$/.test(name) && plain.length <= 40
  return isPlain ? plain : `promha-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`
}

function urlOf(endpoint: Endpoint, prefix = ''): string {
  return `http://${joinHostPort(endpoint)}${prefix}`
}
