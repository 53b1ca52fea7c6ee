import assert from 'node:assert/strict'
import fc from 'fast-check'
import { compareVersions } from '../../src/artifact/version-order.ts'

describe('version order', () => {
  it('counts numbers as numbers and puts candidates before their release', () => {
    const sorted = ['1.9.0', '1.10.0-rc.0', '1.10.0-rc.1', '1.10.0', '1.10.1']
    fc.assert(
      fc.property(fc.shuffledSubarray(sorted, { minLength: sorted.length }), shuffled => {
        assert.deepEqual([...shuffled].sort(compareVersions), sorted)
      }),
    )
  })
})
