/** Do notifications arrive? Read from the failures that Prometheus has recorded, with the reason from the journal. */
import { remembered } from '../../../src/diagnostic/grouped.ts'
import { listFirst } from '../../../src/diagnostic/list-first.ts'
import { unitOf } from '../../../src/resource/model.ts'
import { query, type Vector } from '../../../src/verify/answer/answers.ts'
import { briefWithoutPaths } from '../../../src/verify/answer/text.ts'
import type { CheckDefinition, CheckVerdict, View } from '../../../src/verify/answer/view.ts'
import { answerTo } from '../../../src/verify/answer/view.ts'
import { notifyMinutes as minutes, notifyLog } from '../../../src/verify/ask/host-ask.ts'
import { each, type HttpQuestion, hostQuestion, type Program } from '../../../src/verify/ask/question.ts'
import { lastFailures, loggedFailures } from './notify-log.ts'

/** What is counted, by the word that says so. */
const counters = {
  notification: 'alertmanager_notifications_failed_total',
  request: 'alertmanager_notification_requests_failed_total',
} as const
type Counted = keyof typeof counters

/** One series a counter, member, integration, receiver and reason that has grown. */
export function failureCounts() {
  const labels = 'instance, integration, receiver_name, reason'
  const grown = Object.entries(counters).map(
    ([counted, name]) =>
      `label_replace(sum by (${labels}) (increase(${name}{job="alertmanager", cell=""}[${minutes}m])) > 0, "promha", "${counted}", "", "")`,
  )
  return query(grown.join(' or '))
}

interface Failure {
  readonly member: Program
  readonly integration: string
  /** Absent if this version does not tell. */
  readonly receiver?: string
  readonly reasons: Set<string>
  readonly counts: Record<Counted, number>
}

/** `alertmanager.notifications`: none has failed in the last 15 minutes. The larger count of the replicas is told. */
export function notifications(
  cell: string,
  replicas: readonly Program[],
  members: readonly Program[],
): CheckDefinition {
  const needs = each(replicas, failureCounts())
  const logs = (view: View) => {
    const hosts = new Set(failuresIn(view, needs, members).map(({ member }) => member.host))
    return [...hosts].map(logOf)
  }
  return {
    id: 'alertmanager.notifications',
    target: cell,
    needs,
    more: logs,
    judge(view): CheckVerdict {
      const silent = needs.map(view).flatMap(reply => (reply.kind === 'answer' ? [] : [reply.why]))
      if (silent.length === needs.length)
        return { status: 'skip', detail: `no Prometheus of the cell could be asked: ${silent[0]}` }
      const failures = failuresIn(view, needs, members)
      if (failures.length === 0)
        return { status: 'pass', detail: `no notification has failed in the last ${minutes} minutes` }
      return {
        status: 'warn',
        detail: `failed in the last ${minutes} minutes: ${listFirst(failures.map(said), 3)}${journal(view, failures)}`,
        remedy: `Fix the receiver or the service that it notifies. \`journalctl -u ${unitOf('alertmanager')}\` on ${failures[0]?.member.host} shows each error. This warning ends ${minutes} minutes after the last failure.`,
      }
    },
  }
}

function failuresIn(view: View, needs: readonly HttpQuestion<Vector>[], members: readonly Program[]) {
  const found = new Map<string, Failure>()
  const byInstance = new Map(members.map(member => [member.instance, member]))
  for (const need of needs) {
    const counts = new Map<string, number>()
    for (const { metric, value } of answerTo(view, need) ?? []) {
      const { instance, integration = '', receiver_name: receiver, reason, promha: counted } = metric
      const member = byInstance.get(instance ?? '')
      const grown = Number(value[1])
      if (!member || !(grown > 0) || (counted !== 'notification' && counted !== 'request')) continue
      const key = JSON.stringify([instance, integration, receiver])
      const failure = found.get(key) ?? newFailure(member, integration, receiver)
      found.set(key, failure)
      if (reason) failure.reasons.add(reason)
      // Of several reasons the sum, rounded once, since an increase is extrapolated.
      const sum = (counts.get(`${counted} ${key}`) ?? 0) + grown
      counts.set(`${counted} ${key}`, sum)
      failure.counts[counted] = Math.max(failure.counts[counted], Math.max(1, Math.round(sum)))
    }
  }
  return [...found.values()].sort((a, b) => b.counts.notification - a.counts.notification)
}

function newFailure(member: Program, integration: string, receiver: string | undefined): Failure {
  return {
    member,
    integration,
    ...(receiver ? { receiver } : {}),
    reasons: new Set(),
    counts: { notification: 0, request: 0 },
  }
}

/** `receiver web (webhook) on mon-a: 2 notifications and 14 requests (clientError)` */
function said({ member, integration, receiver, reasons, counts }: Failure): string {
  const parts = (['notification', 'request'] as const).flatMap(word =>
    counts[word] === 0 ? [] : [`${counts[word]} ${word}${counts[word] === 1 ? '' : 's'}`],
  )
  const why = [...reasons].filter(reason => reason !== 'other')
  const by = receiver === undefined ? integration : `receiver ${receiver.slice(0, 80)} (${integration})`
  return `${by} on ${member.host}: ${parts.join(' and ')}${why.length === 0 ? '' : ` (${why.join(', ')})`}`
}

/** What the member itself says of the first failure of which it says something. */
function journal(view: View, failures: readonly Failure[]): string {
  const logs = new Map<string, ReturnType<typeof lastFailures>>()
  for (const { member, receiver, integration } of failures) {
    const lastOf = remembered(logs, member.host, () =>
      lastFailures(loggedFailures(answerTo(view, logOf(member.host)) ?? [])),
    )
    const last = lastOf(receiver, integration)
    if (!last) continue
    // Without receiver names in the metrics, the journal names it.
    const of = receiver === undefined && last.receiver ? `receiver ${last.receiver.slice(0, 80)}, ` : ''
    return `; the log of ${member.host} says: ${of}${briefWithoutPaths(last.error)}`
  }
  return ''
}

function logOf(host: string) {
  return hostQuestion(host, notifyLog)
}
