/** What the failover runs judge by, on made-up figures: each judge can say no. */
import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { longestGap } from '../../../bench/breaking/gaps.ts'
import { spansOf } from '../../../bench/breaking/poller.ts'
import type { Part } from '../../../bench/failover/active.ts'
import { type Case, cases, covered, nextOf } from '../../../bench/failover/cases.ts'
import { cablePulled, killed, powerCut } from '../../../bench/failover/faults.ts'
import { judge, limits, type Outcome } from '../../../bench/failover/outcome.ts'
import { account, numbersIn, type Pushed } from '../../../bench/failover/pushes.ts'
import { page, plainTables, tablesOf } from '../../../bench/failover/table.ts'
import { sampled } from '../../../bench/failover/trial.ts'

const pushed: Pushed = {
  tried: 200,
  acknowledged: 170,
  lost: 30,
  lostAfter: 0,
  unseen: 9,
  unseenWithin: 0.9,
  forgotten: 40,
  forgottenWithin: 4.2,
  keptByBoth: true,
}
const good: Outcome = {
  part: 'pushgateway',
  cell: 'vip',
  fault: 'process killed',
  out: 1.7,
  pushed,
  sampled: { gap: 2.1, doubled: 0 },
  wentBack: false,
}
const prober: Outcome = {
  part: 'prober',
  cell: 'haproxy',
  fault: 'unit stopped',
  sampled: { gap: 1, doubled: 0 },
  failedProbes: 0,
}
const replica: Outcome = {
  part: 'replica',
  cell: 'haproxy',
  fault: 'process frozen',
  out: 0.6,
  asked: 120,
  failed: 3,
  federated: { gap: 1.5, doubled: 0 },
}

describe('a failover', () => {
  it('is well within its limits', () => {
    for (const one of [good, prober, replica]) assert.deepEqual(judge(one), [])
  })

  it('takes too long', () => {
    assert.deepEqual(judge({ ...good, out: limits.out - 0.1 }), [])
    assert.deepEqual(judge({ ...good, out: limits.out }), ['5.0 s without an answer'])
    assert.equal(judge({ ...replica, out: 6 }).length, 1)
  })

  it('lacks too many samples', () => {
    const lacking = (gap: number) => judge({ ...prober, sampled: { gap, doubled: 0 } })
    assert.deepEqual(lacking(3.1), [])
    assert.deepEqual(lacking(4), ['a gap of 4.0 intervals'])
    const federatedGap = (gap: number) => judge({ ...replica, federated: { gap, doubled: 0 } })
    assert.deepEqual(federatedGap(2.1), [])
    assert.deepEqual(federatedGap(3), ['a gap of 3.0 intervals in what is federated'])
  })

  it('is not measured by the samples of no replica at all', async () => {
    const fleet = {} as Parameters<typeof sampled>[0]['fleet']
    await assert.rejects(
      sampled({ fleet }, [], 'up', { at: 0, done: 0 }),
      /no replica is left alone .* of up /,
    )
  })

  it('doubles series', () => {
    assert.deepEqual(judge({ ...good, sampled: { gap: 1, doubled: 1 } }), ['1 doubled series'])
    assert.equal(judge({ ...replica, federated: { gap: 1, doubled: 1 } }).length, 1)
  })

  it('fails probes, goes back, or could not be measured', () => {
    assert.deepEqual(judge({ ...prober, failedProbes: 2 }), ['2 probes failed'])
    assert.deepEqual(judge({ ...good, wentBack: true }), ['the address went back by itself'])
    assert.deepEqual(judge({ ...prober, wentBack: true }), ['the address went back by itself'])
    assert.deepEqual(judge({ ...prober, fault: cablePulled.name, wentBack: true }), [])
    assert.equal(judge({ ...replica, fault: cablePulled.name, wentBack: true }).length, 1)
    const cut = { ...good, fault: cablePulled.name, wentBack: true, pushed: { ...pushed, lostAfter: 9 } }
    assert.equal(judge(cut).length, 2)
    assert.deepEqual(judge({ ...cut, cell: 'haproxy' }), [])
    assert.equal(judge({ ...cut, cell: 'haproxy', wentBack: false }).length, 1)
    assert.deepEqual(judge({ ...good, failure: 'nobody answered' }), ['nobody answered'])
  })

  it('loses what it may not', () => {
    const losing = (more: Partial<Pushed>, fault = good.fault) =>
      judge({ ...good, fault, pushed: { ...pushed, ...more } })
    assert.deepEqual(losing({ acknowledged: 0 }), ['nothing was acknowledged'])
    assert.deepEqual(losing({ keptByBoth: false }), ['what both were given is gone'])
    assert.deepEqual(losing({ lostAfter: 1 }), ['1 pushes lost that were acknowledged after the fault'])
    assert.deepEqual(losing({ forgottenWithin: 13 }), ['40 pushes forgotten, up to 13.0 s old'])
    assert.deepEqual(losing({ unseenWithin: 7 }), ['9 pushes never scraped, up to 7.0 s old'])
    const restarted = 'unit restarted'
    assert.equal(losing({ lost: 0 }, restarted).length, 1)
    assert.equal(losing({ forgotten: 0 }, restarted).length, 1)
    assert.deepEqual(losing({ lost: 0, forgotten: 0 }, restarted), [])
  })
})

describe('what was pushed', () => {
  // One a second; the third is refused.
  const pushes = [1, 2, 3, 4, 5].map(number => ({
    number,
    asked: number * 1000 - 10,
    answered: number * 1000,
    ready: number !== 3,
  }))

  it('is told by where it is found', () => {
    const found = { address: new Set([4]), hit: new Set([1]), replicas: new Set([1, 4, 5]) }
    assert.deepEqual(account(pushes, 3500, found), {
      tried: 5,
      acknowledged: 4,
      lost: 2,
      lostAfter: 1,
      unseen: 1,
      unseenWithin: 0,
      forgotten: 1,
      forgottenWithin: 0,
      keptByBoth: false,
    })
  })

  it('is found by its round', () => {
    const text = '# TYPE push_7_1 untyped\npush_7_1{job="failover"} 1\npush_7_12{job="x"} 12\npush_71_2{} 2\n'
    assert.deepEqual([...numbersIn(text, '7')], [1, 12])
  })
})

it('the longest gap begins with the last sample before the fault and ends when none comes again', () => {
  assert.equal(longestGap([1000, 3000, 5000], 3500, 6000), 2000)
  assert.equal(longestGap([1000, 3000, 9000, 11_000], 3500, 12_000), 6000)
  assert.equal(longestGap([1000, 3000], 3500, 9000), 6000)
})

it('an outage is counted once, in whatever order the answers come', () => {
  const at = (asked: number, answered: number, ready: boolean) => ({ asked, answered, ready })
  const answers = [
    at(0, 5, true),
    at(100, 2100, false),
    at(200, 900, true),
    at(300, 2300, false),
    at(400, 950, true),
  ]
  assert.deepEqual(spansOf(answers), [{ from: 100, to: 950 }])
  assert.deepEqual(spansOf([...answers, at(2000, 2500, false)]), [
    { from: 100, to: 950 },
    { from: 2000, to: 2500 },
  ])
})

describe('a round', () => {
  const of = (part: Part, cell: Case['cell'], fault = killed): Case => ({ part, cell, fault })

  it('counts for all that is active on a host that is cut off', () => {
    const all = [
      ...(['pushgateway', 'prober', 'replica'] as const).map(part => of(part, 'haproxy', powerCut)),
      of('prober', 'vip', powerCut),
      of('prober', 'haproxy', cablePulled),
    ]
    const [first = of('pushgateway', 'haproxy')] = all
    const active = new Map<Part, string>([
      ['pushgateway', 'b'],
      ['prober', 'b'],
      ['replica', 'a'],
    ])
    assert.deepEqual(covered(first, active, all), all.slice(0, 2))
    assert.deepEqual(covered(of('prober', 'haproxy'), active, all), [of('prober', 'haproxy')])
  })

  it('breaks in both cells at once only what the other one does not see', () => {
    const both = [of('pushgateway', 'vip'), of('replica', 'haproxy'), of('prober', 'haproxy')]
    assert.deepEqual(nextOf(both), [both[0], both[2]])
    assert.deepEqual(nextOf(both.slice(0, 2)), both.slice(0, 1))
    assert.deepEqual(nextOf(both.slice(1)), both.slice(1, 2))
    assert.deepEqual(nextOf([of('prober', 'vip', powerCut), ...both]).length, 1)
    assert.deepEqual(nextOf([]), [])
  })

  it('is there for every part in every way', () => {
    const names = cases.map(({ part, cell, fault }) => `${part} ${cell} ${fault.name}`)
    assert.equal(new Set(names).size, names.length)
    for (const cell of ['vip', 'haproxy'])
      for (const fault of ['process killed', 'unit stopped', 'process frozen', 'host power cut'])
        assert.ok(names.includes(`pushgateway ${cell} ${fault}`), `${cell} ${fault}`)
  })
})

describe('the tables of failovers', () => {
  it('have the worst of all times, one row for each fault of each part', () => {
    const [pushgateways, query, federation] = tablesOf([good, { ...good, out: 3.4 }, replica])
    assert.equal(pushgateways?.rows.length, 2)
    assert.deepEqual(pushgateways?.rows[1]?.slice(0, 4), ['address', 'process killed', '2', '3.4 s'])
    assert.deepEqual(query?.rows[1], [
      'the replica behind it',
      'process frozen',
      '1',
      '0.6 s',
      '120',
      '3',
      '0',
    ])
    assert.deepEqual(federation?.rows[1], ['process frozen', '1', '1.5 intervals', '0'])
  })

  it('do not hide what failed, nor what was not measured', () => {
    const bad: Outcome = { part: 'prober', cell: 'vip', fault: 'process killed', failure: 'no' }
    assert.match(plainTables([bad]), /address +process killed +1, 1 FAILED +- +- +-/)
    assert.match(page([bad], 'npm run failover'), /1 failovers, 1 of which were NOT within the limits/)
    assert.match(page([good], 'npm run failover'), /all within the limits/)
  })
})
