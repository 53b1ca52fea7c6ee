import assert from 'node:assert/strict'
import { oneHolder } from '../../../roles/keepalived/checks.ts'
import { judged, state } from '../../verify/judged.ts'
import { movingCell } from '../moving.ts'

const cell = movingCell()
const [address] = cell.movingAddresses
assert.ok(address)

describe('vip.one_holder', () => {
  const seen = (a: readonly string[], b: readonly string[], restOfB = {}) =>
    judged(oneHolder(cell, address, ['mon-a', 'mon-b']), {
      'mon-a state': state(['198.18.0.11', ...a]),
      'mon-b state': state(['198.18.0.12', ...b], restOfB),
    })

  it('passes with one holder, whichever it is', () => {
    assert.deepEqual(seen(['198.18.0.100'], []), {
      ...{ status: 'pass', detail: 'mon-a has 198.18.0.100' },
      by: '198.18.0.100 on mon-a',
    })
    assert.equal(seen([], ['198.18.0.100']).status, 'pass')
  })

  it('says who has it, if another member cannot be asked', () => {
    const alone = judged(oneHolder(cell, address, ['mon-a', 'mon-b']), {
      'mon-b state': state(['198.18.0.12', '198.18.0.100']),
    })
    assert.equal(alone.status, 'fail')
    assert.equal(alone.detail, 'mon-b has 198.18.0.100; mon-a: it is silent')
    assert.equal(alone.by, '198.18.0.100 on mon-b')
    assert.deepEqual(alone.cause, { host: 'mon-a' })
  })

  it('fails with none and with two', () => {
    assert.match(seen([], []).detail, /^no host has/)
    const both = seen(['198.18.0.100'], ['198.18.0.100'])
    assert.equal(both.status, 'fail')
    assert.match(both.remedy ?? '', /protocol 112/)
  })

  it('fails where a host could not take the address over', () => {
    const passive = (rest: object) => seen(['198.18.0.100'], [], rest)
    const stopped = passive({ keepalived: 'inactive', moving: [] })
    assert.equal(stopped.status, 'fail')
    assert.equal(
      stopped.detail,
      'mon-a has 198.18.0.100, but keepalived of mon-b does not run (systemd says inactive) and could not take it over',
    )
    assert.match(stopped.remedy ?? '', /^See journalctl -u promha-keepalived on mon-a and mon-b, and restart/)
    // It is about to be started again, and its file lies there meanwhile.
    assert.match(
      passive({ keepalived: 'activating' }).detail,
      /mon-b does not run \(systemd says activating\)/,
    )
    assert.match(passive({ keepalived: '' }).detail, /systemd says nothing/)
    assert.match(
      passive({ moving: ['198.18.0.101'] }).detail,
      /but keepalived of mon-b does not know it and could not/,
    )
    for (const keepalived of ['reloading', 'refreshing']) assert.equal(passive({ keepalived }).status, 'pass')
  })

  it('fails where another host of the cell has the address, whoever else has', () => {
    const found = (c: readonly string[], a: readonly string[] = ['198.18.0.100']) =>
      judged(oneHolder(cell, address, ['mon-a', 'app-01']), {
        'mon-a state': state(['198.18.0.11', ...a]),
        'mon-b state': state(['198.18.0.12']),
        'app-01 state': state(['198.18.0.21', ...c], { keepalived: 'inactive', moving: [] }),
      })
    assert.equal(found([]).status, 'pass')
    const strange = { status: 'fail', detail: 'app-01 has 198.18.0.100, which is for mon-a and mon-b only' }
    for (const { remedy, ...seen } of [found(['198.18.0.100']), found(['198.18.0.100'], [])]) {
      assert.deepEqual(seen, strange)
      assert.match(remedy ?? '', /ip address/)
    }
  })

  it('knows an IPv6 address however it is written', () => {
    const moving = { ...address, address: 'FD00:0::1' }
    const answers = {
      'mon-a state': state(['fd00::1'], { moving: ['FD00:0::1'] }),
      'mon-b state': state([], { moving: ['fd00::0001'] }),
    }
    assert.equal(judged(oneHolder(cell, moving, []), answers).status, 'pass')
  })
})
