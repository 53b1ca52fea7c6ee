/** Do the Alertmanagers of a cell form one cluster? */
import { listFirst } from '../../../src/diagnostic/list-first.ts'
import { joinHostPort, parseEndpoint } from '../../../src/inventory/value/endpoint.ts'
import type { CellTopology, Peer } from '../../../src/topology/model.ts'
import { api, type Cluster } from '../../../src/verify/answer/answers.ts'
import { type CheckDefinition, type CheckVerdict, defineCheck } from '../../../src/verify/answer/view.ts'
import { each, type Program } from '../../../src/verify/ask/question.ts'

/** `alertmanager.cluster`: every member is settled and sees all installed ones at their own addresses, and no stranger. */
export function cluster(cell: CellTopology, programs: readonly Program[]): CheckDefinition {
  const id = 'alertmanager.cluster'
  const expected = cell.peers.filter(({ host }) => programs.some(program => program.host === host))
  const count = expected.length
  if (cell.peers.length < 2) {
    return defineCheck(id, cell.name, {}, () => ({
      status: 'warn',
      detail: 'there is one Alertmanager only, so there is no cluster',
      remedy: 'Name a second host under alertmanager, on another machine.',
    }))
  }
  return defineCheck(id, cell.name, { statuses: each(programs, api.status) }, ({ statuses }) => {
    const gone = cell.peers.filter(peer => !expected.includes(peer))
    const views = statuses.map(({ program: { host }, answer: { cluster: seen } }) => {
      const peers = seen.peers?.filter(member => !gone.some(peer => isPeer(member, peer))) ?? []
      return { host, cluster: { ...seen, peers } }
    })
    for (const { host, cluster: seen } of views) {
      const verdict = lacking(seen, expected, host)
      if (verdict) return verdict
    }
    const detail = `${count} of ${count} peers, seen by every member`
    return shared(views) ?? misplaced(views, expected) ?? { status: 'pass', detail }
  })
}

function lacking(seen: Cluster, peers: readonly Peer[], host: string): CheckVerdict | undefined {
  const members = seen.peers ?? []
  const found = (peer: Peer) => members.find(member => isPeer(member, peer))
  const missing = peers.filter(peer => !found(peer)).map(peer => peer.peerName)
  const strangers = members.filter(member => !peers.some(peer => isPeer(member, peer)))
  // A cluster address that is a name, with an Alertmanager too old for peer names, leaves only the count to go by.
  const unnamed =
    missing.length > 0 &&
    missing.length === strangers.length &&
    peers.some(({ advertise }) => advertise === undefined)
  if (unnamed || (missing.length === 0 && strangers.length === 0)) {
    if (seen.status === 'ready') return undefined
    return {
      status: 'fail',
      detail: `${host} sees ${members.length} of ${peers.length} peers, and is ${seen.status} still`,
      remedy: 'Wait until gossip has settled, then run verify again.',
    }
  }
  if (missing.length > 0) {
    return {
      status: 'fail',
      detail: `${host} sees ${peers.length - missing.length} of ${peers.length} peers; missing ${listFirst(missing)}`,
      remedy: `Let the hosts reach each other at ${listFirst(peers.map(peer => joinHostPort(peer.cluster)))}, TCP and UDP.`,
    }
  }
  return {
    status: 'fail',
    detail: `${host} sees a stranger in the cluster: ${listFirst(strangers.map(({ name, address }) => `${name} at ${address}`))}`,
    remedy:
      'Take it out of the cluster; a member that was replaced is forgotten after the reconnect time-out.',
  }
}

interface ClusterView {
  readonly host: string
  readonly cluster: Cluster
}

/** Two members at one address: what is sent to one of them reaches the other, or neither. */
function shared(views: readonly ClusterView[]): CheckVerdict | undefined {
  const names = new Map<string, Set<string>>()
  for (const { name, address } of views.flatMap(({ cluster: seen }) => seen.peers ?? []))
    names.set(canonical(address), (names.get(canonical(address)) ?? new Set()).add(name))
  const [address, twins] = [...names].find(([, all]) => all.size > 1) ?? []
  if (address === undefined || twins === undefined) return undefined
  return {
    status: 'fail',
    detail: `${listFirst([...twins].sort())} advertise one address, ${address}, so they cannot reach each other`,
    remedy:
      'Run `promha apply`. If it changes nothing, set `address:` of each of these hosts to its own IP address in the inventory.',
    afterFailure: '',
  }
}

/** A member that others are sent to elsewhere than the inventory says, or that two members see at two addresses. */
function misplaced(views: readonly ClusterView[], peers: readonly Peer[]): CheckVerdict | undefined {
  const seenAt = new Map<string, string>()
  for (const { host, cluster: seen } of views) {
    for (const { name, address } of seen.peers ?? []) {
      const peer = peers.find(one => one.peerName === name)
      // What a name stands for today is no promise: only an apply follows it.
      const wanted = peer?.resolved ? undefined : peer?.advertise
      const expected = wanted ? joinHostPort(wanted) : seenAt.get(name)
      seenAt.set(name, address)
      if (expected === undefined || canonical(address) === canonical(expected)) continue
      return {
        status: 'fail',
        detail: `${host} sees ${name} at ${address}; expected ${expected}`,
        remedy: `Run \`promha apply\`. If it changes nothing, run \`systemctl restart alertmanager\` on ${peer?.host ?? 'that host'}.`,
        afterFailure: '',
      }
    }
  }
  return undefined
}

/** One spelling of each address: Go writes the shortest one. */
function canonical(address: string): string {
  const endpoint = parseEndpoint(address)
  return endpoint ? joinHostPort(endpoint) : address
}

/** Whether a member of a cluster, as an Alertmanager reports it, is that peer. */
export function isPeer(member: { name: string; address: string }, peer: Peer): boolean {
  return (
    member.name === peer.peerName ||
    member.address === joinHostPort(peer.cluster) ||
    (peer.advertise !== undefined && member.address === joinHostPort(peer.advertise))
  )
}
