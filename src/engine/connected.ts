/** Does a changed program stand in touch with the Alertmanagers of its cell again? */
import { few } from '../diagnostic/few.ts'
import { error, type Problem } from '../diagnostic/problem.ts'
import type { Instance } from '../resource/model.ts'
import { resourceId } from '../resource/model.ts'
import type { Peer } from '../topology/model.ts'
import type { GetBody, Links, Unreached } from '../verify/facet.ts'
import { checksOf } from '../verify/known.ts'
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
 * undefined once it is in touch with all of them; also for a component that need not be, where nothing can ask, and where
 * the signal is aborted.
 */
export async function awaitConnected(request: ConnectedRequest): Promise<Problem | undefined> {
  const { instance, clock, signal, onWait, patience = usualPatience } = request
  const { links } = await checksOf(instance.component)
  if (links === undefined) return undefined
  const began = clock.now()
  let told = ''
  while (!signal.aborted) {
    const lacks = await lack(links, request)
    if (lacks === undefined) return undefined
    if (lacks !== told) onWait(lacks)
    told = lacks
    if (clock.now() - began >= patience) return unconnected(instance, links, lacks, patience)
    await clock.pause(interval)
  }
  return undefined
}

/** What it still lacks, in words that follow its name. */
async function lack(links: Links, { instance, peers, ask }: ConnectedRequest): Promise<string | undefined> {
  try {
    return await links.lack(getFrom(ask, instance), peers)
  } catch (cause) {
    if (cause instanceof AskError && cause.reason === 'impossible') return undefined
    return `cannot be asked for its Alertmanagers: ${cause instanceof Error ? cause.message : String(cause)}`
  }
}

/** Those of the peers that it is in touch with now; all of them where it does not say. */
export async function connectedNow(
  ask: Ask,
  instance: Instance,
  peers: readonly Peer[],
): Promise<readonly Peer[]> {
  const { links } = await checksOf(instance.component)
  const seen = links?.now?.(getFrom(ask, instance), peers)
  return (await seen?.catch(() => undefined)) ?? peers
}

interface ReachRequest extends Omit<ConnectedRequest, 'patience' | 'onWait'> {
  /** Itself, as the others are to reach it; absent where that is not known. */
  readonly own?: Peer
}

/** Says where the program and its peers get no answer from each other at the addresses of the inventory. */
export async function unreachedPeers(request: ReachRequest): Promise<Problem | undefined> {
  const { instance, peers, ask, clock, signal } = request
  const unreached = (await checksOf(instance.component)).links?.unreached
  if (unreached === undefined || peers.length === 0) return undefined
  const asked = { get: getFrom(ask, instance), ask, host: instance.host, peers }
  const began = clock.now()
  while (!signal.aborted) {
    const missing = await unreached(request.own ? { ...asked, own: request.own } : asked).catch(
      () => undefined,
    )
    if (missing === undefined) return undefined
    if (clock.now() - began >= reachPatience) return unreachable(instance, missing)
    await clock.pause(interval)
  }
  return undefined
}

function getFrom(ask: Ask, { host, health }: Instance): GetBody {
  return async path => {
    const whole = `${prefixOf(health.readyPath)}${path}`
    const { status, body } = await ask(host, health.address, health.port, whole)
    if (status !== 200) throw new Error(`${whole} answers ${status}`)
    return body
  }
}

function unreachable({ component, host, service }: Instance, { said, hosts }: Unreached): Problem {
  return error(`${component} is ready, but ${said}`, {
    host,
    resource: resourceId(service),
    remedy: `see that \`address\` of ${few(hosts)} is right, and let the hosts reach each other at the cluster port, TCP and UDP, then run the command again`,
  })
}

function unconnected(
  { component, host, service }: Instance,
  links: Links,
  lacks: string,
  patience: number,
): Problem {
  return error(`${component} is ready, but ${lacks.replace(/ yet$/, '')} within ${patience / 1000} s`, {
    host,
    resource: resourceId(service),
    remedy: links.remedy(host),
  })
}
