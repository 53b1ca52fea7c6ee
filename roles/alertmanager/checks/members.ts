/** Does a changed Alertmanager stand in touch with the others of its cell again? */
import { few } from '../../../src/diagnostic/few.ts'
import { joinHostPort } from '../../../src/inventory/endpoint.ts'
import type { Endpoint } from '../../../src/inventory/model.ts'
import { isIp } from '../../../src/inventory/names.ts'
import type { Reached } from '../../../src/shell/host-state.ts'
import type { Peer } from '../../../src/topology/model.ts'
import { type AlertmanagerStatus, paths, readAnswer, readCluster } from '../../../src/verify/answers.ts'
import type { GetBody, Links, Unreached, UnreachedRequest } from '../../../src/verify/facet.ts'
import { itself, reachPath } from '../../../src/verify/host-ask.ts'
import type { Ask } from '../../../src/verify/model.ts'
import { isPeer } from './cluster.ts'

type Cluster = AlertmanagerStatus['cluster']

export const members: Links = {
  lack: async (get, peers) => lacking(await clusterOf(get), peers),
  now: async (get, peers) => {
    const cluster = await clusterOf(get)
    return isCounted(cluster, peers) ? peers : peers.filter(peer => isSeen(cluster, peer))
  },
  unreached,
  remedy: () => 'let the hosts reach each other at the cluster port, TCP and UDP, then run the command again',
}

async function clusterOf(get: GetBody): Promise<Cluster> {
  return readCluster(await get(paths.status))
}

function lacking(cluster: Cluster, peers: readonly Peer[]): string | undefined {
  if (cluster.status === 'disabled') return undefined
  const missing = peers.filter(peer => !isSeen(cluster, peer))
  if (missing.length > 0 && !isCounted(cluster, peers))
    return `does not see its peers ${few(missing.map(peer => peer.peerName))} yet`
  return cluster.status === 'ready' ? undefined : 'has not settled in its cluster yet'
}

/**
 * They may be in touch all the same: one that runs with its old command line still calls the others from where it is, and
 * that is gone with its own restart. Who is known by a name is not tried, since names may take their time.
 */
async function unreached({ get, ask, host, own, peers }: UnreachedRequest): Promise<Unreached | undefined> {
  const cluster = await clusterOf(get)
  if (cluster.status === 'disabled') return undefined
  const lost = await notReached(ask, host, cluster, peers)
  if (lost.length > 0) {
    const places = lost.map(peer => `${peer.host} at ${joinHostPort(peer.cluster)}`)
    return { said: `does not reach ${few(places)}`, hosts: lost.map(peer => peer.host) }
  }
  if (own === undefined || !isIp(own.cluster.address)) return undefined
  const tried = await Promise.all(peers.map(peer => tryFrom(ask, peer.host, [own]).catch(() => undefined)))
  // It listens by now, so a refusal is another machine's.
  const deaf = peers.filter((_, index) => [tried[index]?.silent, tried[index]?.refused].flat().includes(own))
  if (deaf.length === 0) return undefined
  const names = few(deaf.map(peer => peer.host))
  return { said: `is not reached by ${names} at ${joinHostPort(own.cluster)}`, hosts: [own.host] }
}

/**
 * Who is seen at its address needs no answer. One that refuses may only listen there once it is changed, unless it was at
 * that port before.
 */
async function notReached(
  ask: Ask,
  host: string,
  { peers: seen = [] }: Cluster,
  peers: readonly Peer[],
): Promise<readonly Peer[]> {
  const asked = peers.filter(
    ({ cluster }) => isIp(cluster.address) && !seen.some(({ address }) => address === joinHostPort(cluster)),
  )
  if (asked.length === 0) return []
  const { refused, silent } = await tryFrom(ask, host, asked)
  const stays = ({ peerName, cluster: { port } }: Peer) =>
    seen.some(({ name, address }) => name === peerName && address.endsWith(`:${port}`))
  return asked.filter(peer => silent.includes(peer) || (refused.includes(peer) && stays(peer)))
}

/** Rejects with an AskError where the host cannot try. */
async function tryFrom(
  ask: Ask,
  host: string,
  peers: readonly Peer[],
): Promise<{ readonly refused: readonly Peer[]; readonly silent: readonly Peer[] }> {
  const path = reachPath(peers.map(({ cluster }) => cluster))
  const { body } = await ask(host, itself.address, itself.port, path)
  const { refused, silent } = readAnswer(path, body) as Reached
  const among = (places: readonly Endpoint[]) =>
    peers.filter(({ cluster }) =>
      places.some(({ address, port }) => address === cluster.address && port === cluster.port),
    )
  return { refused: among(refused), silent: among(silent) }
}

/** An old Alertmanager whose peers go by names of hosts, or by other addresses yet, leaves only the count to go by. */
function isCounted({ peers: seen = [] }: Cluster, peers: readonly Peer[]): boolean {
  return seen.length > peers.length
}

function isSeen({ peers = [] }: Cluster, peer: Peer): boolean {
  return peers.some(member => isPeer(member, peer))
}
