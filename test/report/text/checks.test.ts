import assert from 'node:assert/strict'
import { plain } from '../../../src/report/style.ts'
import { checksBlocks } from '../../../src/report/text/checks.ts'
import type { Check } from '../../../src/verify/model.ts'

const text = (checks: readonly Check[], all = false) =>
  checksBlocks(checks, { all, style: plain }).join('\n\n')
const check = (id: string, target: string, status: Check['status'], rest: Partial<Check> = {}): Check => {
  return { id, target, status, detail: status, cell: 'eu', ...rest }
}
const away: Partial<Check> = {
  cause: { host: 'mon-b' },
  detail: 'mon-b could not be reached: no answer',
  remedy: 'Make mon-b reachable over SSH, then run verify again.',
}

/** Of five hosts, one does not answer. */
const oneOfFive: readonly Check[] = [
  check('prometheus.ready', 'mon-a/prometheus', 'pass', { offer: { what: 'queries', by: 'mon-a' } }),
  check('prometheus.ready', 'mon-b/prometheus', 'fail', { ...away, offer: { what: 'queries' } }),
  ...['config_identical', 'targets_identical', 'mutual'].map(id =>
    check(`prometheus.${id}`, 'eu', 'fail', away),
  ),
  check('alertmanager.ready', 'mon-a/alertmanager', 'pass', { offer: { what: 'alerts', by: 'mon-a' } }),
  check('alertmanager.ready', 'mon-b/alertmanager', 'fail', { ...away, offer: { what: 'alerts' } }),
  ...['mon-a', 'mon-b', 'app-1', 'app-2', 'app-3'].map(host =>
    check('exporter.up', `${host}/node_exporter`, 'skip', away),
  ),
  check('vip.one_holder', 'eu/loadbalancer', 'fail', {
    ...away,
    offer: { what: 'addresses', by: '192.0.2.1 on mon-a' },
  }),
]

describe('report/checks', () => {
  it('say nothing if all pass, and each by -v', () => {
    const passing = [check('prometheus.ready', 'mon-a/prometheus', 'pass')]
    assert.equal(text(passing), '')
    assert.equal(text(passing, true), 'pass  prometheus.ready  mon-a/prometheus  pass')
  })

  it('name a host that is away once, and what still works', () => {
    assert.equal(
      text(oneOfFive),
      [
        'cause  mon-b  mon-b could not be reached: no answer',
        '       To do: Make mon-b reachable over SSH, then run verify again.',
        '       11 checks do not pass because of that; -v lists them',
        'works  queries: by mon-a; alerts: by mon-a; addresses: 192.0.2.1 on mon-a',
      ].join('\n'),
    )
  })

  it('tell beside a cause what fails for another reason', () => {
    const other = check('alertmanager.notifications', 'eu', 'warn', { remedy: 'Look at it.' })
    const [, lines = ''] = text([...oneOfFive, other]).split('\n\n')
    assert.deepEqual(lines.split('\n'), [
      'warn  alertmanager.notifications  eu  warn',
      '      To do: Look at it.',
    ])
  })

  it('list all by -v, and what to do about a cause once', () => {
    const all = text(oneOfFive, true)
    assert.match(all, /^cause {2}mon-b/)
    assert.equal(all.match(/To do:/g)?.length, 1)
    assert.equal(all.match(/^(?:pass|fail|skip) /gm)?.length, oneOfFive.length)
  })

  it('name several causes, and the cell if several are concerned', () => {
    const stopped = check('prometheus.ready', 'us-a/prometheus', 'fail', {
      cell: 'us',
      cause: { host: 'us-a', component: 'prometheus' },
      detail: 'prometheus on us-a: nothing listens on 127.0.0.1:9090; systemd says inactive',
      offer: { what: 'queries' },
    })
    const lines = text([...oneOfFive, stopped]).split('\n')
    assert.deepEqual(
      lines.filter(line => /^(?:cause|works)/.test(line)),
      [
        'cause  mon-b  mon-b could not be reached: no answer',
        'cause  us-a/prometheus  prometheus on us-a: nothing listens on 127.0.0.1:9090; systemd says inactive',
        'works  in eu: queries: by mon-a; alerts: by mon-a; addresses: 192.0.2.1 on mon-a',
        'works  in us: queries: not by anything that answers',
      ],
    )
  })

  it('stay short however many hosts are away', () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      check('exporter.up', `app-${index}/node_exporter`, 'fail', {
        cause: { host: `app-${index}` },
        detail: `app-${index} could not be reached: no answer`,
      }),
    )
    const lines = text(many).split('\n')
    assert.ok(lines.length <= 12, String(lines.length))
    assert.ok(lines.some(line => line.includes('and 32 more')))
  })
})
