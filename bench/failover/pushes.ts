/** Pushes to one address again and again, each time something that was never pushed before, and finds it again. */
import { type Answer, ask, often } from '../breaking/poller.ts'

export interface Push extends Answer {
  readonly number: number
}

export interface Pusher {
  /** Whether all pushes of the last second were acknowledged. */
  readonly well: () => boolean
  stop(): Promise<readonly Push[]>
}

const group = '/metrics/job/failover'
/** The series that each push renews. */
export const beat = 'pushed_beat{job="failover"}'

/** @param round tells these pushes from those of before, since Prometheus keeps them */
export function push(gateway: string, round: string): Pusher {
  let number = 0
  let wellSince = Number.POSITIVE_INFINITY
  const pushing = often(async (): Promise<Push> => {
    number += 1
    const own = number
    const body = `pushed_beat ${own}\n${nameOf(round, own)} ${own}\n`
    const answer = await ask(`${gateway}${group}`, body)
    if (!answer.ready) wellSince = Number.POSITIVE_INFINITY
    else wellSince = Math.min(wellSince, answer.answered)
    return { ...answer, number: own }
  })
  return { well: () => Date.now() - wellSince > 1000, stop: () => pushing.stop() }
}

const nameOf = (round: string, number: number) => `push_${round}_${number}`

/** Takes all that was pushed away from one Pushgateway. */
export async function clear(gateway: string): Promise<void> {
  const response = await fetch(`${gateway}${group}`, { method: 'DELETE', signal: AbortSignal.timeout(5000) })
  if (response.status !== 202)
    throw new Error(`${gateway} does not forget what was pushed: ${response.status}`)
}

/** Pushes once, as a job does at night, to one Pushgateway itself. */
export async function pushOnce(gateway: string, round: string): Promise<void> {
  const { ready } = await ask(`${gateway}${group}`, `${nameOf(round, once)} 1\n`)
  if (!ready) throw new Error(`${gateway} takes nothing`)
}

/** The number of what is pushed once, to both: no push of a client has it. */
const once = 0

/** Numbers of the pushes of a round that a Pushgateway knows. */
export async function known(gateway: string, round: string): Promise<ReadonlySet<number>> {
  const response = await fetch(`${gateway}/metrics`, { signal: AbortSignal.timeout(5000) })
  return numbersIn(await response.text(), round)
}

/** Those of which a Prometheus has a sample. */
export async function scraped(
  prometheus: string,
  round: string,
  since: number,
): Promise<ReadonlySet<number>> {
  const query = new URLSearchParams({
    'match[]': `{__name__=~"push_${round}_.*"}`,
    start: `${since / 1000 - 60}`,
  })
  const url = `${prometheus}/api/v1/label/__name__/values?${query}`
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) })
  const { data } = (await response.json()) as { data: readonly string[] }
  return numbersIn(data.join('\n'), round)
}

export function numbersIn(text: string, round: string): ReadonlySet<number> {
  const found = text.matchAll(new RegExp(`^push_${round}_(\\d+)\\b`, 'gm'))
  return new Set([...found].map(([, number]) => Number(number)))
}

/** What became of the pushes of a round. */
export interface Pushed {
  readonly tried: number
  readonly acknowledged: number
  /** Acknowledged before the fault, and not to be found at the address afterwards. */
  readonly lost: number
  /** Acknowledged after the fault, and not to be found either. */
  readonly lostAfter: number
  /** Acknowledged, and never scraped by anybody. */
  readonly unseen: number
  /** Seconds before the fault within which the latter were pushed. */
  readonly unseenWithin: number
  /** Acknowledged before the fault, and not known any more to the very one that was hit. */
  readonly forgotten: number
  /** Seconds before the fault within which the latter were pushed. */
  readonly forgottenWithin: number
  /** Whether what was pushed once, but to both Pushgateways, is at the address. */
  readonly keptByBoth: boolean
}

/**
 * @param done milliseconds of the epoch: what was asked after it, the one that was hit did not acknowledge. The fault
 *   itself came with the last push that only that one knows.
 */
export function account(
  pushes: readonly Push[],
  done: number,
  found: {
    readonly address: ReadonlySet<number>
    readonly hit: ReadonlySet<number>
    readonly replicas: ReadonlySet<number>
  },
): Pushed {
  const acknowledged = pushes.filter(({ ready }) => ready)
  const before = acknowledged.filter(({ asked }) => asked < done)
  const missing = (list: readonly Push[], where: ReadonlySet<number>) =>
    list.filter(({ number }) => !where.has(number))
  const lost = missing(before, found.address)
  const fault = lost.at(-1)?.answered ?? done
  const within = (list: readonly Push[]) =>
    Math.max(0, ...list.map(({ answered }) => (fault - answered) / 1000))
  const unseen = missing(before, found.replicas)
  const forgotten = missing(before, found.hit)
  return {
    tried: pushes.length,
    acknowledged: acknowledged.length,
    lost: lost.length,
    lostAfter: missing(
      acknowledged.filter(({ asked }) => asked >= done),
      found.address,
    ).length,
    unseen: unseen.length,
    unseenWithin: within(unseen),
    forgotten: forgotten.length,
    forgottenWithin: within(forgotten),
    keptByBoth: found.address.has(once),
  }
}
