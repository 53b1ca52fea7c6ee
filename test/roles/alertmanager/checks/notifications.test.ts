/** Failed notifications, by the counters of a pair and the lines of the journal. */
import assert from 'node:assert/strict'
import { failureCounts, notifications } from '../../../../roles/alertmanager/checks/notifications.ts'
import type { Reply } from '../../../../src/verify/answer/view.ts'
import { hostOf, type Program, type Question } from '../../../../src/verify/ask/question.ts'

const program = (host: string, component: 'prometheus' | 'alertmanager', port: number): Program => ({
  ...{ host, component, local: { address: '127.0.0.1', port }, instance: `${host}:${port}` },
})
const replicas = [program('mon-a', 'prometheus', 9090), program('mon-b', 'prometheus', 9090)]
const members = [program('mon-a', 'alertmanager', 9093), program('mon-b', 'alertmanager', 9093)]

/** One series of the query's answer: what has grown by how much. */
const grown = (host: string, counted: string, by: number, labels: Readonly<Record<string, string>>) => ({
  metric: { promha: counted, instance: `${host}:9093`, ...labels },
  value: [1_795_351_000, String(by)] as const,
})
const web = { integration: 'webhook', receiver_name: 'web' }

interface Heard {
  /** What each replica answers, by its host; silent if absent. */
  readonly counted: Readonly<Record<string, readonly unknown[]>>
  /** Of each member, by its host. */
  readonly journal?: Readonly<Record<string, readonly string[]>>
}

function judged({ counted, journal = {} }: Heard) {
  const view = <A>(question: Question<A>): Reply<A> => {
    if (question.kind === 'host') {
      const lines = journal[question.host]
      return lines ? { kind: 'answer', answer: lines as A } : { kind: 'silent', why: 'it is silent' }
    }
    const result = counted[question.program.host]
    if (!result) return { kind: 'silent', why: 'it is silent' }
    return { kind: 'answer', answer: question.read(JSON.stringify({ data: { result } })) }
  }
  const check = notifications('eu', replicas, members)
  const logs = check.more?.(view) ?? []
  return { ...check.judge(view), logs: logs.map(hostOf) }
}

const refused =
  'time=2026-11-30T02:51:39.411Z level=ERROR source=dispatch.go:587 msg="Notify for alerts failed" component=dispatcher num_alerts=1 err="web/webhook[0]: notify retry canceled after 7 attempts: Post \\"http://127.0.0.1:1/hook/s3cr3t?token=abc\\": dial tcp 127.0.0.1:1: connect: connection refused"'
const retried =
  'ts=2026-11-30T02:51:39.411Z caller=notify.go:732 level=warn component=dispatcher receiver=mail integration=email[0] msg="Notify attempt failed, will retry later" attempts=1 err="*smtp.plainAuth auth: 535 5.7.8 wrong"'

describe('alertmanager.notifications', () => {
  it('passes if nothing has failed, and asks for no journal then', () => {
    const { status, detail, logs } = judged({ counted: { 'mon-a': [], 'mon-b': [] } })
    assert.equal(status, 'pass')
    assert.equal(detail, 'no notification has failed in the last 15 minutes')
    assert.deepEqual(logs, [])
  })

  it('asks for the increase of both counters over 15 minutes, as Prometheus has it of this cell', () => {
    const query = decodeURIComponent(failureCounts().path.replace('/api/v1/query?query=', ''))
    assert.match(
      query,
      /increase\(alertmanager_notifications_failed_total\{job="alertmanager", cell=""\}\[15m\]\)/,
    )
    assert.match(query, /increase\(alertmanager_notification_requests_failed_total\{[^}]*\}\[15m\]\)/)
  })

  it('warns with the receiver, the reason and the words of the journal, without the path of a URL', () => {
    const { status, detail, remedy, logs } = judged({
      counted: {
        'mon-a': [
          grown('mon-a', 'notification', 2.05, { ...web, reason: 'contextDeadlineExceeded' }),
          grown('mon-a', 'notification', 1.02, { ...web, reason: 'clientError' }),
          grown('mon-a', 'request', 14.3, web),
        ],
        'mon-b': [grown('mon-a', 'request', 13.1, web)],
      },
      journal: { 'mon-a': [retried, refused] },
    })
    assert.equal(status, 'warn')
    assert.equal(
      detail,
      'failed in the last 15 minutes: receiver web (webhook) on mon-a: 3 notifications and 14 requests (contextDeadlineExceeded, clientError); ' +
        'the log of mon-a says: Post "http://127.0.0.1:1/…": dial tcp 127.0.0.1:1: connect: connection refused',
    )
    assert.match(remedy ?? '', /15 minutes after the last failure/)
    assert.deepEqual(logs, ['mon-a'])
  })

  it('names each member and receiver that fails, the worst first', () => {
    const { detail, logs } = judged({
      counted: {
        'mon-b': [
          grown('mon-a', 'request', 0.4, web),
          grown('mon-b', 'notification', 1, { integration: 'email', receiver_name: 'mail', reason: 'other' }),
        ],
      },
      journal: { 'mon-b': [retried] },
    })
    assert.equal(
      detail,
      'failed in the last 15 minutes: receiver mail (email) on mon-b: 1 notification, receiver web (webhook) on mon-a: 1 request; ' +
        'the log of mon-b says: *smtp.plainAuth auth: 535 5.7.8 wrong',
    )
    assert.deepEqual(logs, ['mon-b', 'mon-a'])
  })

  it('learns the receiver from the journal where the metrics do not name it', () => {
    const counted = { 'mon-a': [grown('mon-a', 'request', 3, { integration: 'webhook' })] }
    const { detail } = judged({ counted, journal: { 'mon-a': [refused, retried] } })
    assert.match(detail, /: webhook on mon-a: 3 requests; the log of mon-a says: receiver web, Post "http/)
  })

  it('reads a log of JSON, and what two receivers of one group say', () => {
    const both = JSON.stringify({
      level: 'ERROR',
      msg: 'Notify for alerts failed',
      err: 'a/b/slack[1]: notify retry canceled due to unrecoverable error after 1 attempts: channel "#x" not found; web/webhook[0]: notify retry canceled after 3 attempts: timeout',
    })
    const of = (labels: Readonly<Record<string, string>>) =>
      judged({
        counted: { 'mon-a': [grown('mon-a', 'notification', 1, labels)] },
        journal: { 'mon-a': [both] },
      }).detail
    assert.match(of({ integration: 'slack', receiver_name: 'a/b' }), /says: channel "#x" not found$/)
    assert.match(of(web), /says: timeout$/)
  })

  it('does without a journal, and without a line that is about this', () => {
    const counted = { 'mon-a': [grown('mon-a', 'request', 3, web)] }
    for (const lines of [undefined, [], [retried], ['no logfmt at all', '{"err":', 'err="open']]) {
      const { status, detail } = judged({ counted, ...(lines ? { journal: { 'mon-a': lines } } : {}) })
      assert.equal(status, 'warn')
      assert.match(detail, /receiver web \(webhook\) on mon-a: 3 requests$/)
    }
  })

  it('is short whatever a member says', () => {
    const long = `${refused.slice(0, -1)} ${'x'.repeat(5_000)}"`
    const { detail } = judged({
      counted: { 'mon-a': [grown('mon-a', 'request', 3, { ...web, receiver_name: 'web' })] },
      journal: { 'mon-a': [long] },
    })
    assert.ok(detail.length < 400, detail)
  })

  it('is skipped if no replica can be asked, and judged by one that can', () => {
    assert.equal(judged({ counted: {} }).status, 'skip')
    assert.equal(judged({ counted: { 'mon-b': [] } }).status, 'pass')
  })

  it('finds the last line of each kind: of its receiver, of its integration, of none', () => {
    const line = (receiver: string, integration: string, error: string) =>
      `receiver=${receiver} ${integration === '' ? '' : `integration=${integration} `}err="${error}"`
    const journal = [
      line('web', 'webhook[0]', 'one'),
      line('web', 'webhook[1]', 'two'),
      line('mail', 'email[0]', 'three'),
      line('other', 'webhook[0]', 'four'),
    ]
    const detail = (labels: Readonly<Record<string, string>>, lines = journal) =>
      judged({
        counted: { 'mon-a': [grown('mon-a', 'notification', 1, labels)] },
        journal: { 'mon-a': lines },
      }).detail?.replace(/^.*the log of mon-a says: /, '')
    assert.equal(detail(web), 'two')
    assert.equal(detail({ integration: 'webhook' }), 'receiver other, four')
    assert.equal(detail({ integration: 'email' }), 'receiver mail, three')
    assert.equal(detail(web, [...journal, line('web', '', 'five')]), 'five')
    assert.equal(detail(web, [line('web', '', 'five'), ...journal]), 'two')
    assert.doesNotMatch(detail({ ...web, receiver_name: 'mail' }) ?? '', /says|three/)
  })

  it('bears a host that tells of very many failures and writes long lines about others', () => {
    const causes = Array.from({ length: 300 }, (_, at) => `r${at}/webhook[0]: no`).join('; ')
    const many = Array.from({ length: 10_000 }, (_, at) =>
      grown('mon-a', 'notification', 1, { ...web, receiver_name: `x${at}` }),
    )
    const journal = Array.from({ length: 100 }, () => `err="${causes}"`)
    const { detail } = judged({ counted: { 'mon-a': many }, journal: { 'mon-a': journal } })
    assert.match(detail ?? '', / and 9997 more$/)
  }).timeout(10_000)
})
