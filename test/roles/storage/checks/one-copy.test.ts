import assert from 'node:assert/strict'
import type { Held } from '../../../../roles/storage/checks/held.ts'
import { oneCopy } from '../../../../roles/storage/checks/one-copy.ts'
import { ages, feeding, mark, members, up, verdict, whole } from './fed.ts'

const [member] = members
assert.ok(member)
const seen = (held: readonly Held[]) => verdict(oneCopy(member, feeding), { 'vm-a': held })
const [upA, upB, markA, markB] = whole as [Held, Held, Held, Held]

describe('storage.one_copy', () => {
  it('passes where each series is there once, and each replica has written of late', () => {
    const { said } = seen(whole)
    assert.equal(said, 'pass 2 series that all replicas push are there once, 242 samples, fed by a and b')
    assert.equal(oneCopy(member, feeding).target, 'vm-a/victoriametrics')
  })

  it('fails where one replica has stopped, although the other one fills its place', () => {
    assert.match(seen([upA, upB, markA, mark('b', ages(1800, 40, 5))]).said, /^pass /)
    const { said, remedy, settled } = seen([upA, upB, markA, mark('b', ages(1800, 45, 5))])
    // It may still come.
    assert.notEqual(settled, true)
    assert.equal(said, 'fail vm-a is not fed by all replicas: b has written nothing for 45 s')
    assert.match(remedy ?? '', /Look at Prometheus on mon-b/)
    assert.equal(
      seen([upA, upB, markB]).said,
      'fail vm-a is not fed by all replicas: a has written nothing within an hour',
    )
  })

  it('fails where the replica label is there', () => {
    const labelled = ['a', 'b'].map(name => up('a', ages(1805, 5), { prometheus_replica: name }))
    const { said, remedy, settled } = seen([...labelled, upB, markA, markB])
    assert.match(said, /^fail vm-a holds up of mon-a:9090 with the label prometheus_replica, /)
    assert.equal(settled, true)
    assert.match(remedy ?? '', /promha apply/)
  })

  it('fails where replicas differ in another label, and names it', () => {
    const { said, settled } = seen([upA, up('a', ages(1805, 5), { zone: 'x' }), upB, markA, markB])
    assert.equal(settled, true)
    assert.equal(said, 'fail vm-a holds up of mon-a:9090 2 times, which differ in zone')
  })

  it('fails where two samples are in one interval', () => {
    const twice = up(
      'a',
      [...ages(1805, 5), 6, 21].sort((one, other) => other - one),
    )
    const { said, settled } = seen([twice, upB, markA, markB])
    assert.equal(settled, true)
    assert.equal(said, 'fail vm-a shows 2 samples of up of mon-a:9090 twice within 15 s')
  })

  it('fails where a replica is not in the store at all', () => {
    const { said } = seen([upA, markA, markB])
    assert.equal(said, 'fail vm-a has no sample of up of mon-b:9090 within an hour')
  })

  it('ignores replicas that the cell does not have', () => {
    assert.match(seen([...whole, up('gone', ages(1805, 900)), up('gone', [3], { x: 'y' })]).said, /^pass /)
  })
})
