/** Has a store a hole of late, over all of its members together? */
import { listFirst } from '../../../src/diagnostic/list-first.ts'
import {
  answerTo,
  type CheckDefinition,
  type CheckVerdict,
  heard,
  isVerdict,
  type View,
} from '../../../src/verify/answer/view.ts'
import { type AskedMember, type Feeding, type Held, lateness, sharedSeries, window } from './held.ts'
import { type Beginning, type Shorter, shorterHistory } from './history.ts'
import { allowedStep, longestStep, type SampleStep, sampleSteps, timesOfAll } from './steps.ts'

/** What one member that answered holds. */
interface Member {
  readonly host: string
  readonly held: readonly Held[]
}

/** Milliseconds after its end in which a hole may still be filled by what a replica sends late. Afterwards, waiting changes nothing. */
const refill = 60_000

/** A hole, and of which replica's `up`. */
interface Hole extends SampleStep {
  readonly instance: string
}

/**
 * `storage.complete`: no hole in the last 15 minutes that no member fills. A member that has a hole of its own is a warning, and one that
 * does not answer is left to `storage.ready`.
 */
export function complete(members: readonly AskedMember[], feeding: Feeding): CheckDefinition {
  return {
    id: 'storage.complete',
    target: feeding.cell,
    needs: members.flatMap(({ held, now, begins }) => [held, now, ...(begins ? [begins] : [])]),
    judge(view) {
      const answered = members.flatMap(({ host, held, now }) => {
        const [series, time] = [answerTo(view, held), answerTo(view, now)]
        return series === undefined || time === undefined ? [] : [{ host, held: series, now: time }]
      })
      if (answered.length === 0) {
        const found = heard(view, {
          held: members.map(({ held }) => held),
          now: members.map(({ now }) => now),
        })
        return isVerdict(found) ? found : { status: 'skip', detail: 'no member of the store was asked' }
      }
      // Members are asked one after the other, so the earliest clock is the one by which all have to have the sample.
      const now = Math.min(...answered.map(one => one.now))
      const verdict = verdictOf(answered, members.length, now, feeding)
      const shorter = shorterHistory(beginnings(members, view), now)
      return shorter === undefined || verdict.status === 'fail' ? verdict : withHistory(verdict, shorter)
    },
  }
}

/** Of those that say when they begin. */
function beginnings(members: readonly AskedMember[], view: View): readonly Beginning[] {
  return members.flatMap(({ host, begins }) => {
    const reply = begins && view(begins)
    return reply?.kind === 'answer' ? [{ host, begins: reply.answer }] : []
  })
}

function withHistory({ detail, remedy, status: _, ...rest }: CheckVerdict, shorter: Shorter): CheckVerdict {
  return {
    ...rest,
    status: 'warn',
    detail: [detail, shorter.detail].filter(Boolean).join('; '),
    remedy: [remedy, shorter.remedy].filter(Boolean).join(' '),
  }
}

function verdictOf(answered: readonly Member[], all: number, now: number, feeding: Feeding): CheckVerdict {
  const { interval, replicas, longest = allowedStep(interval), late = lateness } = feeding
  const held = answered.map(({ host, held }) => ({ host, shared: sharedSeries(held, feeding) }))
  const range = { from: now - window, now, late, interval }
  const stepsIn = (members: typeof held): readonly Hole[] =>
    replicas.flatMap(({ instance }) => {
      const times = members.flatMap(({ shared }) =>
        shared.flatMap(({ labels, at }) => (labels.instance === instance ? [at] : [])),
      )
      return sampleSteps(timesOfAll(times), range).map(step => ({ ...step, instance }))
    })
  const isHole = ({ length, to }: SampleStep) => to === undefined || length > longest
  const steps = stepsIn(held)
  const holes = steps.filter(isHole)
  const worst = longestStep(holes)
  const missing = answered.length < all ? `, by ${answered.length} of ${all} members` : ''
  if (worst)
    return {
      // One that did not answer may fill it.
      status: answered.length < all ? 'warn' : 'fail',
      settled: holes.some(({ to }) => to !== undefined && now - to > refill),
      detail: `no member has a sample of up of ${worst.instance} for ${said(worst)}${missing}`,
      remedy: `See what happened then: \`journalctl -u prometheus\` on ${listFirst(replicas.map(({ host }) => host))}, and the log of the store on ${listFirst(answered.map(({ host }) => host))}. What is missing does not come back, and counts for 15 minutes.`,
    }
  if (steps.length === 0)
    return {
      status: 'fail',
      detail: `there are no two samples of up of the replicas within an hour${missing}`,
      remedy: 'See what `remote_write.caught_up` says of the replicas.',
    }
  const largest = `largest step ${seconds(longestStep(steps)?.length ?? 0)}${missing}`
  const own = held.flatMap(member => {
    const hole = longestStep(stepsIn([member]).filter(isHole))
    return hole ? [`${member.host} lacks ${said(hole)}, which another member has`] : []
  })
  if (own.length === 0) return { status: 'pass', detail: largest }
  return {
    status: 'warn',
    detail: `${largest}; ${listFirst(own)}`,
    remedy:
      'Read from another member; the address under `read` leads there by itself. After a crash, or an outage of more than two hours, the hole stays.',
  }
}

function said({ from, to, length }: SampleStep): string {
  const at = new Date(from).toISOString().slice(11, 19)
  return `${seconds(length)} ${to === undefined ? `since ${at}` : `from ${at}`} UTC`
}

function seconds(length: number): string {
  return `${(length / 1000).toFixed(1)} s`
}
