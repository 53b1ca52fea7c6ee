/** VictoriaMetrics as a long-term store: how it is written to and read from. */
import type { Endpoint } from '../../src/inventory/model.ts'
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import { queryPaths } from '../storage/queries.ts'
import type { StoreDefinition, StoreLayout, Writer } from '../storage/store.ts'
import { clusterComponents } from './cluster/components.ts'
import { clusterLayout } from './cluster/layout.ts'
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
  components: [victoriaMetrics, ...clusterComponents],
  layout: settings => {
    const { cluster, read, write } = settings
    return cluster && write ? clusterLayout(cluster, { read, write }) : nodesLayout(settings)
  },
}

function nodesLayout(settings: VictoriaMetricsSettings): StoreLayout {
  return {
    programs: [
      {
        ...{ component, label: 'VictoriaMetrics', settings, hosts: settings.hosts },
        path: ['storage', 'victoriametrics'],
      },
    ],
    // Every replica to every node, without a balancer: each node is whole, and fills its own holes from both queues.
    writes: members =>
      members(component).map(member => ({
        name: `victoriametrics-${member.host}`,
        url: `http://${joinHostPort(member)}/api/v1/write`,
        member: member.host,
        replicaLabel: 'dropped',
      })),
    datasources: members => {
      const { read } = settings
      const named = read
        ? [{ name: 'VictoriaMetrics', url: urlOf({ address: read.vip.address, port: read.port }) }]
        : members(component).map(one => ({ name: `VictoriaMetrics ${one.host}`, url: urlOf(one) }))
      // So its own datasources say: it answers as a Prometheus of that version does.
      return named.map(one => ({ ...one, jsonData: { prometheusVersion: '2.24.0' } }))
    },
    ...(settings.read && {
      read: { ...settings.read, to: component, readyPath: '/health', preferred, paths },
    }),
  }
}

function urlOf(endpoint: Endpoint): string {
  return `http://${joinHostPort(endpoint)}`
}

/** Whether a node has no hole in the last 15 minutes and is not behind, by what the replicas say of themselves. */
function preferred(writers: readonly Writer[]) {
  if (writers.length === 0) return undefined
  const interval = Math.max(...writers.map(writer => writer.interval)) / 1000
  const cells = writers.map(({ cell }) => cell.replaceAll('.', '[.]')).join('|')
  const up = `up{job="prometheus",cell=~"${cells}"}[15m]`
  const noHole = `max(rollup_scrape_interval(${up},"max")) < ${interval * 2.5}`
  const notBehind = `max(time()-tlast_over_time(${up})) < ${interval + 10}`
  const query = encodeURIComponent(`(${noHole}) and (${notBehind})`).replaceAll(
    /[!'()*~]/g,
    one => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return { path: `/api/v1/query?nocache=1&query=${query}`, answer: '"result":[{' }
}
