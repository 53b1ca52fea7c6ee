/** prometheus.yml as a value, the same for every replica of the cell. */

import { withMember } from '../../src/inventory/as-written.ts'
import { joinHostPort } from '../../src/inventory/endpoint.ts'
import type { PrometheusSettings, Yaml, YamlMap } from '../../src/inventory/model.ts'
import type { CellTopology, Job } from '../../src/topology/model.ts'

/**
 * Upstream's config. `rules` are the rule files relative to it, named one by one: by a pattern a file that someone
 * left there would be loaded on one replica and not on the other.
 */
export function prometheusConfig(
  cell: CellTopology,
  settings: PrometheusSettings,
  rules: readonly string[],
): YamlMap {
  const alertmanagers = [...clusterOf(cell), ...settings.alertmanagers]
  return {
    global: withMember(settings.global, 'external_labels', cell.externalLabels),
    rule_files: rules,
    alerting: {
      alert_relabel_configs: cell.alertRelabelConfigs,
      ...(alertmanagers.length > 0 ? { alertmanagers } : {}),
    },
    scrape_configs: [
      ...cell.jobs.map(scrapeConfig),
      ...Object.keys(settings.targets).map(fileJob),
      ...settings.scrapeConfigs,
    ],
    ...(settings.remoteWrite.length > 0 ? { remote_write: settings.remoteWrite } : {}),
  }
}

/** Every member by itself: behind a balancer only one of them would get an alert. */
function clusterOf({ peers }: CellTopology): readonly YamlMap[] {
  if (peers.length === 0) return []
  const prefix = peers[0]?.pathPrefix
  return [
    {
      ...(prefix === undefined ? {} : { path_prefix: prefix }),
      static_configs: [{ targets: peers.map(joinHostPort) }],
    },
  ]
}

function scrapeConfig(job: Job): YamlMap {
  return {
    job_name: job.name,
    ...(job.interval === undefined ? {} : { scrape_interval: job.interval }),
    ...(job.timeout === undefined ? {} : { scrape_timeout: job.timeout }),
    ...(job.honorLabels ? { honor_labels: true } : {}),
    ...(job.metricsPath === undefined ? {} : { metrics_path: job.metricsPath }),
    ...(job.params === undefined ? {} : { params: job.params }),
    static_configs: job.targets.map(
      (target): Yaml => ({
        targets: [target.address],
        labels: { ...target.labels, instance: target.instance },
      }),
    ),
    ...(job.relabelConfigs === undefined ? {} : { relabel_configs: job.relabelConfigs }),
    ...(job.metricRelabelConfigs === undefined ? {} : { metric_relabel_configs: job.metricRelabelConfigs }),
  }
}

function fileJob(name: string): YamlMap {
  return { job_name: name, file_sd_configs: [{ files: [targetsFile(name)] }] }
}

/** Relative to prometheus.yml. */
export function targetsFile(name: string): string {
  return `file_sd/${name}.yml`
}
