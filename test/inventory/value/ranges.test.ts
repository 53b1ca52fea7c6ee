import assert from 'node:assert/strict'
import fc from 'fast-check'
import { expandRange, valueAt } from '../../../src/inventory/value/ranges.ts'

describe('expandRange', () => {
  const cases: readonly (readonly [string, readonly string[] | RegExp])[] = [
    ['mon-a', ['mon-a']],
    ['a[1:3]', ['a1', 'a2', 'a3']],
    ['a[08:10]', ['a08', 'a09', 'a10']],
    ['a[8:10]', ['a8', 'a9', 'a10']],
    ['a[7:7]', ['a7']],
    ['[a:c]x', ['ax', 'bx', 'cx']],
    ['[A:B]', ['A', 'B']],
    ['r[1:2]-[a:b]', ['r1-a', 'r2-b']],
    ['a[1:2', ['a[1:2']],
    ['2001:db8::1', ['2001:db8::1']],
    ['a[3:1]', /runs backwards/],
    ['a[01:100]', /leading zeros/],
    ['a[1:c]', /mixes a number and a letter/],
    ['a[a:C]', /small and capital/],
    ['a[1:2]b[1:3]', /differ in length: 2 and 3/],
    ['a[1:10001]', /more than 10000/],
  ]
  for (const [text, expected] of cases) {
    it(text, () => {
      const found = expandRange(text)
      if (expected instanceof RegExp) assert.match('fault' in found ? found.fault : '', expected)
      else assert.deepEqual(found, { values: expected })
    })
  }

  it('counts right, keeps zeros, and names each value once', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(500), fc.integer({ min: 1, max: 6 }), (from, more, width) => {
        const to = String(from + more).padStart(width, '0')
        const first = String(from).padStart(to.length, '0')
        const found = expandRange(`h[${first}:${to}].x`)
        assert.ok('values' in found)
        assert.equal(found.values.length, more + 1)
        assert.equal(new Set(found.values).size, more + 1)
        assert.equal(found.values.at(-1), `h${to}.x`)
        for (const [index, value] of found.values.entries()) {
          assert.equal(Number(value.slice(1, -2)), from + index)
          assert.equal(value.length, to.length + 3)
        }
      }),
    )
  })

  it('goes in step with valueAt', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(50), (from, index) => {
        const found = expandRange(`h[${from}:${from + 50}]`)
        assert.ok('values' in found)
        assert.equal(found.values[index], valueAt(`h[${from}:${from + 50}]`, index))
      }),
    )
  })
})
