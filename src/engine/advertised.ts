/** The advertised address of each Alertmanager whose host has a name as its address: the hosts resolve the name. */

import { few } from '../diagnostic/few.ts'
import { type Problem, warning } from '../diagnostic/problem.ts'
import { type Advertised, advertisedOf, type Heard, isNamed } from '../topology/advertise.ts'
import type { Topology } from '../topology/model.ts'
import type { RunRequest } from './api.ts'
import type { HostSession } from './hosts.ts'
import { type Prepared, prepareWith } from './prepare.ts'

/** What was prepared, and the sessions, once the hosts have said how they resolve the names; the same if none was asked. */
export function withAdvertised(
  prepared: Prepared,
  sessions: readonly HostSession[],
  request: Pick<RunRequest, 'inventory' | 'selection'>,
): { readonly prepared: Prepared; readonly sessions: readonly HostSession[] } {
  const heard = new Map(sessions.flatMap(session => heardOf(session)))
  if (heard.size === 0) return { prepared, sessions }
  const found = new Map<string, Advertised>(
    prepared.topology.cells.flatMap(({ peers }) => [...advertisedOf(peers, heard)]),
  )
  const known = prepareWith(prepared.artifacts, request, found)
  return {
    prepared: known,
    sessions: sessions.map(session => ({
      ...session,
      instances: known.instances.filter(({ host }) => host === session.host.name),
    })),
  }
}

function heardOf({ host, observed }: HostSession): readonly [string, Heard][] {
  const { lookups, addresses } = observed ?? {}
  return lookups && addresses ? [[host.name, { ...lookups, addresses }]] : []
}

/** A warning for each Alertmanager whose name its peers cannot resolve. */
export function unresolvedWarnings({ cells }: Topology): readonly Problem[] {
  return cells.flatMap(({ peers }) =>
    peers.filter(isNamed).flatMap(({ host, cluster, advertise, resolved }) => {
      if (!resolved || resolved.from === 'others' || peers.length < 2) return []
      if (resolved.from === 'kept' && resolved.deaf.length === 0) return []
      const name = cluster.address
      const summary =
        resolved.deaf.length > 0
          ? `${few(resolved.deaf)} cannot resolve ${name} to an address that leads to ${host}`
          : `no other Alertmanager was asked which address ${name} has`
      const chosen = advertise
        ? `Alertmanager on ${host} advertises ${advertise.address}.`
        : `Alertmanager on ${host} advertises the first private address that it finds, and does not start without one.`
      return warning(summary, {
        host,
        detail: `A loopback address does not count. ${chosen}`,
        remedy: `Set the \`address:\` of ${host} to its IP address in the inventory; the name can stay under its \`ssh: host:\`.`,
      })
    }),
  )
}
