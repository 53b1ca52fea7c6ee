/** The two Pushgateways of a cell. */
import type { PushgatewaySettings, YamlMap } from '../inventory/model.ts'
import { pathPrefix, telemetryPath } from '../inventory/served-path.ts'
import { wordsOn } from '../inventory/words-on.ts'
import { entranceOf } from './entrance.ts'
import { type Hosts, memberOf } from './members.ts'
import type { Job, Member } from './model.ts'

/** The active one first, as the inventory says; which of the two it is later is a matter of what happened. */
export function pushgatewaysOf(settings: PushgatewaySettings, hosts: Hosts): readonly Member[] {
  return [settings.active, settings.passive].map(host => memberOf(host, settings, hosts))
}

/**
 * The one that is active, by the address that leads to it: what was pushed to it must not be there twice. It bears no
 * host's labels, since it is on another host at another time.
 */
export function pushgatewayJob(settings: PushgatewaySettings): Job {
  const { failover, listen } = settings
  const metricsPath = gatewayMetricsPath(settings)
  return {
    name: 'pushgateway',
    ...(metricsPath === '/metrics' ? {} : { metricsPath }),
    // What pushed says whose the series are.
    honorLabels: true,
    targets: [{ ...entranceOf('pushgateway', failover, listen), labels: {} }],
  }
}

export function gatewayMetricsPath(settings: PushgatewaySettings): string {
  const { flags } = wordsOn(settings, settings.active)
  return `${pathPrefix(flags)}${telemetryPath(flags)}`
}

/**
 * Of each by itself only what it says of itself, so that somebody is told where the one in waiting is down. All that is
 * pushed has a job of its own, which Prometheus keeps under this name where it does not honour it.
 */
export const nothingPushed: readonly YamlMap[] = [
  { source_labels: ['exported_job'], regex: '.+', action: 'drop' },
]
