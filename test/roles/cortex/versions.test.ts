import assert from 'node:assert/strict'
import { cortexVersionProblems } from '../../../roles/cortex/versions.ts'

const told = (found: string | undefined, wanted: string) =>
  cortexVersionProblems({ host: 'c1', found, wanted }).map(({ summary }) => summary)

describe('a version of Cortex', () => {
  it('is not one whose members flood each other', () => {
    for (const wanted of ['1.21.0', '1.20.3', '0.7.0', 'v1.19.1'])
      assert.match(told(undefined, wanted)[0] ?? '', /cannot be used/, wanted)
    for (const wanted of ['1.21.1', '1.22.0', '2.0.0', 'unknown'])
      assert.deepEqual(told(undefined, wanted), [])
  })

  it('is not an earlier minor release than the one that is there', () => {
    assert.match(told('1.22.0', '1.21.1')[0] ?? '', /^cortex 1\.22\.0 cannot be replaced by 1\.21\.1/)
    assert.match(told('2.0.0', '1.22.0')[0] ?? '', /cannot be replaced/)
    assert.deepEqual(told('1.21.2', '1.21.1'), [])
    assert.deepEqual(told('1.21.1', '1.22.0'), [])
  })
})
