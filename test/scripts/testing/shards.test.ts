import assert from 'node:assert/strict'
import fc from 'fast-check'
// @ts-expect-error plain Node, without types
import { share as shareOut, testFiles } from '../../../scripts/testing/shards.mjs'

const share: (
  files: readonly string[],
  seconds: Readonly<Record<string, number>>,
  otherwise: number,
  count: number,
) => readonly (readonly string[])[] = shareOut

describe('scripts/shards', () => {
  it('gives each file to one shard, in order, none empty, and the same way each time', () => {
    const name = fc.string({ minLength: 1, maxLength: 3, unit: 'grapheme-ascii' })
    fc.assert(
      fc.property(
        fc.uniqueArray(name),
        fc.dictionary(name, fc.nat(300)),
        fc.integer({ min: 1, max: 5 }),
        (files, seconds, count) => {
          const shards = share(files, seconds, 10, count)
          assert.equal(shards.length, Math.min(files.length, count))
          assert.deepEqual(shards.flat().sort(), [...files].sort())
          for (const shard of shards) {
            assert.ok(shard.length > 0)
            assert.deepEqual(
              shard,
              files.filter(file => shard.includes(file)),
            )
          }
          assert.deepEqual(share(files, seconds, 10, count), shards)
        },
      ),
    )
  })

  it('weighs them by what they took, and puts what was not measured where less is to do', () => {
    const seconds = { a: 300, b: 140, c: 60, d: 50 }
    assert.deepEqual(share(['a', 'b', 'c', 'd', 'new'], seconds, 60, 2), [['a'], ['b', 'c', 'd', 'new']])
    assert.deepEqual(share(['a', 'b', 'c', 'd', 'new'], seconds, 200, 2), [
      ['a', 'c'],
      ['b', 'd', 'new'],
    ])
  })

  it('finds every file of tests, as a unit test or as one on real hosts', () => {
    const [unit, e2e] = [testFiles('unit'), testFiles('e2e')]
    assert.ok(unit.includes('test/scripts/testing/shards.test.ts'))
    assert.ok(e2e.includes('test/e2e/change/apply.test.ts'))
    assert.ok(e2e.every((file: string) => !unit.includes(file)))
  })
})
