/** VictoriaMetrics as a long-term store: how it is written to and read from. */
import type { Endpoint } from '../../src/inventory/model.ts'
import { milliseconds } from '../../src/inventory/value/duration.ts'
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import { queryPaths } from '../storage/queries.ts'
import type { Preferred, StoreDefinition, StoreLayout, StoreProgram, Writer } from '../storage/store.ts'
import { clusterComponents } from './cluster/components.ts'
import { clusterLayout, readBySelect } from './cluster/layout.ts'
import { storagePorts } from './cluster/programs.ts'
import type { ClusterPart } from './cluster/settings.ts'
import { victoriaMetrics } from './component.ts'
import { readersMayAlso } from './readers.ts'
import { buildVictoriaMetrics, type VictoriaMetricsSettings, victoriaMetricsSchema } from './settings.ts'

const component = victoriaMetrics.name
const paths = queryPaths(['', '/prometheus'], readersMayAlso('', ''))

export const victoriaMetricsStore: StoreDefinition<'victoriametrics'> = {
  key: 'victoriametrics',
  schema: victoriaMetricsSchema,
  build: buildVictoriaMetrics,
  rules: 'victoriametrics/rules/victoriametrics.yml',
  within: ['select', 'cluster.storage', 'cluster.insert', 'cluster.select'],
  components: [victoriaMetrics, ...clusterComponents],
  layout: settings => {
    const { cluster, read, write } = settings
    return cluster && write ? clusterLayout(cluster, { read, write }) : nodesLayout(settings)
  },
}

function nodesLayout(settings: VictoriaMetricsSettings): StoreLayout {
  const { select } = settings
  return {
    programs: [
      {
        ...{ component, label: 'VictoriaMetrics', settings, hosts: settings.hosts },
        path: ['storage', 'victoriametrics'],
        ...(select && {
          otherPorts: [storagePorts.select],
          readBy: new Map([[storagePorts.select, ['vmselect']]]),
        }),
      },
      ...(select ? [selectProgram(select)] : []),
    ],
    // Every replica to every node, without a balancer: each node is whole, and fills its own holes from both queues.
    writes: members =>
      members(component).map(member => ({
        name: `victoriametrics-${member.host}`,
        url: `http://${joinHostPort(member)}/api/v1/write`,
        member: member.host,
        replicaLabel: 'dropped',
      })),
    ...(select ? readBySelect(settings.read) : readByNodes(settings)),
  }
}

function selectProgram(settings: ClusterPart): StoreProgram {
  return {
    ...{ component: 'vmselect', label: 'vmselect', settings, hosts: settings.hosts },
    path: ['storage', 'victoriametrics', 'select'],
  }
}

/** Each node is whole but for its own holes, so readers are led to one that has none. */
function readByNodes(settings: VictoriaMetricsSettings): Pick<StoreLayout, 'datasources' | 'read'> {
  const { read } = settings
  return {
    datasources: members => {
      const named = read
        ? [{ name: 'VictoriaMetrics', url: urlOf({ address: read.vip.address, port: read.port }) }]
        : members(component).map(one => ({ name: `VictoriaMetrics ${one.host}`, url: urlOf(one) }))
      // So its own datasources say: it answers as a Prometheus of that version does.
      return named.map(one => ({ ...one, jsonData: { prometheusVersion: '2.24.0' } }))
    },
    ...(read && {
      read: {
        ...{ ...read, to: component, readyPath: '/health', paths },
        preferred: writers => preferredNodes(writers, settings.retention),
      },
    }),
  }
}

function urlOf(endpoint: Endpoint): string {
  return `http://${joinHostPort(endpoint)}`
}

/** Days after which a node that was replaced still differs from one that was not. */
const ages = [730, 365, 180, 90, 30, 7, 1]
const day = 86_400_000

/**
 * Whether a node has no hole in the last 15 minutes and is not behind, by what the replicas say of themselves; and among those, which
 * had samples long ago. Each query reads an hour and a quarter of a few series.
 */
function preferredNodes(writers: readonly Writer[], retention: string): Preferred | undefined {
  if (writers.length === 0) return undefined
  const interval = Math.max(...writers.map(writer => writer.interval)) / 1000
  const cells = writers.map(({ cell }) => cell.replaceAll('.', '[.]')).join('|')
  const up = `up{job="prometheus",cell=~"${cells}"}`
  const noHole = `max(rollup_scrape_interval(${up}[15m],"max")) < ${interval * 2.5}`
  const notBehind = `max(time()-tlast_over_time(${up}[15m])) < ${interval + 10}`
  const now = `(${noHole}) and (${notBehind})`
  // What it is about to delete says nothing.
  const kept = ages.filter(age => age * day < (milliseconds(retention) ?? 0) - day)
  return {
    path: requestOf(now),
    answer: '"result":[{',
    older: kept.map(age => ({
      age: `${age}d`,
      path: requestOf(`${now} and count(last_over_time(${up}[1h] offset ${age}d))`),
    })),
  }
}

function requestOf(query: string): string {
  const encoded = encodeURIComponent(query).replaceAll(
    /[!'()*~]/g,
    one => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `/api/v1/query?nocache=1&query=${encoded}`
}
