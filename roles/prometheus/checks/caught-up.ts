/** Does a Prometheus send its samples on to each sink of its remote write, in time and without losing any? */
import { listFirst } from '../../../src/diagnostic/list-first.ts'
import type { RemoteWrite } from '../../../src/topology/model.ts'
import { api, rangeQuery, type Series } from '../../../src/verify/answer/answers.ts'
import {
  lagOf,
  type RemoteQueue,
  refusedSince,
  remoteQueues,
  sinkHost,
  startedAt,
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
    before: programQuestion(replica, refusals(replica.instance, window)),
  }
  return defineCheck(
    'remote_write.caught_up',
    `${replica.host}/prometheus`,
    needs,
    ({ metrics, before }): CheckVerdict => {
      const queues = remoteQueues(metrics)
      const missing = ours.filter(name => queues.every(({ remoteName }) => remoteName !== name))
      if (missing.length > 0 || queues.length === 0) return notSent(missing)
      const early = isEarly(metrics, queues, (2 * interval) / 1000 + startTime)
      const findings = queues.flatMap((queue): readonly Finding[] => {
        const own = !ours.includes(queue.remoteName)
        const refused = refusedSince(firstOf(before), queue)
        if (refused > 0)
          return [{ own, lost: true, said: `${nameOf(queue)} refused ${refused} samples within ${window} s` }]
        const lag = lagOf(queue)
        if (lag === undefined) return [{ own, early, said: `${nameOf(queue)} has not taken a sample yet` }]
        if (lag <= interval / 1000 + slack) return []
        return [{ own, said: `${nameOf(queue)} is ${Math.round(lag)} s behind` }]
      })
      return verdictOf(findings, replica.host) ?? { status: 'pass', detail: lags(queues) }
    },
  )
}

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
  return `behind by ${listFirst(queues.map(queue => `${Math.round(lagOf(queue) ?? 0)} s to ${nameOf(queue)}`))}`
}

/** What Prometheus itself made of an entry without a name says nothing to its reader. */
function nameOf(queue: RemoteQueue): string {
  return /^[0-9a-f]{6}$/.test(queue.remoteName) ? sinkHost(queue) : queue.remoteName
}

function isEarly(metrics: string, queues: readonly RemoteQueue[], patience: number): boolean {
  const newest = queues[0]?.highest
  return newest === undefined || newest - (startedAt(metrics) ?? 0) < patience
}

/** The counters of refused samples, as they were within the last seconds where the replica scrapes itself. */
function refusals(instance: string, window: number) {
  const name = 'prometheus_remote_storage_(samples|histograms)_failed_total'
  return rangeQuery(`{__name__=~"${name}",job="prometheus",instance=${JSON.stringify(instance)}}[${window}s]`)
}

/** As the queues were at the beginning. */
function firstOf(series: readonly Series[]): readonly RemoteQueue[] {
  const keys = new Map<string, RemoteQueue>()
  for (const { metric, values } of series) {
    const { remote_name: remoteName = '', url = '' } = metric
    const key = `${remoteName}\n${url}`
    const failed = (keys.get(key)?.failed ?? 0) + Number(values[0]?.[1] ?? 0)
    keys.set(key, { remoteName, url, highest: undefined, sent: undefined, retried: 0, failed })
  }
  return [...keys.values()]
}
