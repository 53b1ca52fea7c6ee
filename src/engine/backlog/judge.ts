/** What a step may do to queues that stand so: nothing said, a warning, or an error. Pure. */
import { grouped } from '../../diagnostic/grouped.ts'
import { cut, listFirst } from '../../diagnostic/list-first.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { StoreSink } from '../../topology/model.ts'
import { lagOf, sinkHost } from '../../verify/answer/remote-write.ts'
import type { Followed } from './follow.ts'
import { mostLag } from './look.ts'
import { backlogProblem } from './messages.ts'
import { patienceWithQueues, type Standing } from './wait.ts'

/** A sink that promha made. */
export type KnownSink = Pick<StoreSink, 'name' | 'store' | 'kind' | 'member'>

/** The step that would lose what the queues hold. */
export interface LosingStep {
  readonly where: Pick<Problem, 'host' | 'resource'>
  readonly component: string
  /** `restarted` */
  readonly verb: string
  /** The loss is accepted. */
  readonly allowed: boolean
  /** It is only planned: what is behind would be waited for. */
  readonly foretold?: true
}

const noteStep = 30
const minutes = patienceWithQueues / 60_000

/** `sinks`: those of the cell; all others are the user's own. */
export function ownProblems(
  standings: readonly Standing[],
  sinks: readonly KnownSink[],
  step: LosingStep,
): readonly Problem[] {
  const stores = grouped(standings, ({ followed }) => storeKey(sinkOf(followed, sinks)))
  const own = stores.get('') ?? []
  stores.delete('')
  return [
    ...own.flatMap(standing => ofOwn(standing, step)),
    ...[...stores.values()].flatMap(members => ofStore(members, sinks, step)),
  ]
}

/** Of a replica that was changed before: it is to send again before the next one stops. */
export function peerProblems(
  standings: readonly Standing[],
  sinks: readonly KnownSink[],
  { where, allowed, ...step }: LosingStep,
  peer: string,
): readonly Problem[] {
  return standings.flatMap(({ followed, state }) => {
    if (state !== 'open') return []
    const sink = sinkOf(followed, sinks)
    const the = { ...step, sink: wordsOf(followed, sink) }
    const accepted = allowed || sink === undefined
    return accepted
      ? backlogProblem.peerNotSendingAccepted(where, the, peer, minutes)
      : backlogProblem.peerNotSending(where, the, peer, minutes)
  })
}

function ofOwn(standing: Standing, step: LosingStep): readonly Problem[] {
  const { followed, state } = standing
  const { where, component, verb } = step
  const the = { component, verb, sink: wordsOf(followed, undefined), fact: factOf(standing) }
  if (state === 'down') return [backlogProblem.ownDown(where, the, missingFrom(followed))]
  return state === 'open' ? [late({ ...step, allowed: true }, the)] : []
}

/** It has lived for all the time of the wait, and was behind. */
function late(
  { where, allowed, foretold }: LosingStep,
  the: Parameters<typeof backlogProblem.notCaughtUp>[1],
): Problem {
  if (foretold) return backlogProblem.wouldWait(where, the, minutes, allowed)
  return allowed
    ? backlogProblem.notCaughtUpAccepted(where, the, minutes)
    : backlogProblem.notCaughtUp(where, the, minutes)
}

function ofStore(
  members: readonly Standing[],
  sinks: readonly KnownSink[],
  step: LosingStep,
): readonly Problem[] {
  const { where, allowed, component, verb } = step
  const words = ({ followed }: Standing) => wordsOf(followed, sinkOf(followed, sinks))
  const of = (state: Standing['state']) => members.filter(one => one.state === state)
  const [down, open, done] = [of('down'), of('open'), of('done')]
  if (down.length === members.length) {
    const detail = down.map(one => `${words(one)} ${factOf(one)}.`).join('\n')
    const the = { component, verb, store: listFirst(down.map(words)), detail }
    return [allowed ? backlogProblem.storeDownAccepted(where, the) : backlogProblem.storeDown(where, the)]
  }
  const facts = (one: Standing) => ({ component, verb, sink: words(one), fact: factOf(one) })
  // One that is behind itself may not have them either: that is told of it.
  const others = done.length > 0 ? listFirst(done.map(words)) : undefined
  return [
    ...open.map(one => late(step, facts(one))),
    ...down.map(one => backlogProblem.memberDown(where, facts(one), missingFrom(one.followed), others)),
  ]
}

function sinkOf({ queue }: Followed, sinks: readonly KnownSink[]): KnownSink | undefined {
  return sinks.find(({ name }) => name === queue.remoteName)
}

/** Empty for a sink of the user's own. */
function storeKey(sink: KnownSink | undefined): string {
  return sink === undefined ? '' : JSON.stringify([sink.store, sink.kind])
}

/** Whom a queue sends to. */
function wordsOf({ queue }: Followed, sink: KnownSink | undefined): string {
  if (sink)
    return sink.member === undefined ? `${sink.kind} of cell ${sink.store}` : `${sink.kind} on ${sink.member}`
  const host = cut(sinkHost(queue))
  // Without a name, Prometheus makes one that says nothing.
  return /^[0-9a-f]{6}$/.test(queue.remoteName)
    ? `remote write to ${host}`
    : `remote write "${cut(queue.remoteName)}" to ${host}`
}

/** What is wrong with a queue, in words that follow its sink. */
export function factOf({ followed, state }: Standing): string {
  const { queue, refuses, accepted } = followed
  if (refuses) return 'refuses samples'
  if (state === 'down') return `has accepted nothing since ${utc(silentSince(followed))}`
  const lag = lagOf(queue)
  if (lag !== undefined) return `is ${Math.round(lag)} s behind`
  if (!queue.ahead) return 'has accepted nothing yet'
  return accepted === undefined ? 'accepts nothing' : 'accepts samples more slowly than they come'
}

/** In seconds since the epoch, as far as it is known. */
function silentSince({ queue, since, reached }: Followed): number {
  return queue.ahead ? reached : (queue.sent ?? since)
}

/** What its sink will miss begins there; undefined if it takes none of what arrives. */
function missingFrom(followed: Followed): string | undefined {
  const { queue, refuses, accepted } = followed
  if (refuses) return undefined
  // It was never seen to accept anything, and what it accepted before has times that say nothing.
  return queue.ahead && accepted === undefined ? 'an unknown time' : utc(silentSince(followed))
}

/** Of a time that a host said. */
function utc(seconds: number): string {
  const time = new Date(seconds * 1000)
  return Number.isNaN(time.getTime())
    ? 'an unknown time'
    : time.toISOString().replace('T', ' ').replace(/\..*/, ' UTC')
}

/** What is awaited. A log wants no line a second, so seconds are told in steps. `peer`: of that host's queues. */
export function waitNote(
  open: readonly Followed[],
  sinks: readonly KnownSink[],
  peer: string | undefined,
): string {
  const named = open.map(followed => {
    const lag = lagOf(followed.queue)
    const behind = lag !== undefined && lag > mostLag && !followed.refuses
    const seen = behind ? ` (about ${Math.ceil(lag / noteStep) * noteStep} s behind)` : ''
    return `${wordsOf(followed, sinkOf(followed, sinks))}${seen}`
  })
  const what = peer === undefined ? 'its samples are sent' : `${peer} sends again`
  return `waits until ${what}: ${listFirst(named, 3)}`
}
