/** What a cell collects from other cells. */
import type { Cell } from '../inventory/model.ts'
import { intervalOf } from '../inventory/value/duration.ts'
import { joinHostPort } from '../inventory/value/endpoint.ts'
import type { Hosts } from './member/members.ts'
import { replicasOf } from './member/replicas.ts'
import type { Collection, Job } from './model.ts'

/** Every replica of every cell that is named, so that the loss of one leaves no gap. */
export function collectionOf(
  { federation, prometheus }: Cell,
  cells: readonly Cell[],
  hosts: Hosts,
): Collection | undefined {
  if (!federation) return undefined
  const sources = federation.from.flatMap(name => {
    const source = cells.find(cell => cell.name === name)
    if (!source?.prometheus) return []
    const { replicaLabel } = source.prometheus
    return [{ cell: name, replicaLabel, replicas: replicasOf(source, source.prometheus, hosts) }]
  })
  if (sources.length === 0) return undefined
  const interval = intervalOf(prometheus?.global.scrape_interval)
  const changed = sources.flatMap(({ cell, replicaLabel }) => [
    'cell',
    replicaLabel,
    ...Object.keys(cells.find(({ name }) => name === cell)?.prometheus?.externalLabels ?? {}),
  ])
  return { match: federation.match, changed: [...new Set(changed)], interval, sources }
}

/** A replica label goes by its values. No target has a label of its own: series without that label would get it, and be two. */
export function federateJob({ match, sources }: Collection): Job {
  const replicaLabels = [...new Set(sources.map(({ replicaLabel }) => replicaLabel))].sort()
  return {
    name: 'federate',
    metricsPath: '/federate',
    honorLabels: true,
    params: { 'match[]': match },
    metricRelabelConfigs: replicaLabels.map(label => {
      const named = sources.filter(({ replicaLabel }) => replicaLabel === label)
      const regex = anyOf(named.flatMap(({ replicas }) => replicas.map(({ name }) => name)))
      return { source_labels: [label], regex, target_label: label, replacement: '' }
    }),
    targets: sources.flatMap(({ replicas }) =>
      replicas.map(replica => {
        const { host, port, pathPrefix } = replica
        // Internal, and gone before anything is stored.
        const labels = pathPrefix === undefined ? {} : { __metrics_path__: `${pathPrefix}/federate` }
        return { address: joinHostPort(replica), instance: `${host}:${port}`, labels }
      }),
    ),
  }
}

/** A regular expression of these names and no others, as Prometheus reads it: it has to match the whole value. */
export function anyOf(names: readonly string[]): string {
  const quoted = names.map(name => name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  return [...new Set(quoted)].sort().join('|')
}
