/** In which order those that may have an address are told who else may. */
import assert from 'node:assert/strict'
import { turnsOf } from '../../../src/engine/order/vrrp-update-order.ts'

/** `HOST: KNOWS → WANTED, HAS`, addresses being letters. */
function order(...texts: string[]): string {
  const keepers = texts.map(text => {
    const [, host = '', knows = '', wanted = '', has = ''] = /^(\w+): (\w*) → (\w*), (\w*)$/.exec(text) ?? []
    return { host, knows: [...knows], wanted: [...wanted], has: [...has] }
  })
  const turns = [...turnsOf(keepers)]
  return turns
    .sort(([, a], [, b]) => a - b)
    .map(([host]) => host)
    .join(' ')
}

describe('the order of a handover', () => {
  it('tells whoever has an address of a new member before that one, whatever else they have', () => {
    assert.equal(order('new: y → xy, y', 'holder: x → x, x'), 'holder new')
    assert.equal(order('holder: x → x, x', 'new:  → x, '), 'holder new')
  })

  it('has one forget an address before whoever has it forgets that one, and before those that stay', () => {
    assert.equal(order('holder: x → x, x', 'old: xy → y, y'), 'old holder')
    assert.equal(order('stays: xy → xy, y', 'holder: xy → y, x'), 'holder stays')
  })

  it('lets whoever has an address have the one that it is changed for', () => {
    assert.equal(order('a: xz → yz, z', 'b: xz → yz, x'), 'b a')
  })

  it('has an address that goes altogether go at once', () => {
    assert.equal(order('a: xz → z, xz', 'b: xz → z, '), 'b a')
  })

  it('is that of the inventory where no member comes or goes', () => {
    assert.equal(order('a: x → x, ', 'b: x → x, x'), 'a b')
  })
})
