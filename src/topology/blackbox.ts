/** The probers of a cell, and what they are asked to probe. */
import { joinHostPort } from '../inventory/endpoint.ts'
import type { BlackboxSettings } from '../inventory/model.ts'
import { entranceOf } from './entrance.ts'
import { type Hosts, memberOf } from './members.ts'
import type { Job, Member } from './model.ts'

export function probersOf(settings: BlackboxSettings, hosts: Hosts): readonly Member[] {
  return settings.hosts.map(host => memberOf(host, settings, hosts))
}

/**
 * One job a probe: `blackbox`, then `blackbox-2` and so on, so that a probe that is added at the end renames none. The
 * module is a label, by which probes are told apart whatever their job is called.
 */
export function probeJobs(settings: BlackboxSettings, probers: readonly Member[]): readonly Job[] {
  const { failover, listen, probes } = settings
  const [only] = probers
  const prober = failover
    ? entranceOf('blackbox', failover, listen).address
    : only === undefined
      ? undefined
      : joinHostPort(only)
  if (prober === undefined) return []
  return probes.map(({ module, targets, labels, interval, timeout }, index) => ({
    name: index === 0 ? 'blackbox' : `blackbox-${index + 1}`,
    metricsPath: `${only?.pathPrefix ?? ''}/probe`,
    params: { module: [module] },
    ...(interval === undefined ? {} : { interval }),
    ...(timeout === undefined ? {} : { timeout }),
    relabelConfigs: [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { target_label: '__address__', replacement: prober },
    ],
    targets: targets.map(target => ({ address: target, instance: target, labels: { module, ...labels } })),
  }))
}
