import assert from 'node:assert/strict'
import { promha } from '../promha.ts'

describe('rollback', function () {
  this.timeout(30_000)

  it('takes the flags of a change and no others', async () => {
    const { code, out } = await promha('rollback', '--help')
    assert.equal(code, 0)
    for (const flag of [
      '--limit',
      '--only',
      '--skip',
      '--lock-timeout',
      '--canary',
      '--allow-outage',
      '--json',
    ])
      assert.ok(out.includes(flag), flag)
    assert.ok(!out.includes('--check') && !out.includes('--purge-data'))
    assert.equal((await promha('rollback')).code, 1)
  })
})
