/** Does a Prometheus send its samples on to each sink of its remote write, in time and without losing any? */
import { grouped } from '../../../src/diagnostic/grouped.ts'
import { listFirst } from '../../../src/diagnostic/list-first.ts'
import type { RemoteWrite } from '../../../src/topology/model.ts'
import { api, rangeQuery, type Series } from '../../../src/verify/answer/answers.ts'
import type { Sample } from '../../../src/verify/answer/metrics.ts'
import {
  hasSentWhatWaited,
  lagOf,
  queueCounters,
  queuesFrom,
  type RemoteQueue,
  refusedSince,
  remoteQueues,
  sinkHost,
  startedAt,
  tooManyQueues,
  withoutFuture,
} from '../../../src/verify/answer/remote-write.ts'
import { type CheckDefinition, type CheckVerdict, defineCheck } from '../../../src/verify/answer/view.ts'
import { type NamedProgram, programQuestion } from '../../../src/verify/ask/question.ts'

/** Seconds: a batch waits up to 5 s for more samples, and a failed one up to 5 s for its next attempt. */
const slack = 10
/** Seconds in which a process reads its log before it sends anything, beside two scrapes. */
const startTime = 30

interface Finding {
  readonly said: string
  /** The sink is the user's own, so it is worth a warning only. */
  readonly own: boolean
  readonly lost?: true
  /** It may be over in a moment. */
  readonly early?: boolean
}

/** `remote_write.caught_up`: no sink refused samples of late, and none is behind. */
export function caughtUp(replica: NamedProgram, { interval, names: ours }: RemoteWrite): CheckDefinition {
  const window = Math.max(60, (4 * interval) / 1000)
  const needs = {
    metrics: programQuestion(replica, api.metrics),
    time: programQuestion(replica, api.time),
    before: programQuestion(replica, counted(replica.instance, window)),
  }
  return defineCheck(
    'remote_write.caught_up',
    `${replica.host}/prometheus`,
    needs,
    ({ metrics, time, before }): CheckVerdict => {
      const all = remoteQueues(metrics)
      const why = tooManyQueues(all)
      if (why !== undefined)
        return { status: 'fail', detail: why, remedy: 'Remove what you do not need from `remote_write`.' }
      const queues = all.map(queue => withoutFuture(queue, time))
      const names = new Set(queues.map(({ remoteName }) => remoteName))
      const missing = ours.filter(name => !names.has(name))
      if (missing.length > 0 || queues.length === 0) return notSent(missing)
      const early = isEarly(metrics, queues, (2 * interval) / 1000 + startTime)
      const first = queuesThen(before, ([value]) => value)
      const lately = queuesThen(before, values => values.findLast(([at]) => at <= time - slack))
      const findings = queues.flatMap((queue): readonly Finding[] => {
        const [own, name] = [!ours.includes(queue.remoteName), nameOf(queue)]
        const refused = refusedSince(first.get(keyOf(queue)), queue)
        if (refused > 0)
          return [{ own, lost: true, said: `${name} refused ${refused} samples within ${window} s` }]
        if (queue.ahead) return ofCounts(queue, lately.get(keyOf(queue)), own)
        const lag = lagOf(queue)
        if (lag === undefined) return [{ own, early, said: `${name} has not taken a sample yet` }]
        if (lag <= interval / 1000 + slack) return []
        return [{ own, said: `${name} is ${Math.round(lag)} s behind` }]
      })
      return verdictOf(findings, replica.host) ?? { status: 'pass', detail: lags(queues) }
    },
  )
}

/** Of a queue whose times say nothing. `was`: as it was a scrape and a few seconds ago; undefined if that is not known. */
function ofCounts(queue: RemoteQueue, was: RemoteQueue | undefined, own: boolean): readonly Finding[] {
  if (was?.pending === undefined)
    return [{ own: true, early: true, said: `cannot tell how far ${nameOf(queue)} is behind: ${future}` }]
  if (hasSentWhatWaited(was, queue)) return []
  return [{ own, said: `${nameOf(queue)} has not taken what waited for it ${slack} s ago` }]
}

const future = 'a target exposes samples with a time in the future'

function verdictOf(findings: readonly Finding[], host: string): CheckVerdict | undefined {
  // What fails is told first.
  const sorted = [...findings.filter(({ own }) => !own), ...findings.filter(({ own }) => own)]
  const [worst] = sorted
  if (worst === undefined) return undefined
  const log = `\`journalctl -u prometheus\` on ${host} says why`
  return {
    status: worst.own ? 'warn' : 'fail',
    detail: listFirst(sorted.map(({ said }) => said)),
    remedy: worst.lost
      ? `${log}. What was refused is lost for that sink: fix what the log names.`
      : `Check that the sink runs and that ${host} reaches it: ${log} it takes nothing.`,
    settled: worst.own && !sorted.some(({ early }) => early),
  }
}

function notSent(missing: readonly string[]): CheckVerdict {
  return {
    status: missing.length > 0 ? 'fail' : 'warn',
    detail: missing.length > 0 ? `does not send to ${listFirst(missing)}` : 'sends to no sink',
    remedy: 'Run `promha apply`, so that it runs with the remote write of the inventory.',
    afterFailure: '',
  }
}

function lags(queues: readonly RemoteQueue[]): string {
  const ahead = queues.filter(queue => queue.ahead).map(nameOf)
  const timed = queues.filter(queue => !queue.ahead)
  const behind = timed.map(queue => `${Math.round(lagOf(queue) ?? 0)} s to ${nameOf(queue)}`)
  const parts = [
    ...(timed.length > 0 ? [`behind by ${listFirst(behind)}`] : []),
    ...(ahead.length > 0 ? [`${listFirst(ahead)} keeps up, by counts of samples, because ${future}`] : []),
  ]
  return parts.join('; ')
}

/** What Prometheus itself made of an entry without a name says nothing to its reader. */
function nameOf(queue: RemoteQueue): string {
  return /^[0-9a-f]{6}$/.test(queue.remoteName) ? sinkHost(queue) : queue.remoteName
}

function isEarly(metrics: string, queues: readonly RemoteQueue[], patience: number): boolean {
  const newest = queues[0]?.highest
  return newest === undefined || newest - (startedAt(metrics) ?? 0) < patience
}

/** What was counted of its queues within the last seconds, if the replica scrapes itself. */
function counted(instance: string, window: number) {
  return rangeQuery(
    `{__name__=~"${queueCounters}",job="prometheus",instance=${JSON.stringify(instance)}}[${window}s]`,
  )
}

function keyOf({ remoteName, url }: RemoteQueue): string {
  return `${remoteName}\n${url}`
}

type Values = Series['values']

/** As the queues were at one of the moments of the answer. */
function queuesThen(
  series: readonly Series[],
  choose: (values: Values) => Values[number] | undefined,
): ReadonlyMap<string, RemoteQueue> {
  const byName = grouped(series, ({ metric }) => metric.__name__ ?? '')
  const samplesOf = (name: string) =>
    (byName.get(name) ?? []).flatMap(({ metric, values }): readonly Sample[] => {
      const chosen = choose(values)
      return chosen ? [{ labels: metric, value: Number(chosen[1]) }] : []
    })
  return new Map(queuesFrom(samplesOf).map(queue => [keyOf(queue), queue]))
}
