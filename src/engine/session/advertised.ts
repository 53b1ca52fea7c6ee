/** The advertised address of each Alertmanager whose host has a name as its address: the hosts resolve the name. */
import { listFirst } from '../../diagnostic/list-first.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import { type Advertised, advertisedOf, hasUnknownAddress } from '../../topology/address/advertise.ts'
import type { Topology } from '../../topology/model.ts'
import type { RunRequest } from '../api.ts'
import type { HostRun } from '../host-run.ts'
import { type Prepared, prepareWith } from '../prepare.ts'
import { sessionProblem } from './messages.ts'

/** What was prepared, and the hosts, once the hosts have said how they resolve the names; the same if none was asked. */
export function withAdvertised(
  prepared: Prepared,
  runs: readonly HostRun[],
  request: Pick<RunRequest, 'inventory' | 'selection'>,
): { readonly prepared: Prepared; readonly runs: readonly HostRun[] } {
  const heard = new Map(
    runs.flatMap(({ host, session: { observed } }) => {
      const { lookups, addresses } = observed ?? {}
      return lookups && addresses ? [[host.name, { ...lookups, addresses }] as const] : []
    }),
  )
  if (heard.size === 0) return { prepared, runs }
  const found = new Map<string, Advertised>(
    prepared.topology.cells.flatMap(({ peers }) => [...advertisedOf(peers, heard)]),
  )
  const known = prepareWith(prepared.artifacts, request, found)
  const desiredOn = (name: string) => known.instances.filter(({ host }) => host === name)
  return { prepared: known, runs: runs.map(run => ({ ...run, desired: desiredOn(run.host.name) })) }
}

/** A warning for each Alertmanager whose name its peers cannot resolve. */
export function unresolvedWarnings({ cells }: Topology): readonly Problem[] {
  return cells.flatMap(({ peers }) =>
    peers.filter(hasUnknownAddress).flatMap(({ host, cluster, advertise, resolved }) => {
      if (!resolved || resolved.from === 'others' || peers.length < 2) return []
      if (resolved.from === 'kept' && resolved.deaf.length === 0) return []
      const name = cluster.address
      const summary =
        resolved.deaf.length > 0
          ? `${listFirst(resolved.deaf)} cannot resolve ${name} to an address that leads to ${host}`
          : `no other Alertmanager was asked which address ${name} has`
      return sessionProblem.nameUnresolved({ host }, summary, host, advertise?.address)
    }),
  )
}
