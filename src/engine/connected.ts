/** Does a changed program stand in touch with the Alertmanagers of its cell again? */

import { few } from '../diagnostic/few.ts'
import { error, type Problem } from '../diagnostic/problem.ts'
import { joinHostPort } from '../inventory/endpoint.ts'
import type { Endpoint } from '../inventory/model.ts'
import { isIp } from '../inventory/names.ts'
import type { Instance } from '../resource/model.ts'
import { resourceId } from '../resource/model.ts'
import type { Reached } from '../shell/host-state.ts'
import type { Peer } from '../topology/model.ts'
import { type AlertmanagerStatus, data, paths, readAnswer, readCluster } from '../verify/answers.ts'
import { authority } from '../verify/checks/prometheus.ts'
import { itself, reachPath } from '../verify/host-ask.ts'
import { type Ask, AskError } from '../verify/model.ts'
import type { Clock } from './soak.ts'
import { prefixOf } from './targets.ts'

/** Milliseconds; a packet may be lost, and a busy host let one wait. */
const reachPatience = 5_000
/** Milliseconds; a cluster settles in about ten seconds, and tries a lost member again every ten. */
const usualPatience = 120_000
const interval = 500

interface ConnectedRequest {
  readonly instance: Instance
  /** The Alertmanagers that it is to be in touch with: those that were up before the change. */
  readonly peers: readonly Peer[]
  readonly ask: Ask
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Milliseconds. */
  readonly patience?: number
  /** Told what is still awaited, each time that changes. */
  readonly onWait: (note: string) => void
}

/**
 * undefined once a Prometheus sends to all of them, or an Alertmanager has settled and sees all of them; also for any
 * other component, where nothing can ask, and where the signal is aborted.
 */
export async function awaitConnected(request: ConnectedRequest): Promise<Problem | undefined> {
  const { instance, clock, signal, onWait, patience = usualPatience } = request
  if (instance.component !== 'prometheus' && instance.component !== 'alertmanager') return undefined
  const began = clock.now()
  let told = ''
  while (!signal.aborted) {
    const lacks = await lack(request)
    if (lacks === undefined) return undefined
    if (lacks !== told) onWait(lacks)
    told = lacks
    if (clock.now() - began >= patience) return unconnected(instance, lacks, patience)
    await clock.pause(interval)
  }
  return undefined
}

/** What it still lacks, in words that follow its name. */
async function lack({ instance, peers, ask }: ConnectedRequest): Promise<string | undefined> {
  try {
    if (instance.component === 'prometheus') return lackOfSinks(await sinksOf(ask, instance), peers)
    return lackOfPeers(await clusterOf(ask, instance), peers)
  } catch (cause) {
    if (cause instanceof AskError && cause.reason === 'impossible') return undefined
    return `cannot be asked for its Alertmanagers: ${cause instanceof Error ? cause.message : String(cause)}`
  }
}

function lackOfSinks(sinks: ReadonlySet<string>, peers: readonly Peer[]): string | undefined {
  const missing = peers.filter(peer => !sinks.has(authority(`http://${joinHostPort(peer)}`)))
  return missing.length === 0 ? undefined : `does not send to ${few(missing.map(joinHostPort))} yet`
}

function lackOfPeers(cluster: AlertmanagerStatus['cluster'], peers: readonly Peer[]): string | undefined {
  if (cluster.status === 'disabled') return undefined
  const missing = peers.filter(peer => !isSeen(cluster, peer))
  if (missing.length > 0 && !isCounted(cluster, peers))
    return `does not see its peers ${few(missing.map(peer => peer.peerName))} yet`
  return cluster.status === 'ready' ? undefined : 'has not settled in its cluster yet'
}

/** `HOST:PORT` of each Alertmanager that it sends to. */
async function sinksOf(ask: Ask, instance: Instance): Promise<ReadonlySet<string>> {
  const found = data<{ activeAlertmanagers: readonly { url: string }[] }>(
    readAnswer(paths.alertmanagers, await answerOf(ask, instance, paths.alertmanagers)),
  )
  return new Set(found.activeAlertmanagers.map(({ url }) => authority(url)))
}

async function clusterOf(ask: Ask, instance: Instance): Promise<AlertmanagerStatus['cluster']> {
  return readCluster(await answerOf(ask, instance, paths.status))
}

/** Those of the peers that it is in touch with now; all of them where it does not say. */
export async function connectedNow(
  ask: Ask,
  instance: Instance,
  peers: readonly Peer[],
): Promise<readonly Peer[]> {
  if (instance.component !== 'alertmanager') return peers
  const cluster = await clusterOf(ask, instance).catch(() => undefined)
  return cluster === undefined || isCounted(cluster, peers)
    ? peers
    : peers.filter(peer => isSeen(cluster, peer))
}

/**
 * Says where an Alertmanager and its peers get no answer from each other at the addresses of the inventory. They may be in
 * touch all the same: one that runs with its old command line still calls the others from where it is, and that is gone
 * with its own restart. Who is known by a name is not tried, since names may take their time.
 */
export async function unreachedPeers(request: ReachRequest): Promise<Problem | undefined> {
  const { instance, peers, clock, signal } = request
  if (instance.component !== 'alertmanager' || peers.length === 0) return undefined
  const began = clock.now()
  while (!signal.aborted) {
    const missing = await unreached(request).catch(() => undefined)
    if (missing === undefined) return undefined
    if (clock.now() - began >= reachPatience) return unreachable(instance, missing)
    await clock.pause(interval)
  }
  return undefined
}

interface ReachRequest extends Omit<ConnectedRequest, 'patience' | 'onWait'> {
  /** Itself, as the others are to reach it; absent where that is not known. */
  readonly own?: Peer
}

interface Unreached {
  /** In words that follow the program's name. */
  readonly said: string
  /** Whose addresses may be wrong. */
  readonly hosts: readonly string[]
}

async function unreached({ instance, own, peers, ask }: ReachRequest): Promise<Unreached | undefined> {
  const cluster = await clusterOf(ask, instance)
  if (cluster.status === 'disabled') return undefined
  const lost = await notReached(ask, instance.host, cluster, peers)
  if (lost.length > 0) {
    const places = lost.map(peer => `${peer.host} at ${joinHostPort(peer.cluster)}`)
    return { said: `does not reach ${few(places)}`, hosts: lost.map(({ host }) => host) }
  }
  if (own === undefined || !isIp(own.cluster.address)) return undefined
  const tried = await Promise.all(peers.map(({ host }) => tryFrom(ask, host, [own]).catch(() => undefined)))
  // It listens by now, so a refusal is another machine's.
  const deaf = peers.filter((_, index) => [tried[index]?.silent, tried[index]?.refused].flat().includes(own))
  if (deaf.length === 0) return undefined
  const names = few(deaf.map(({ host }) => host))
  return { said: `is not reached by ${names} at ${joinHostPort(own.cluster)}`, hosts: [own.host] }
}

/**
 * Who is seen at its address needs no answer. One that refuses may only listen there once it is changed, unless it was at
 * that port before.
 */
async function notReached(
  ask: Ask,
  host: string,
  { peers: seen = [] }: AlertmanagerStatus['cluster'],
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

async function answerOf(ask: Ask, { host, health }: Instance, path: string): Promise<string> {
  const whole = `${prefixOf(health.readyPath)}${path}`
  const { status, body } = await ask(host, health.address, health.port, whole)
  if (status !== 200) throw new Error(`${whole} answers ${status}`)
  return body
}

/** An old Alertmanager whose peers go by names of hosts, or by other addresses yet, leaves only the count to go by. */
function isCounted({ peers: seen = [] }: AlertmanagerStatus['cluster'], peers: readonly Peer[]): boolean {
  return seen.length > peers.length
}

function isSeen({ peers = [] }: AlertmanagerStatus['cluster'], peer: Peer): boolean {
  const addresses = [peer.cluster, ...(peer.advertise ? [peer.advertise] : [])].map(joinHostPort)
  return peers.some(({ name, address }) => name === peer.peerName || addresses.includes(address))
}

function unreachable({ component, host, service }: Instance, { said, hosts }: Unreached): Problem {
  return error(`${component} is ready, but ${said}`, {
    host,
    resource: resourceId(service),
    remedy: `see that \`address\` of ${few(hosts)} is right, and let the hosts reach each other at the cluster port, TCP and UDP, then run the command again`,
  })
}

function unconnected(instance: Instance, lacks: string, patience: number): Problem {
  const { component, host } = instance
  return error(`${component} is ready, but ${lacks.replace(/ yet$/, '')} within ${patience / 1000} s`, {
    host,
    resource: resourceId(instance.service),
    remedy:
      component === 'prometheus'
        ? `see what its page /status and journalctl -u ${component} on ${host} say of Alertmanagers`
        : 'let the hosts reach each other at the cluster port, TCP and UDP, then run the command again',
  })
}
