/** Does a changed program stand in touch with the Alertmanagers of its cell again? */

import { error, type Problem } from '../diagnostic/problem.ts'
import { joinHostPort } from '../inventory/endpoint.ts'
import type { Instance } from '../resource/model.ts'
import { resourceId } from '../resource/model.ts'
import type { Peer } from '../topology/model.ts'
import { type AlertmanagerStatus, data, paths } from '../verify/answers.ts'
import { authority } from '../verify/checks/prometheus.ts'
import { type Ask, AskError } from '../verify/model.ts'
import { few } from '../verify/view.ts'
import type { Clock } from './soak.ts'
import { prefixOf } from './targets.ts'

/** Milliseconds; a cluster settles in about ten seconds, and tries a lost member again every ten. */
const usualPatience = 120_000
const interval = 500

export interface ConnectedRequest {
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
  // An old Alertmanager whose peers go by names of hosts leaves only the count to go by.
  const counts = missing.length > 0 && (cluster.peers?.length ?? 0) > peers.length
  if (missing.length > 0 && !counts)
    return `does not see its peers ${few(missing.map(peer => peer.peerName))} yet`
  return cluster.status === 'ready' ? undefined : 'has not settled in its cluster yet'
}

/** `HOST:PORT` of each Alertmanager that it sends to. */
async function sinksOf(ask: Ask, instance: Instance): Promise<ReadonlySet<string>> {
  const found = data<{ activeAlertmanagers: readonly { url: string }[] }>(
    await answerOf(ask, instance, paths.alertmanagers),
  )
  return new Set(found.activeAlertmanagers.map(({ url }) => authority(url)))
}

async function clusterOf(ask: Ask, instance: Instance): Promise<AlertmanagerStatus['cluster']> {
  return ((await answerOf(ask, instance, paths.status)) as AlertmanagerStatus).cluster
}

/** Those of the peers that it is in touch with now; all of them where it does not say. */
export async function connectedNow(
  ask: Ask,
  instance: Instance,
  peers: readonly Peer[],
): Promise<readonly Peer[]> {
  if (instance.component !== 'alertmanager') return peers
  const cluster = await clusterOf(ask, instance).catch(() => undefined)
  return cluster === undefined ? peers : peers.filter(peer => isSeen(cluster, peer))
}

async function answerOf(ask: Ask, { host, health }: Instance, path: string): Promise<unknown> {
  const whole = `${prefixOf(health.readyPath)}${path}`
  const { status, body } = await ask(host, health.address, health.port, whole)
  if (status !== 200) throw new Error(`${whole} answers ${status}`)
  return JSON.parse(body)
}

function isSeen({ peers = [] }: AlertmanagerStatus['cluster'], peer: Peer): boolean {
  const addresses = [peer.cluster, ...(peer.advertise ? [peer.advertise] : [])].map(joinHostPort)
  return peers.some(({ name, address }) => name === peer.peerName || addresses.includes(address))
}

function unconnected(instance: Instance, lacks: string, patience: number): Problem {
  const { component, host } = instance
  return error(`${component} is ready, but ${lacks.replace(/ yet$/, '')} within ${patience / 1000} s`, {
    host,
    resource: resourceId(instance.service),
    remedy:
      component === 'prometheus'
        ? `see what its page /status and journalctl -u ${component} on ${host} say of Alertmanagers`
        : 'let the hosts reach each other at the cluster port, TCP and UDP, then run again',
  })
}
