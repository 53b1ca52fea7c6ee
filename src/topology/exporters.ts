/** The exporters of a cell, and what they are asked to probe. */
import { exporterFormOf } from '../../roles/index.ts'
import { joinHostPort } from '../inventory/endpoint.ts'
import type { Component, ExporterSettings } from '../inventory/model.ts'
import { wordsOn } from '../inventory/words-on.ts'
import { type Hosts, memberOf } from './members.ts'
import type { Exporters, Job } from './model.ts'
import { numbered, probeJob } from './probe-job.ts'

/** All of one component. */
export function exportersOf(component: Component, settings: ExporterSettings, hosts: Hosts): Exporters {
  const [first = ''] = settings.hosts
  const { metricsPath = '/metrics', pathFlag = 'web.telemetry-path' } =
    exporterFormOf(component, settings) ?? {}
  return {
    component,
    job: settings.job,
    // The path is the same on all of its hosts.
    metricsPath: String(wordsOn(settings, first).flags[pathFlag] ?? metricsPath),
    members: settings.hosts.map(host => memberOf(host, settings, hosts)),
  }
}

/** One job a probe: `KEY-probe`, `KEY-probe-2` and so on. */
export function exporterProbeJobs(
  component: Component,
  settings: ExporterSettings,
  hosts: Hosts,
): readonly Job[] {
  const { probe } = exporterFormOf(component, settings) ?? {}
  const [host] = settings.hosts
  if (host === undefined || !probe) return []
  const prober = memberOf(host, settings, hosts)
  return (settings.probes ?? []).map((one, index) => ({
    ...probeJob({
      ...one,
      name: numbered(`${settings.job}-probe`, index),
      path: `${prober.pathPrefix ?? ''}${probe.path}`,
      prober: joinHostPort(prober),
    }),
    foreign: true,
  }))
}
