/** Do the addresses that move lead somewhere, each from one host, and are promha's ports closed to strangers? */
import { joinHostPort } from '../../inventory/endpoint.ts'
import { unitOf } from '../../resource/model.ts'
import { isUp } from '../../shell/diagnose.ts'
import { type HostState, hasAddress, type Reached } from '../../shell/host-state.ts'
import { firewallRules, peerRules } from '../../shell/layout.ts'
import type { CellTopology, Frontend, Guarded, MovingAddress, Peered } from '../../topology/model.ts'
import { proxyHealth, proxyPeerPort, proxyStatisticsPath } from '../../topology/proxy.ts'
import { hostProgram, reachPath, statePath } from '../host-ask.ts'
import {
  each,
  few,
  type Need,
  type Program,
  type Question,
  question,
  type Verdict,
  type View,
} from '../view.ts'

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
        detail: `nobody has ${address}`,
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

/** A host that is asked to try the ports of another one, though it is none of those that may. */
export interface Stranger {
  readonly host: string
  readonly targets: readonly { readonly address: string; readonly port: number }[]
}

/** A host of the cell that no rule of `guarded` lets in, with what it is to try; undefined where there is none. */
export function strangerTo(
  cell: CellTopology,
  guarded: Guarded,
  usable: (host: string) => boolean,
): Stranger | undefined {
  const known = addressesOf(cell)
  const own = known.get(guarded.host)
  if (own === undefined) return undefined
  // From the host itself on, so that not all of a fleet ask the same one.
  const all = [...known]
  const at = all.findIndex(([host]) => host === guarded.host)
  const candidates = [...all.slice(at + 1), ...all.slice(0, at)].filter(([host]) => usable(host))
  const tried = candidates.map(([host, address]): Stranger => {
    const lets = (port: number) =>
      guarded.rules.some(rule => rule.protocol === 'tcp' && rule.port === port && rule.from.includes(address))
    const closed = guarded.rules.flatMap(({ protocol, port }) => (protocol === 'tcp' ? [port] : []))
    const ports = [...new Set(closed)].filter(port => !lets(port))
    return { host, targets: ports.map(port => ({ address: own, port })) }
  })
  return tried
    .filter(({ targets }) => targets.length > 0)
    .sort((a, b) => b.targets.length - a.targets.length)[0]
}

function addressesOf(cell: CellTopology): ReadonlyMap<string, string> {
  const { replicas, peers, nodeExporters, pushgateways, probers, proxies } = cell
  const members = [...replicas, ...peers, ...nodeExporters, ...pushgateways, ...probers, ...proxies]
  return new Map(members.map(({ host, address }) => [host, address]))
}

const asItsFileSays = 'the table inet promha is loaded as its file says'

/** `firewall.closed`: promha's table is there as its file says, and what it is to drop is dropped. */
export function firewallClosed(guarded: Guarded, stranger: Stranger | undefined): Question {
  const state: Need = { program: hostProgram(guarded.host), path: statePath }
  const tries = stranger && {
    program: hostProgram(stranger.host),
    path: reachPath(stranger.targets),
  }
  const own = question('firewall.closed', `${guarded.host}/firewall`, [state], bodies => {
    const { table, firewalls } = bodies[0] as HostState
    if (table === 'missing' || table === 'changed')
      return {
        status: 'fail',
        detail:
          table === 'missing'
            ? 'the table inet promha is not loaded'
            : `the table inet promha is not what ${firewallRules} says`,
        remedy: `See journalctl -u promha-firewall on ${guarded.host}, and restart it there.`,
        // It is loaded before its unit counts as started, and put back within a moment.
        settled: true,
      }
    if (firewalls.length === 0)
      return {
        status: 'pass',
        detail:
          table === 'whole'
            ? asItsFileSays
            : 'the table inet promha is loaded; its rules could not be compared there',
      }
    return {
      status: 'warn',
      detail: `${firewalls.join(' and ')} ${firewalls.length === 1 ? 'is' : 'are'} active too, and may drop what promha lets in`,
      remedy: `Open ${portsOf(guarded)} there to those who need them.`,
    }
  })
  if (!tries || !stranger) return own
  return {
    ...own,
    needs: [state, tries],
    judge: view => triedBy(stranger, own.judge(view), view, tries),
  }
}

const peersAsTheirFilesSay = 'the table inet promha_peers is loaded as its files say'

/** A host of the cell without a HAProxy, and the port of the peers that it is to try. */
export function strangerToPeers(
  cell: CellTopology,
  { host, haproxy }: Peered,
  usable: (host: string) => boolean,
): Stranger | undefined {
  if (haproxy === undefined) return undefined
  const rule = { protocol: 'tcp', port: proxyPeerPort, from: haproxy, what: 'haproxy' } as const
  return strangerTo(cell, { host, rules: [rule] }, usable)
}

/**
 * `peers.closed`: keepalived and HAProxy of the host hear members only: their parts of the table are there as their files
 * say, and a host that is no member does not reach the port of the peers. `programs`: those that are selected.
 */
export function peersClosed(
  { host }: Peered,
  programs: readonly (keyof HostState['peers'])[],
  stranger: Stranger | undefined,
): Question {
  const state: Need = { program: hostProgram(host), path: statePath }
  const tries = stranger && { program: hostProgram(stranger.host), path: reachPath(stranger.targets) }
  const own = question('peers.closed', `${host}/peers`, [state], bodies => {
    const { peers } = bodies[0] as HostState
    const open = programs.filter(program => peers[program] === 'missing' || peers[program] === 'changed')
    if (open.length > 0)
      return {
        status: 'fail',
        detail: few(
          open.map(program =>
            peers[program] === 'missing'
              ? `the chain ${program} of the table inet promha_peers is not loaded`
              : `the chain ${program} of the table inet promha_peers is not what ${peerRules(program)} says`,
          ),
        ),
        remedy: `Run \`systemctl reload-or-restart ${open.map(unitOf).join(' ')}\` on ${host}, and see journalctl -u promha-firewall there.`,
        // It is loaded before its program runs, and put back within a moment.
        settled: true,
      }
    const compared = programs.every(program => peers[program] === 'whole')
    return {
      status: 'pass',
      detail: compared
        ? peersAsTheirFilesSay
        : 'the table inet promha_peers is loaded; its rules could not be compared there',
    }
  })
  if (!tries || !stranger) return own
  return {
    ...own,
    needs: [state, tries],
    judge: view => triedBy(stranger, own.judge(view), view, tries),
  }
}

function triedBy(stranger: Stranger, seen: Verdict, view: View, tries: Need): Verdict {
  if (seen.status === 'fail' || seen.status === 'skip') return seen
  const reply = view(tries)
  if (reply.kind !== 'answer') return seen
  const { open, silent } = reply.body as Reached
  const ports = open.map(({ port }) => port)
  if (ports.length > 0)
    return {
      status: 'fail',
      detail: `${stranger.host} reaches ${few(ports.map(String))}, and is none of those that may`,
      remedy: 'See with `nft list ruleset` there what accepts it; promha drops it in a table of its own.',
    }
  // A port that refuses proves nothing: its program may be down.
  const kept = stranger.targets.map(({ port }) => port).filter(port => silent.some(one => one.port === port))
  if (kept.length === 0) return seen
  const said = `${stranger.host} is kept out of ${few(kept.map(String))}`
  const whole = seen.detail === asItsFileSays || seen.detail === peersAsTheirFilesSay
  return { ...seen, detail: whole ? said : `${said}; ${seen.detail}` }
}

function portsOf({ rules }: Guarded): string {
  return few([...new Set(rules.map(({ protocol, port }) => `${port}/${protocol}`))])
}
