/** The probers of a cell, and what they are asked to probe. */
import { joinHostPort } from '../inventory/endpoint.ts'
import type { BlackboxSettings } from '../inventory/model.ts'
import { entranceOf } from './entrance.ts'
import { type Hosts, memberOf } from './members.ts'
import type { Job, Member } from './model.ts'
import { numbered, probeJob } from './probe-job.ts'

export function probersOf(settings: BlackboxSettings, hosts: Hosts): readonly Member[] {
  return settings.hosts.map(host => memberOf(host, settings, hosts))
}

/** One job a probe: `blackbox`, `blackbox-2` and so on. */
export function probeJobs(settings: BlackboxSettings, probers: readonly Member[]): readonly Job[] {
  const { failover, listen, probes } = settings
  const [only] = probers
  const prober = failover
    ? entranceOf('blackbox', failover, listen).address
    : only === undefined
      ? undefined
      : joinHostPort(only)
  if (prober === undefined) return []
  return probes.map(({ module, ...one }, index) =>
    probeJob({
      ...one,
      name: numbered('blackbox', index),
      path: `${only?.pathPrefix ?? ''}/probe`,
      prober,
      parameters: { module },
    }),
  )
}
