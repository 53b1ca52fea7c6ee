/** The probers of a cell, and what they are asked to probe. */
import type { BlackboxSettings } from '../../../roles/blackbox_exporter/settings.ts'
import { joinHostPort } from '../../inventory/value/endpoint.ts'
import { serviceEndpoint } from '../address/service-endpoint.ts'
import type { Job, Member } from '../model.ts'
import { jobsOfProbes } from '../probe-job.ts'
import { type Hosts, memberOf } from './members.ts'

export function probersOf(settings: BlackboxSettings, hosts: Hosts): readonly Member[] {
  return settings.hosts.map(host => memberOf(host, settings, hosts))
}

/** One job a probe: `blackbox`, `blackbox-2` and so on. */
export function probeJobs(settings: BlackboxSettings, probers: readonly Member[]): readonly Job[] {
  const { failover, listen, probes } = settings
  const [only] = probers
  const prober = failover
    ? serviceEndpoint('blackbox', failover, listen).address
    : only === undefined
      ? undefined
      : joinHostPort(only)
  if (prober === undefined) return []
  const path = `${only?.pathPrefix ?? ''}/probe`
  return jobsOfProbes(probes, { name: 'blackbox', path, address: prober })
}
