/** prometheus.yml as a value, the same for every replica of the cell. */
import { defined } from '../../src/diagnostic/defined.ts'
import type { YamlMap } from '../../src/inventory/model.ts'
import { withMember } from '../../src/inventory/text/as-written.ts'
import { membersOf, recordMembers } from '../../src/inventory/text/place.ts'
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import type { CellTopology, Job } from '../../src/topology/model.ts'
import type { PrometheusSettings } from './settings/schema.ts'

/** Upstream's config. `rules` are named one by one: a pattern could load a file that only one replica has. */
export function prometheusConfig(
  cell: CellTopology,
  settings: PrometheusSettings,
  rules: readonly string[],
): YamlMap {
  const remoteWrite = [...cell.sinks.map(({ entry }) => entry), ...settings.remoteWrite]
  const alertmanagers = [...clusterOf(cell), ...settings.alertmanagers]
  const config = {
    global: withMember(settings.global, 'external_labels', cell.externalLabels),
    ...settings.further,
    rule_files: rules,
    alerting: {
      alert_relabel_configs: cell.alertRelabelConfigs,
      ...(alertmanagers.length > 0 ? { alertmanagers } : {}),
    },
    // One by one, as the rules are.
    ...(settings.jobFiles ? { scrape_config_files: settings.jobFiles.map(file => file.name) } : {}),
    scrape_configs: [
      ...cell.jobs.map(scrapeConfig),
      ...Object.keys(settings.targets).map(name => ({
        job_name: name,
        file_sd_configs: [{ files: [targetsFile(name)] }],
      })),
      ...settings.scrapeConfigs,
    ],
    ...(remoteWrite.length > 0 ? { remote_write: remoteWrite } : {}),
  }
  // What promtool says of a key that only upstream knows is told at the place where the user wrote it.
  recordMembers(config, membersOf(settings.further ?? {}))
  return config
}

/** Every member by itself: behind a balancer only one of them would get an alert. */
function clusterOf({ peers }: CellTopology): readonly YamlMap[] {
  if (peers.length === 0) return []
  const path_prefix = peers[0]?.pathPrefix
  return [{ ...defined({ path_prefix }), static_configs: [{ targets: peers.map(joinHostPort) }] }]
}

function scrapeConfig(job: Job): YamlMap {
  return defined({
    job_name: job.name,
    scrape_interval: job.interval,
    scrape_timeout: job.timeout,
    honor_labels: job.honorLabels,
    metrics_path: job.metricsPath,
    params: job.params,
    static_configs: job.targets.map(({ address, labels, instance }) => ({
      targets: [address],
      labels: { ...labels, instance },
    })),
    relabel_configs: job.relabelConfigs,
    metric_relabel_configs: job.metricRelabelConfigs,
  })
}

/** Relative to prometheus.yml. */
export function targetsFile(name: string): string {
  return `file_sd/${name}.yml`
}
