/** The exporters of a cell, and what they are asked to probe. */
import { exporterFormOf } from '../../../roles/index.ts'
import { telemetryPath } from '../../inventory/cell/served-path.ts'
import { wordsOn } from '../../inventory/cell/words-on.ts'
import type { Component, ExporterSettings } from '../../inventory/model.ts'
import { joinHostPort } from '../../inventory/value/endpoint.ts'
import type { Exporters, Job } from '../model.ts'
import { jobsOfProbes } from '../probe-job.ts'
import { type Hosts, memberOf } from './members.ts'

/** All of one component. */
export function exportersOf(component: Component, settings: ExporterSettings, hosts: Hosts): Exporters {
  const [first = ''] = settings.hosts
  const { flags } = wordsOn(settings, first)
  return {
    component,
    job: settings.job,
    // The path is the same on all of its hosts.
    metricsPath: telemetryPath(flags, exporterFormOf(component, settings)?.pathFlag),
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
  const of = {
    name: `${settings.job}-probe`,
    path: `${prober.pathPrefix ?? ''}${probe.path}`,
    address: joinHostPort(prober),
  }
  return jobsOfProbes(settings.probes ?? [], of).map(job => ({ ...job, foreign: true }))
}
