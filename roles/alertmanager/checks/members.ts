/** Does a changed Alertmanager stand in touch with the others of its cell again? */
import { listFirst } from '../../../src/diagnostic/list-first.ts'
import type { Endpoint } from '../../../src/inventory/model.ts'
import { joinHostPort } from '../../../src/inventory/value/endpoint.ts'
import { isIp } from '../../../src/inventory/value/names.ts'
import type { Peer } from '../../../src/topology/model.ts'
import { api, type Cluster } from '../../../src/verify/answer/answers.ts'
import { reach } from '../../../src/verify/ask/host-ask.ts'
import type { Links, Unreached, UnreachedRequest } from '../../../src/verify/checks/facet.ts'
import type { Asking } from '../../../src/verify/model.ts'
import { isPeer } from './cluster.ts'

export const members: Links = {
  lack: async (get, peers) => lacking(await get(api.cluster), peers),
  now: async (get, peers) => {
    const cluster = await get(api.cluster)
    return isCounted(cluster, peers) ? peers : peers.filter(peer => isSeen(cluster, peer))
  },
  unreached,
  remedy: () =>
    'Let the hosts reach each other at the cluster port, TCP and UDP, then run the command again.',
}

function lacking(cluster: Cluster, peers: readonly Peer[]): string | undefined {
  if (cluster.status === 'disabled') return undefined
  const missing = peers.filter(peer => !isSeen(cluster, peer))
  if (missing.length > 0 && !isCounted(cluster, peers))
    return `does not see its peers ${listFirst(missing.map(peer => peer.peerName))} yet`
  return cluster.status === 'ready' ? undefined : 'has not settled in its cluster yet'
}

/** A peer with its old command line is in touch only until its restart. Names may take their time, and are not tried. */
async function unreached(request: UnreachedRequest): Promise<Unreached | undefined> {
  const { get, askHost, host, own, peers } = request
  const cluster = await get(api.cluster)
  if (cluster.status === 'disabled') return undefined
  const lost = await notReached(askHost, host, cluster, peers)
  if (lost.length > 0) {
    const places = lost.map(peer => `${peer.host} at ${joinHostPort(peer.cluster)}`)
    return { said: `does not reach ${listFirst(places)}`, hosts: lost.map(peer => peer.host) }
  }
  if (own === undefined || !isIp(own.cluster.address)) return undefined
  const tried = await Promise.all(
    peers.map(peer => tryFrom(askHost, peer.host, [own]).catch(() => undefined)),
  )
  // It listens by now, so a refusal is another machine's.
  const deaf = peers.filter((_, index) => [tried[index]?.silent, tried[index]?.refused].flat().includes(own))
  if (deaf.length === 0) return undefined
  const names = listFirst(deaf.map(peer => peer.host))
  return { said: `is not reached by ${names} at ${joinHostPort(own.cluster)}`, hosts: [own.host] }
}

/** Who is seen at its address needs no answer. One that refuses may listen there once it is changed. */
async function notReached(
  askHost: Asking['askHost'],
  host: string,
  { peers: seen = [] }: Cluster,
  peers: readonly Peer[],
): Promise<readonly Peer[]> {
  const asked = peers.filter(
    ({ cluster }) => isIp(cluster.address) && !seen.some(({ address }) => address === joinHostPort(cluster)),
  )
  if (asked.length === 0) return []
  const { refused, silent } = await tryFrom(askHost, host, asked)
  const stays = ({ peerName, cluster: { port } }: Peer) =>
    seen.some(({ name, address }) => name === peerName && address.endsWith(`:${port}`))
  return asked.filter(peer => silent.includes(peer) || (refused.includes(peer) && stays(peer)))
}

/** Rejects with an AskError where the host cannot try. */
async function tryFrom(askHost: Asking['askHost'], host: string, peers: readonly Peer[]) {
  const { refused, silent } = await askHost(host, reach(peers.map(({ cluster }) => cluster)))
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
