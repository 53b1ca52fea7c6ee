/** Does a changed program stand in touch with the Alertmanagers of its cell again? */
import { listFirst } from '../../diagnostic/list-first.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import { atInstance, type Instance } from '../../resource/model.ts'
import type { Peer } from '../../topology/model.ts'
import { getFrom } from '../../verify/ask/get.ts'
import { checksOf } from '../../verify/checks/known.ts'
import type { Ask, Asking } from '../../verify/model.ts'
import { poll } from '../../wait/poll.ts'
import { gateProblem } from '../messages.ts'
import { type LackWait, untilNothingLacks } from './lacks.ts'

/** Milliseconds; a packet may be lost, and a busy host let one wait. */
const reachPatience = 5_000
/** Milliseconds; a cluster settles in about ten seconds, and tries a lost member again every ten. */
const usualPatience = 120_000
const interval = 500

export interface ConnectedRequest extends Pick<LackWait, 'clock' | 'signal' | 'onWait'> {
  readonly instance: Instance
  /** The Alertmanagers that it is to be in touch with: those that were up before the change. */
  readonly peers: readonly Peer[]
  readonly ask: Ask
  /** Milliseconds. */
  readonly patience?: number
}

/** Undefined once it is in touch with all of them, where it need not be, where nothing can ask, and if the signal is aborted. */
export async function awaitConnected(request: ConnectedRequest): Promise<Problem | undefined> {
  const { instance, peers, ask, patience = usualPatience } = request
  const { component, host } = instance
  const { links } = await checksOf(component)
  if (links === undefined) return undefined
  return untilNothingLacks({
    ...request,
    ...{ interval, patience },
    lack: () => links.lack(getFrom(ask, host, instance.health), peers),
    unasked: 'cannot be asked for its Alertmanagers',
    problem: lacks => {
      const the = { component, lacks: lacks.replace(/ yet$/, ''), remedy: links.remedy(host) }
      return gateProblem.notConnected(atInstance(instance), the, patience)
    },
  })
}

/** Those of the peers that it is in touch with now; all of them where it does not say. */
export async function connectedNow(
  ask: Ask,
  instance: Instance,
  peers: readonly Peer[],
): Promise<readonly Peer[]> {
  const { links } = await checksOf(instance.component)
  const seen = links?.now?.(getFrom(ask, instance.host, instance.health), peers)
  return (await seen?.catch(() => undefined)) ?? peers
}

interface ReachRequest extends Omit<ConnectedRequest, 'patience' | 'onWait'>, Asking {
  /** Itself, as the others are to reach it; absent where that is not known. */
  readonly own?: Peer
}

/** Says where the program and its peers get no answer from each other at the addresses of the inventory. */
export async function unreachedPeers(request: ReachRequest): Promise<Problem | undefined> {
  const { instance, peers, ask, askHost, clock, signal } = request
  const unreached = (await checksOf(instance.component)).links?.unreached
  if (unreached === undefined || peers.length === 0) return undefined
  const asked = { get: getFrom(ask, instance.host, instance.health), askHost, host: instance.host, peers }
  return poll<Problem | undefined>({ first: interval, signal, clock }, async elapsed => {
    const own = request.own ? { own: request.own } : {}
    const missing = await unreached({ ...asked, ...own }).catch(() => undefined)
    if (missing === undefined) return { end: undefined }
    if (elapsed < reachPatience) return {}
    const hosts = listFirst(missing.hosts)
    return { end: gateProblem.peersUnreached(atInstance(instance), instance.component, missing.said, hosts) }
  })
}
