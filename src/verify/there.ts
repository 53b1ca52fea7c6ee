/** What verify does without the members that are not installed. Pure. */

import { definitions } from '../../roles/index.ts'
import { few } from '../diagnostic/few.ts'
import type { Component } from '../inventory/model.ts'
import type { CellTopology, Frontend } from '../topology/model.ts'
import { behind, doubledIn } from './active.ts'
import type { VerifyInput } from './input.ts'
import type { Question } from './view.ts'

type IsMissing = NonNullable<VerifyInput['missing']>
type Chosen = Pick<VerifyInput, 'hosts' | 'components' | 'missing' | 'tellsMissing'>

/** Members only: jobs and firewall rules stay as the configs have them. */
export function withoutMissing(cell: CellTopology, missing: IsMissing | undefined): CellTopology {
  if (missing === undefined) return cell
  const there =
    (component: Component) =>
    ({ host }: { readonly host: string }) =>
      !missing(host, component)
  const served = (frontend: Frontend): Frontend => {
    const component = behind[frontend.name]
    return component ? { ...frontend, servers: frontend.servers.filter(there(component)) } : frontend
  }
  const { collection } = cell
  return {
    ...cell,
    replicas: cell.replicas.filter(there('prometheus')),
    peers: cell.peers.filter(there('alertmanager')),
    exporters: cell.exporters.map(one => ({ ...one, members: one.members.filter(there(one.component)) })),
    pushgateways: cell.pushgateways.filter(there('pushgateway')),
    probers: cell.probers.filter(there('blackbox_exporter')),
    proxies: cell.proxies
      .filter(there('haproxy'))
      .map(proxy => ({ ...proxy, frontends: proxy.frontends.map(served) })),
    movingAddresses: cell.movingAddresses.map(address => ({
      ...address,
      members: address.members.filter(there('keepalived')),
    })),
    guarded: cell.guarded.filter(there('firewall')),
    peered: cell.peered.map(({ host, keepalived, haproxy }) => ({
      host,
      ...(keepalived && there('keepalived')({ host }) ? { keepalived } : {}),
      ...(haproxy && there('haproxy')({ host }) ? { haproxy } : {}),
    })),
    ...(collection === undefined
      ? {}
      : {
          collection: {
            ...collection,
            sources: collection.sources
              .map(source => ({ ...source, replicas: source.replicas.filter(there('prometheus')) }))
              .filter(({ replicas }) => replicas.length > 0),
          },
        }),
  }
}

/**
 * What compares members, as long as at least `least` of them are there; else a check that says which are not.
 * @param all hosts of all members, of which `left` are there
 */
export function comparing(
  question: Question,
  component: Component,
  all: readonly string[],
  left: readonly string[],
  least = Math.min(2, all.length),
): Question {
  if (left.length >= least) return question
  return without(
    question,
    component,
    all.filter(host => !left.includes(host)),
  )
}

/** One failed check for each program of a cell that is not installed, instead of one for each that needs it. */
export function missingPrograms(
  whole: CellTopology,
  { missing, tellsMissing, hosts, components: selected }: Chosen,
): readonly Question[] {
  if (missing === undefined || !tellsMissing) return []
  return definitions
    .filter(({ name }) => selected.has(name))
    .flatMap(({ name, members, readyCheck }) =>
      [...new Set(hostsOf(members(whole)))]
        .filter(host => hosts.has(host) && missing(host, name))
        .map(
          (host): Question => ({
            id: readyCheck,
            target: `${host}/${name}`,
            needs: [],
            judge: () => ({
              status: 'fail',
              detail: `${name} is not installed on ${host}`,
              remedy: 'Run `promha apply` to install it.',
              settled: true,
            }),
          }),
        ),
    )
}

/** The check, or a skipped one if the address or the HAProxy through which it would ask is not installed. */
export function byWay(
  question: Question,
  whole: CellTopology,
  component: Component,
  missing: IsMissing | undefined,
): Question {
  const way = missingWay(whole, component, missing)
  return way ? without(question, way.by, way.hosts) : question
}

/**
 * What should lead to one of several members and is not installed: keepalived on all hosts of the address, or HAProxy on
 * any of its hosts, since each host asks its own. Undefined if the members can be reached.
 */
export function missingWay(
  whole: CellTopology,
  component: Component,
  missing: IsMissing | undefined,
): { readonly by: Component; readonly hosts: readonly string[] } | undefined {
  if (missing === undefined) return undefined
  const doubled = doubledIn(whole, component)
  if (doubled === undefined) return undefined
  const { by, name } = doubled
  const all = by === 'haproxy' ? hostsOf(whole.proxies) : keepersOf(whole, name)
  const hosts = all.filter(host => missing(host, by))
  const gone = by === 'haproxy' ? hosts.length > 0 : hosts.length === all.length
  return gone ? { by, hosts } : undefined
}

/** Hosts among which the address of that name moves. */
export function keepersOf({ movingAddresses }: CellTopology, name: string): readonly string[] {
  return hostsOf(movingAddresses.find(address => address.name === name)?.members ?? [])
}

export function hostsOf(members: readonly { readonly host: string }[]): readonly string[] {
  return members.map(({ host }) => host)
}

function without(question: Question, component: Component, hosts: readonly string[]): Question {
  return {
    ...question,
    needs: [],
    more: () => [],
    judge: () => ({ status: 'skip', detail: `${component} is not installed on ${few(hosts)}` }),
  }
}
