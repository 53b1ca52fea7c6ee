/** The exporters of a cell, and what they are asked to probe. */
import type { ExporterDefinition } from '../../roles/exporters/definition.ts'
import { definitionOf } from '../../roles/index.ts'
import { joinHostPort } from '../inventory/endpoint.ts'
import type { Component, ExporterSettings } from '../inventory/model.ts'
import { wordsOn } from '../inventory/words-on.ts'
import { type Hosts, memberOf } from './members.ts'
import type { Exporters, Job } from './model.ts'

/** All of one component. */
export function exportersOf(component: Component, settings: ExporterSettings, hosts: Hosts): Exporters {
  const [first = ''] = settings.hosts
  const { metricsPath = '/metrics', pathFlag = 'web.telemetry-path' } = formOf(component, settings)
  return {
    component,
    job: settings.job,
    // The path is the same on all of its hosts.
    metricsPath: String(wordsOn(settings, first).flags[pathFlag] ?? metricsPath),
    members: settings.hosts.map(host => memberOf(host, settings, hosts)),
  }
}

function formOf(component: Component, { definition }: ExporterSettings): Partial<ExporterDefinition> {
  return definition ?? definitionOf(component).exporter ?? {}
}

/**
 * One job a probe: `KEY-probe`, then `KEY-probe-2` and so on, so that a probe that is added at the end renames none. Its
 * parameters are labels, by which probes are told apart whatever their job is called.
 */
export function exporterProbeJobs(
  component: Component,
  settings: ExporterSettings,
  hosts: Hosts,
): readonly Job[] {
  const { probe } = formOf(component, settings)
  const [host] = settings.hosts
  if (host === undefined || !probe) return []
  const prober = memberOf(host, settings, hosts)
  const { job } = settings
  return (settings.probes ?? []).map(({ parameters, targets, labels, interval, timeout }, index) => ({
    name: index === 0 ? `${job}-probe` : `${job}-probe-${index + 1}`,
    foreign: true,
    metricsPath: `${prober.pathPrefix ?? ''}${probe.path}`,
    params: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]])),
    ...(interval === undefined ? {} : { interval }),
    ...(timeout === undefined ? {} : { timeout }),
    relabelConfigs: [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { target_label: '__address__', replacement: joinHostPort(prober) },
    ],
    targets: targets.map(target => ({
      address: target,
      instance: target,
      labels: { ...parameters, ...labels },
    })),
  }))
}
