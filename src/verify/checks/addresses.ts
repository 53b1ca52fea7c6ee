/** Do the addresses that move lead somewhere, each from one host? */

import { few } from '../../diagnostic/few.ts'
import { joinHostPort } from '../../inventory/endpoint.ts'
import { isUp } from '../../shell/diagnose.ts'
import { type HostState, hasAddress } from '../../shell/host-state.ts'
import type { CellTopology, Frontend, MovingAddress } from '../../topology/model.ts'
import { proxyHealth, proxyStatisticsPath } from '../../topology/proxy.ts'
import { hostProgram, statePath } from '../host-ask.ts'
import { each, type Need, type Program, type Question, question, type Verdict } from '../view.ts'

/**
 * `vip.one_holder`: one of its hosts has the address, one only, and keepalived of all the others could take it over.
 * `others`: hosts that tell of themselves anyway, and may not have it.
 */
export function oneHolder(
  cell: CellTopology,
  { name, address, members }: MovingAddress,
  others: readonly string[],
): Question {
  const strangers = others.filter(other => !members.some(({ host }) => host === other))
  const hosts = [...members.map(({ host }) => host), ...strangers]
  const needs = hosts.map((host): Need => ({ program: hostProgram(host), path: statePath }))
  return question('vip.one_holder', `${cell.name}/${name}`, needs, bodies => {
    const holders = members.filter((_, index) => hasAddress(bodies[index] as HostState, address))
    const names = holders.map(({ host }) => host)
    const taken = strangers.filter((_, index) =>
      hasAddress(bodies[members.length + index] as HostState, address),
    )
    const all = members.map(({ host }) => host).join(' and ')
    if (taken.length > 0)
      return {
        status: 'fail',
        detail: `${taken.join(' and ')} ${taken.length === 1 ? 'has' : 'have'} ${address}, which is for ${all} only`,
        remedy: `Take it from there: see \`ip address\`, and what else holds addresses there.`,
      }
    if (names.length === 1) {
      const has = `${names[0]} has ${address}`
      const unfit = members.flatMap(({ host }, index) =>
        unfitKeeper(host, bodies[index] as HostState, address),
      )
      if (unfit.length === 0) return { status: 'pass', detail: has }
      return {
        status: 'fail',
        detail: `${has}, but ${few(unfit)} and could not take it over`,
        remedy: `See journalctl -u promha-keepalived on ${all}, and restart it where it does not run well.`,
      }
    }
    if (names.length === 0)
      return {
        status: 'fail',
        detail: `no host has ${address}`,
        remedy: `See journalctl -u promha-keepalived on ${all}: a host whose own program is not healthy does not take the address.`,
      }
    return {
      status: 'fail',
      detail: `${names.join(' and ')} have ${address} at once`,
      remedy: `Let ${all} hear each other: VRRP is IP protocol 112, not TCP and not UDP.`,
    }
  })
}

/** Why keepalived of a host could not take the address over. */
function unfitKeeper(host: string, { keepalived, moving }: HostState, address: string): readonly string[] {
  // The file of what it knows is there before it runs, too: where it ends again and again, at times.
  if (!isUp(keepalived))
    return [`keepalived of ${host} does not run (systemd says ${keepalived || 'nothing'})`]
  return hasAddress({ addresses: moving }, address) ? [] : [`keepalived of ${host} does not know it`]
}

/** `loadbalancer.answers`: the address answers from wherever it is asked, and all its servers are up behind it. */
export function loadbalancerAnswers(cell: CellTopology, proxies: readonly Program[]): readonly Question[] {
  const frontends = frontendsOf(cell, 'loadbalancer')
  return frontends.map(frontend => {
    const through = proxies.map(
      (proxy): Program => ({
        ...proxy,
        local: frontend.listen,
        instance: `${proxy.host} through its address`,
      }),
    )
    const own = proxies.map(statistics)
    const answers = each(through, frontend.checkPath)
    return question('loadbalancer.answers', cell.name, [...answers, ...own], bodies => {
      const down = downBehind(frontend, proxies, bodies.slice(answers.length))
      const where = joinHostPort(frontend.listen)
      if (down.length > 0) return lackingServers(`${where} answers, but ${few(down)}`)
      const names = frontend.servers.map(({ host }) => host)
      const verb = names.length === 1 ? 'is' : 'are'
      return { status: 'pass', detail: `${where} answers; ${names.join(' and ')} ${verb} up behind it` }
    })
  })
}

/** `haproxy.servers`: each HAProxy sees all that it leads to up. */
export function proxyServers(cell: CellTopology, proxy: Program): readonly Question[] {
  const own = cell.proxies.find(({ host }) => host === proxy.host)?.frontends ?? []
  const frontends = own.filter(({ name }) => name !== 'loadbalancer')
  if (frontends.length === 0) return []
  return [
    question('haproxy.servers', `${proxy.host}/haproxy`, [statistics(proxy)], bodies => {
      const down = frontends.flatMap(frontend => downBehind(frontend, [proxy], bodies))
      if (down.length > 0) return lackingServers(few(down))
      const count = frontends.reduce((sum, { servers }) => sum + servers.length, 0)
      return { status: 'pass', detail: `${count} of ${count} servers up` }
    }),
  ]
}

function lackingServers(detail: string): Verdict {
  return {
    status: 'fail',
    detail,
    remedy: 'See that the program runs there, and that the hosts reach each other at its port.',
  }
}

function frontendsOf({ proxies }: CellTopology, name: string): readonly Frontend[] {
  const found = proxies.flatMap(({ frontends }) => frontends).filter(frontend => frontend.name === name)
  return found.slice(0, 1)
}

function statistics(proxy: Program): Need {
  return { program: { ...proxy, local: proxyHealth }, path: `${proxyStatisticsPath};csv` }
}

/** `mon-b is down behind the HAProxy of mon-a`. Throws a TypeError where the bodies are no statistics. */
function downBehind(
  { name, servers }: Frontend,
  proxies: readonly Program[],
  bodies: readonly unknown[],
): readonly string[] {
  return proxies.flatMap((proxy, index) => {
    const rows = csv(bodies[index])
    return servers
      .filter(
        ({ host }) =>
          !/^UP\b/.test(rows.find(row => row.pxname === name && row.svname === host)?.status ?? ''),
      )
      .map(({ host }) => `${name} of ${host} is not up behind the HAProxy of ${proxy.host}`)
  })
}

function csv(body: unknown): readonly Readonly<Record<string, string>>[] {
  if (typeof body !== 'string' || !body.startsWith('# ')) throw new TypeError('no statistics')
  const [head = '', ...lines] = body.slice(2).split('\n')
  const names = head.split(',')
  return lines.map(line => Object.fromEntries(line.split(',').map((value, at) => [names[at] ?? '', value])))
}
