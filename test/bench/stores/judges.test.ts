/** What the runs with stores judge by, on made-up samples: each judge can say no. */
import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { figuresOf, type Stored, type StoredSeries } from '../../../bench/stores/measure.ts'
import { judgeStore, longestStep, type StoreOutcome } from '../../../bench/stores/outcome.ts'
import { page, plainTable } from '../../../bench/stores/table.ts'

const interval = 2000
const span = { from: 10_000, to: 30_000 }

/** A sample every two seconds, `offset` milliseconds after each even second, but for those times. */
function series(offset: number, { without = [] as readonly number[], label = '' } = {}): StoredSeries {
  const times = Array.from({ length: 10 }, (_, index) => span.from + offset + index * interval)
  return { metric: { label }, times: times.filter(time => !without.includes(time)) }
}

function stored(a: readonly StoredSeries[], b: readonly StoredSeries[], scraped?: Stored['scraped']): Stored {
  return {
    members: new Map([
      ['vm-a', a],
      ['vm-b', b],
    ]),
    scraped: scraped ?? [[series(500)], [series(1500)]],
  }
}

describe('the figures of a store', () => {
  const whole = series(1500)

  it('are one copy, one interval and no loss if all is there', () => {
    const figures = figuresOf([stored([whole], [whole])], span, interval)
    assert.deepEqual([figures.copies, figures.step, figures.lost], [1, 2, 0])
    assert.deepEqual(
      figures.members.map(({ host, lost }) => [host, lost]),
      [
        ['vm-a', 0],
        ['vm-b', 0],
      ],
    )
  })

  it('count a sample that the replica label keeps twice', () => {
    const twice = [series(500, { label: 'a' }), series(1500, { label: 'b' })]
    assert.equal(figuresOf([stored(twice, [whole])], span, interval).copies, 2)
  })

  it('count two samples of one series in one interval', () => {
    const doubled = { metric: {}, times: [...series(500).times, ...whole.times].sort((a, b) => a - b) }
    assert.equal(figuresOf([stored([whole], [doubled])], span, interval).copies, 2)
  })

  it('take what comes at the very end of an interval as a part of it', () => {
    const twice = { metric: {}, times: [...whole.times, 13_000, 14_000].sort((a, b) => a - b) }
    assert.equal(figuresOf([stored([whole], [twice])], span, interval).copies, 3)
  })

  it('tell the hole of one node apart from that of the store', () => {
    const holed = series(1500, { without: [15_500, 17_500] })
    const { lost, step, members } = figuresOf([stored([whole], [holed])], span, interval)
    assert.deepEqual([lost, step], [0, 2])
    assert.deepEqual(members, [
      { host: 'vm-a', step: 2, lost: 0 },
      { host: 'vm-b', step: 6, lost: 2 },
    ])
  })

  it('count what both nodes lack, if a replica has it', () => {
    const holed = series(1500, { without: [15_500] })
    const { lost, step, stepAt } = figuresOf([stored([holed], [holed])], span, interval)
    assert.deepEqual([lost, step, stepAt], [1, 4, 13_500])
  })

  it('do not call lost what no replica has scraped, but show the step', () => {
    const holed = series(1500, { without: [15_500] })
    const { lost, step } = figuresOf([stored([holed], [holed], [[holed]])], span, interval)
    assert.deepEqual([lost, step], [0, 4])
  })

  it('count to the end of the time, if nothing came any more', () => {
    const ended = { metric: {}, times: whole.times.filter(time => time < 20_000) }
    assert.equal(figuresOf([stored([ended], [ended])], span, interval).step, 10.5)
  })

  it('are of the worst of all targets', () => {
    const holed = series(1500, { without: [15_500] })
    const { lost, step, stepAt } = figuresOf(
      [stored([whole], [whole]), stored([holed], [holed])],
      span,
      interval,
    )
    assert.deepEqual([lost, step, stepAt], [1, 4, 13_500])
  })

  it('are not made of nothing', () => {
    assert.throws(() => figuresOf([], span, interval), /no target/)
    assert.throws(() => figuresOf([{ members: new Map(), scraped: [] }], span, interval), /no member/)
    assert.throws(() => figuresOf([stored([whole], [whole], [[], []])], span, interval), /no replica/)
  })
})

const good: StoreOutcome = {
  store: 'victoriametrics',
  fault: 'replica mon-a stopped',
  began: 100_000,
  lasted: 120,
  meanwhile: ['storage.one_copy'],
  wellAfter: 12,
  figures: {
    copies: 1,
    step: 3.9,
    stepAt: 121_000,
    lost: 0,
    members: [
      { host: 'app-01', step: 3.9, lost: 0 },
      { host: 'app-02', step: 4.0, lost: 0 },
    ],
  },
}

describe('an outage beside a store', () => {
  const but = (change: Partial<NonNullable<StoreOutcome['figures']>>) =>
    judgeStore({ ...good, figures: { ...(good.figures ?? assert.fail()), ...change } }, 2)

  it('may cost two intervals and a tenth', () => {
    assert.equal(longestStep('victoriametrics', 2).toFixed(2), '4.40')
    assert.deepEqual(but({ step: 4.39 }), [])
    assert.deepEqual(but({ step: 4.41 }), ['a step of 4.41 s, 21 s after the beginning'])
  })

  it('may cost no sample and double none', () => {
    assert.deepEqual(but({ lost: 1 }), ['1 samples lost'])
    assert.deepEqual(but({ copies: 2 }), ['2 copies of a sample'])
    assert.deepEqual(but({ copies: 0 }), ['0 copies of a sample'])
  })

  it('may leave a hole only on a node that has crashed', () => {
    const members = [
      { host: 'app-01', step: 9, lost: 4 },
      { host: 'app-02', step: 2, lost: 0 },
    ]
    assert.deepEqual(but({ members }), ['a step of 9.00 s on app-01', '4 samples lost on app-01'])
    const figures = { ...(good.figures ?? assert.fail()), members }
    assert.deepEqual(judgeStore({ ...good, figures, crashed: 'app-01' }, 2), [])
    assert.equal(judgeStore({ ...good, figures, crashed: 'app-02' }, 2).length, 2)
  })

  it('has failed if it was not measured', () => {
    const { figures, ...unmeasured } = good
    assert.ok(figures)
    assert.deepEqual(judgeStore(unmeasured, 2), ['nothing was measured'])
    assert.deepEqual(judgeStore({ ...good, failure: 'the apply ended with 1' }, 2), [
      'the apply ended with 1',
    ])
  })

  it('is told with all its figures', () => {
    const outcomes = [
      good,
      { ...good, fault: 'store killed', figures: { ...(good.figures ?? assert.fail()), lost: 3 } },
    ]
    const lines = plainTable({ outcomes, interval: 2 }).split('\n')
    assert.match(
      lines[1] ?? '',
      /replica mon-a stopped .*120 s .*1 .*3\.90 s .*fails: storage\.one_copy.* yes$/,
    )
    assert.match(lines[2] ?? '', /store killed .* 3 .* NO$/)
    const text = page({ outcomes, interval: 2, command: 'npm run stores', versions: 'Prometheus 1.2.3' })
    assert.match(text, /2 cases, 1 of which were NOT within the limits/)
    assert.match(text, /The limit is 4\.40 s/)
    assert.match(text, /Prometheus 1\.2\.3/)
  })
})
