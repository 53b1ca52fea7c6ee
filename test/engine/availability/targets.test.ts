import assert from 'node:assert/strict'
import fc from 'fast-check'
import { missingTargets, targetsIn } from '../../../src/engine/availability/targets.ts'
import { milliseconds } from '../../../src/inventory/value/duration.ts'
import { type Health, targets } from '../scraped.ts'

describe('targets compared', () => {
  const before = targets({ a: 'up', b: 'up', c: 'down' })

  it('lack those that were up and are not', () => {
    assert.deepEqual(missingTargets(before, targets({ a: 'up', b: 'down', c: 'down' }), undefined, true), [
      'node b:9100',
    ])
    assert.deepEqual(missingTargets(before, targets({ a: 'unknown', b: 'up' }), undefined, true), [
      'node a:9100',
    ])
    assert.deepEqual(missingTargets(before, targets({ a: 'up', b: 'up' }), undefined, true), [])
  })

  it('leave out those that the twin sees down as well, and only those', () => {
    const now = targets({ a: 'down', b: 'down' })
    assert.deepEqual(missingTargets(before, now, targets({ a: 'down', b: 'up' }), true), ['node b:9100'])
    assert.deepEqual(missingTargets(before, now, targets({ a: 'unknown', b: 'down' }), true), ['node a:9100'])
    assert.deepEqual(missingTargets(before, now, targets({ b: 'down' }), true), ['node a:9100'])
  })

  it('leave out those that the new config does not have', () => {
    const now = targets({ a: 'up' })
    const twin = targets({ a: 'up', b: 'up' })
    assert.deepEqual(missingTargets(before, now, twin, false), [])
    assert.deepEqual(missingTargets(before, now, twin, true), ['node b:9100'])
    assert.deepEqual(missingTargets(before, now, targets({ a: 'up' }), true), [])
    assert.deepEqual(missingTargets(before, now, undefined, true), [])
  })

  it('do not await one that is scraped too rarely, but see it fail', () => {
    const rare = targets({ a: 'up' }, '10m')
    assert.deepEqual(missingTargets(rare, targets({ a: 'unknown' }, '10m'), undefined, true), [])
    assert.deepEqual(missingTargets(rare, targets({ a: 'down' }, '10m'), undefined, true), ['node a:9100'])
  })

  it('lack nothing that was not up before, whatever is seen', () => {
    const health = fc.constantFrom<Health>('up', 'down', 'unknown')
    const some = fc.dictionary(fc.constantFrom('a', 'b', 'c'), health).map(found => targets(found))
    fc.assert(
      fc.property(some, some, fc.option(some, { nil: undefined }), fc.boolean(), (had, now, twin, same) => {
        const up = [...had.values()].filter(target => target.up).map(target => target.label)
        for (const label of missingTargets(had, now, twin, same)) assert.ok(up.includes(label))
        assert.deepEqual(missingTargets(had, had, twin, same), [])
      }),
    )
  })

  it('take one that is up for both of a kind', () => {
    const twice = [...['down', 'up', 'down']].map(health => ({
      discoveredLabels: {},
      labels: {},
      scrapePool: 'x',
      scrapeUrl: 'http://x/metrics',
      lastError: '',
      health: health as Health,
    }))
    assert.deepEqual(
      [...targetsIn(twice).values()].map(({ up, label, interval }) => ({ up, label, interval })),
      [{ up: true, label: 'x http://x/metrics', interval: 60_000 }],
    )
  })
})

describe('durations', () => {
  it('are read as Prometheus writes them', () => {
    assert.equal(milliseconds('15s'), 15_000)
    assert.equal(milliseconds('1m30s'), 90_000)
    assert.equal(milliseconds('500ms'), 500)
    assert.equal(milliseconds('1h0m0s'), 3_600_000)
    for (const odd of [undefined, '', '15', 's', '-1s', '1.5s']) assert.equal(milliseconds(odd), undefined)
  })
})
