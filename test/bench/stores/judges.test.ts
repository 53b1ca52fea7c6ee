/** What the runs with stores judge by, on made-up samples: each judge can say no. */
import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { figuresOf, type Keeping, type Stored, type StoredSeries } from '../../../bench/stores/measure.ts'
import { countedFrom, judgeStore, longestStepOf, type StoreOutcome } from '../../../bench/stores/outcome.ts'
import { storeSites } from '../../../bench/stores/sites/index.ts'
import { victoriaMetricsSite } from '../../../bench/stores/sites/victoriametrics.ts'
import { page, plainTable } from '../../../bench/stores/table.ts'

const interval = 2000
const span = { from: 10_000, to: 30_000 }

const measure = (keeping: Keeping = 'one an interval') => ({ ...span, interval, keeping })

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

describe('the span of a case', () => {
  const { limits } = victoriaMetricsSite
  const before: StoreOutcome = { limits, fault: 'a node killed', began: 100_000, lasted: 1, wellAfter: 8 }

  it('begins some time before the case', () => {
    assert.equal(countedFrom(200_000, 20_000), 180_000)
    assert.equal(countedFrom(200_000, 20_000, before), 180_000)
  })

  it('has nothing of the case before it', () => {
    assert.equal(countedFrom(112_000, 20_000, before), 109_000)
  })

  it('begins with the case if it is not known when the one before it was over', () => {
    assert.equal(
      countedFrom(112_000, 20_000, { limits, fault: 'a node killed', failure: 'no answer' }),
      112_000,
    )
  })
})

describe('the figures of a store', () => {
  const whole = series(1500)

  it('are one copy, one interval and no loss if all is there', () => {
    const figures = figuresOf([stored([whole], [whole])], measure())
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
    assert.equal(figuresOf([stored(twice, [whole])], measure()).copies, 2)
  })

  it('count two samples of one series in one interval', () => {
    const doubled = { metric: {}, times: [...series(500).times, ...whole.times].sort((a, b) => a - b) }
    assert.equal(figuresOf([stored([whole], [doubled])], measure()).copies, 2)
  })

  it('take what comes at the very end of an interval as a part of it', () => {
    const twice = { metric: {}, times: [...whole.times, 13_000, 14_000].sort((a, b) => a - b) }
    assert.equal(figuresOf([stored([whole], [twice])], measure()).copies, 3)
  })

  it('tell the hole of one node apart from that of the store', () => {
    const holed = series(1500, { without: [15_500, 17_500] })
    const { lost, step, members } = figuresOf([stored([whole], [holed])], measure())
    assert.deepEqual([lost, step], [0, 2])
    assert.deepEqual(members, [
      { host: 'vm-a', step: 2, lost: 0 },
      { host: 'vm-b', step: 6, lost: 2 },
    ])
  })

  it('count what both nodes lack, if a replica has it', () => {
    const holed = series(1500, { without: [15_500] })
    const { lost, step, stepAt } = figuresOf([stored([holed], [holed])], measure())
    assert.deepEqual([lost, step, stepAt], [1, 4, 13_500])
  })

  it('do not call lost what no replica has scraped, but show the step', () => {
    const holed = series(1500, { without: [15_500] })
    const { lost, step } = figuresOf([stored([holed], [holed], [[holed]])], measure())
    assert.deepEqual([lost, step], [0, 4])
  })

  it('count to the end of the time, if nothing came any more', () => {
    const ended = { metric: {}, times: whole.times.filter(time => time < 20_000) }
    assert.equal(figuresOf([stored([ended], [ended])], measure()).step, 10.5)
  })

  it('are of the worst of all targets', () => {
    const holed = series(1500, { without: [15_500] })
    const { lost, step, stepAt } = figuresOf([stored([whole], [whole]), stored([holed], [holed])], measure())
    assert.deepEqual([lost, step, stepAt], [1, 4, 13_500])
  })

  it('are not made of nothing', () => {
    assert.throws(() => figuresOf([], measure()), /no target/)
    assert.throws(() => figuresOf([{ members: new Map(), scraped: [] }], measure()), /no member/)
    assert.throws(() => figuresOf([stored([whole], [whole], [[], []])], measure()), /no replica/)
  })
})

describe('the figures of a store that takes one replica at a time', () => {
  const figures = (kept: readonly StoredSeries[], scraped?: Stored['scraped']) =>
    figuresOf([stored(kept, kept, scraped)], measure('one replica at a time'))
  const early = { metric: {}, times: [12_001, 13_999, ...series(1500).times.slice(2)] }

  it('are not of intervals, in which a scrape that is late or early meets its neighbour', () => {
    const { copies, lost } = figures([early], [[early]])
    assert.deepEqual([copies, lost], [1, 0])
    assert.equal(figuresOf([stored([early], [early])], measure()).copies, 2)
  })

  it('count samples that are close to each other', () => {
    assert.equal(figures([series(500), series(1300)]).copies, 2)
    assert.equal(figures([series(500), series(1500)]).copies, 1)
  })

  it('count what one replica took in a hole', () => {
    const holed = series(1500, { without: [15_500, 17_500] })
    const { lost, step } = figures([holed])
    assert.deepEqual([lost, step], [2, 6])
    assert.equal(figures([holed], [[holed]]).lost, 0)
  })

  it('do not count a switch to the other replica that costs less than half an interval', () => {
    const before = series(500).times.filter(time => time < 19_000)
    const after = series(1400).times.filter(time => time > 19_500)
    assert.equal(figures([{ metric: {}, times: [...before, ...after] }]).lost, 0)
  })
})

const limits = victoriaMetricsSite.limits

const good: StoreOutcome = {
  limits,
  fault: 'replica mon-a stopped',
  began: 100_000,
  lasted: 120,
  meanwhile: ['storage.one_copy'],
  wellAfter: 12,
  figures: {
    targets: 4,
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
    assert.equal(longestStepOf(limits, 2).toFixed(2), '4.40')
    assert.deepEqual(but({ step: 4.39 }), [])
    assert.deepEqual(but({ step: 4.41 }), ['a step of 4.41 s, 21 s after the beginning'])
  })

  it('may cost no sample and double none', () => {
    assert.deepEqual(but({ lost: 1 }), ['1 samples lost'])
    assert.deepEqual(but({ copies: 2 }), ['2 copies of a sample'])
    assert.deepEqual(but({ copies: 0 }), ['0 copies of a sample'])
  })

  it('may cost so many samples of each target as the store drops itself', () => {
    const lossy = { ...good, limits: { ...limits, lost: (interval: number) => 4 / interval } }
    const figures = { ...(good.figures ?? assert.fail()), lost: 8 }
    assert.deepEqual(judgeStore({ ...lossy, figures }, 2), [])
    assert.deepEqual(judgeStore({ ...lossy, figures: { ...figures, lost: 9 } }, 2), ['9 samples lost'])
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
    const text = page({
      ...{ site: victoriaMetricsSite, outcomes, interval: 2 },
      ...{ command: 'npm run stores', versions: 'Prometheus 1.2.3' },
    })
    assert.match(text, /^# VictoriaMetrics, two single nodes: /)
    assert.match(text, /2 cases, 1 of which were NOT within the limits/)
    assert.match(text, /The limit is 4\.40 s/)
    assert.match(text, /Prometheus 1\.2\.3/)
  })
})

describe('the pages of the stores', () => {
  for (const site of storeSites) {
    it(`say how ${site.name} is measured`, () => {
      const text = page({ site, outcomes: [], interval: 2, command: 'x', versions: 'y' })
      assert.ok(text.includes(site.about))
      assert.match(text, /The limit is \d+\.\d\d s: \w/)
    })
  }
})
