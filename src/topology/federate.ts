/** What a cell collects from other cells. */
import { intervalOf } from '../inventory/duration.ts'
import { joinHostPort } from '../inventory/endpoint.ts'
import type { Cell } from '../inventory/model.ts'
import type { Hosts } from './members.ts'
import type { Collection, Job } from './model.ts'
import { replicasOf } from './replicas.ts'

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

/**
 * Their replica labels are taken away by value: what another cell, or a program of its own, has under such a name stays.
 * By the label `cell` they could not be told apart: what came through a cell bears that one's replica label and the name of
 * the cell it is of. No target bears a label of its own: a series that did not have it would get it, and be two.
 */
export function federateJob({ match, sources }: Collection): Job {
  const replicaLabels = [...new Set(sources.map(({ replicaLabel }) => replicaLabel))].sort()
  return {
    name: 'federate',
    metricsPath: '/federate',
    honorLabels: true,
    params: { 'match[]': match },
    metricRelabelConfigs: replicaLabels.map(label => ({
      source_labels: [label],
      regex: anyOf(
        sources.flatMap(({ replicaLabel, replicas }) =>
          replicaLabel === label ? replicas.map(({ name }) => name) : [],
        ),
      ),
      target_label: label,
      replacement: '',
    })),
    targets: sources.flatMap(({ replicas }) =>
      replicas.map(replica => ({
        address: joinHostPort(replica),
        instance: `${replica.host}:${replica.port}`,
        // Internal, and gone before anything is stored.
        labels:
          replica.pathPrefix === undefined ? {} : { __metrics_path__: `${replica.pathPrefix}/federate` },
      })),
    ),
  }
}

/** A regular expression of these names and no others, as Prometheus reads it: it has to match the whole value. */
export function anyOf(names: readonly string[]): string {
  const quoted = names.map(name => name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  return [...new Set(quoted)].sort().join('|')
}
