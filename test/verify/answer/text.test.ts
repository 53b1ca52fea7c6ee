import assert from 'node:assert/strict'
import fc from 'fast-check'
import { withoutReplica } from '../../../roles/prometheus/checks/config.ts'
import { deliveries } from '../../../roles/prometheus/checks/deliveries.ts'
import { buildVersion, sample, samples } from '../../../src/verify/answer/metrics.ts'
import { brief } from '../../../src/verify/answer/text.ts'
import { firstDifference } from '../../../src/verify/checks/config.ts'

describe('withoutReplica', () => {
  const yaml = (value: string, label = 'replica') =>
    `global:\n  scrape_interval: 15s\n  external_labels:\n    cell: eu\n    ${label}: ${value}\nscrape_configs:\n- job_name: replica\n`

  it('takes the value out, in whichever way YAML writes it', () => {
    for (const [written, value] of [
      ['a', 'a'],
      ['"1"', '1'],
      ["'it''s'", "it's"],
      ['"y\\"z"', 'y"z'],
      ['${REPLICA}', '${REPLICA}'],
    ] as const) {
      assert.equal(withoutReplica(yaml(written), 'replica').value, value)
      assert.equal(withoutReplica(yaml(written), 'replica').rest, withoutReplica(yaml('b'), 'replica').rest)
    }
    assert.equal(withoutReplica(yaml('a', '"my.replica"'), 'my.replica').value, 'a')
  })

  it('looks nowhere but at the external labels', () => {
    assert.equal(withoutReplica(yaml('a'), 'job_name').value, undefined)
    assert.equal(withoutReplica('global:\n  scrape_interval: 1s\n', 'replica').value, undefined)
    assert.notEqual(
      withoutReplica(yaml('a'), 'replica').rest,
      withoutReplica(yaml('b').replace('eu', 'us'), 'replica').rest,
    )
  })
})

describe('firstDifference', () => {
  it('is 0 exactly for equal texts', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '')).map(lines => lines.join('\n'))
    fc.assert(fc.property(text, text, (a, b) => (firstDifference(a, b) === 0) === (a === b)))
  })
  it('counts from 1, past the end of the shorter one too', () => {
    assert.equal(firstDifference('a\nb', 'a\nc'), 2)
    assert.equal(firstDifference('a', 'a\nb'), 2)
    assert.equal(firstDifference('a\nb', 'a'), 2)
  })
})

describe('samples', () => {
  const text = [
    '# HELP up_total with up_total in it',
    'up_total{a="x",b="q\\"}"} 3',
    'up_total{a="y"} 1.5e+09 1700000000000',
    'up_total_more 7',
    'up 4',
    'inf +Inf',
    'x_build_info{version="1.2.3"} 1',
  ].join('\n')
  it('reads one metric', () => {
    assert.deepEqual(samples(text, 'up_total'), [
      { labels: { a: 'x', b: 'q"}' }, value: 3 },
      { labels: { a: 'y' }, value: 1.5e9 },
    ])
    assert.equal(sample(text, 'up'), 4)
    assert.equal(sample(text, 'inf'), Number.POSITIVE_INFINITY)
    assert.equal(sample(text, 'down'), undefined)
    assert.equal(buildVersion(text, 'x'), '1.2.3')
    assert.equal(buildVersion(text, 'y'), '')
  })
})

describe('deliveries', () => {
  const url = 'http://10.0.0.1:9093/api/v2/alerts'
  const series = (name: string, values: [number, number][]) => ({
    metric: { __name__: name, alertmanager: url },
    values: values.map(([at, value]) => [at, String(value)] as const),
  })
  const counters = (sent: [number, number][], errors: [number, number][], start: [number, number][]) => [
    series('prometheus_notifications_sent_total', sent),
    series('prometheus_notifications_errors_total', errors),
    series('process_start_time_seconds', start),
  ]
  const count = (...of: Parameters<typeof deliveries>) => deliveries(...of).get('10.0.0.1:9093')

  it('counts what was delivered within the window', () => {
    const of = counters(
      [
        [1000, 50],
        [1290, 55],
      ],
      [
        [1000, 9],
        [1290, 11],
      ],
      [[1290, 1]],
    )
    assert.equal(count(of), 3)
  })
  it('counts from nought for a process younger than the window', () => {
    assert.equal(
      count(
        counters(
          [
            [1280, 1],
            [1290, 1],
          ],
          [[1290, 0]],
          [[1290, 1270]],
        ),
      ),
      1,
    )
  })
  it('does not count what an earlier process delivered', () => {
    const of = counters(
      [
        [1000, 50],
        [1280, 55],
      ],
      [
        [1000, 0],
        [1280, 0],
      ],
      [[1280, 1]],
    )
    const live = `process_start_time_seconds 1285\nprometheus_notifications_sent_total{alertmanager="${url}"} 0\nprometheus_notifications_errors_total{alertmanager="${url}"} 0\n`
    assert.equal(count(of), 5)
    assert.equal(count(of, live), 0)
    assert.equal(count(of, live.replace('} 0', '} 1')), 1)
  })
})

describe('brief', () => {
  it('leaves out URLs that may hold secrets, and what is too long', () => {
    assert.equal(brief('Get "http://u:p@h/m?token=x": dial tcp: refused'), 'dial tcp: refused')
    assert.equal(brief('bad http://u:p@h/m?token=x here'), 'bad http://h/m here')
    assert.equal(brief(undefined), 'no reason given')
    assert.equal(brief('x'.repeat(500)).length, 160)
  })
})
