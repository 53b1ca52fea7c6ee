/** The two Pushgateways of a cell. */
import type { PushgatewaySettings } from '../../../roles/pushgateway/settings.ts'
import { pathPrefix, telemetryPath } from '../../inventory/cell/served-path.ts'
import { wordsOn } from '../../inventory/cell/words-on.ts'
import type { YamlMap } from '../../inventory/model.ts'
import { serviceEndpoint } from '../address/service-endpoint.ts'
import { pathUnlessUsual } from '../jobs.ts'
import type { Job, Member } from '../model.ts'
import { type Hosts, memberOf } from './members.ts'

/** The active one first, as the inventory says; which of the two it is later is a matter of what happened. */
export function pushgatewaysOf(settings: PushgatewaySettings, hosts: Hosts): readonly Member[] {
  return [settings.active, settings.passive].map(host => memberOf(host, settings, hosts))
}

/** The active one, by the address that leads to it. No host's labels: it is on another host at another time. */
export function pushgatewayJob(settings: PushgatewaySettings): Job {
  const { failover, listen } = settings
  return {
    name: 'pushgateway',
    ...pathUnlessUsual(gatewayMetricsPath(settings)),
    // What pushed says whose the series are.
    honorLabels: true,
    targets: [{ ...serviceEndpoint('pushgateway', failover, listen), labels: {} }],
  }
}

export function gatewayMetricsPath(settings: PushgatewaySettings): string {
  const { flags } = wordsOn(settings, settings.active)
  return `${pathPrefix(flags)}${telemetryPath(flags)}`
}

/** Of each only what it says of itself, so that one in waiting that is down is told. What is pushed has its own job. */
export const nothingPushed: readonly YamlMap[] = [
  { source_labels: ['exported_job'], regex: '.+', action: 'drop' },
]
