/** Do the Alertmanagers of a cell form one cluster? */
import { joinHostPort } from '../../inventory/endpoint.ts'
import type { CellTopology, Peer } from '../../topology/model.ts'
import { type AlertmanagerStatus, paths } from '../answers.ts'
import { each, few, type Program, type Question, question, type Verdict } from '../view.ts'

/**
 * `alertmanager.cluster`: every member is settled and sees all members, and no stranger. `programs`: the members that are
 * installed; the others are no strangers.
 */
export function cluster(cell: CellTopology, programs: readonly Program[]): Question {
  const id = 'alertmanager.cluster'
  const expected = cell.peers.filter(({ host }) => programs.some(program => program.host === host))
  const count = expected.length
  if (cell.peers.length < 2) {
    return question(id, cell.name, [], () => ({
      status: 'warn',
      detail: 'there is one Alertmanager only, so there is no cluster',
      remedy: 'Name a second host under alertmanager, on another machine.',
    }))
  }
  return question(id, cell.name, each(programs, paths.status), bodies => {
    for (const [index, body] of bodies.entries()) {
      const verdict = lacking(
        (body as AlertmanagerStatus).cluster,
        expected,
        cell.peers,
        programs[index]?.host ?? '',
      )
      if (verdict) return verdict
    }
    return { status: 'pass', detail: `${count} of ${count} peers, seen by every member` }
  })
}

type Cluster = AlertmanagerStatus['cluster']

function lacking(
  seen: Cluster,
  peers: readonly Peer[],
  known: readonly Peer[],
  host: string,
): Verdict | undefined {
  const members = seen.peers ?? []
  const found = (peer: Peer) => members.find(member => isPeer(member, peer))
  const missing = peers.filter(peer => !found(peer)).map(peer => peer.peerName)
  const strangers = members.filter(member => !known.some(peer => isPeer(member, peer)))
  // A cluster address that is a name, with an Alertmanager too old for peer names, leaves only the count to go by.
  const unnamed = missing.length > 0 && missing.length === strangers.length && peers.some(nameOnly)
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
      detail: `${host} sees ${peers.length - missing.length} of ${peers.length} peers; missing ${few(missing)}`,
      remedy: `Let the hosts reach each other at ${few(peers.map(peer => joinHostPort(peer.cluster)))}, TCP and UDP.`,
    }
  }
  return {
    status: 'fail',
    detail: `${host} sees a stranger in the cluster: ${few(strangers.map(({ name, address }) => `${name} at ${address}`))}`,
    remedy:
      'Take it out of the cluster; a member that was replaced is forgotten after the reconnect time-out.',
  }
}

function isPeer(member: { name: string; address: string }, peer: Peer): boolean {
  return (
    member.name === peer.peerName ||
    member.address === joinHostPort(peer.cluster) ||
    (peer.advertise !== undefined && member.address === joinHostPort(peer.advertise))
  )
}

function nameOnly(peer: Peer): boolean {
  return peer.advertise === undefined
}
