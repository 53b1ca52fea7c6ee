import assert from 'node:assert/strict'
import { problemKey } from '../../src/diagnostic/problem.ts'
import { error } from '../support/problems.ts'

describe('diagnostic/problem', () => {
  it('knows a problem again whatever the order of its facts', () => {
    const { summary, ...rest } = error('down', { host: 'mon-a', detail: 'refused' })
    assert.equal(problemKey({ summary, ...rest }), problemKey({ ...rest, summary }))
  })

  it('tells apart those of the same words by code, place and detail', () => {
    const all = [{}, { code: 'test.other' }, { host: 'mon-a' }, { detail: 'refused' }]
    const source = { file: 'inventory.yml', line: 2, column: 1 }
    const keys = [...all, { source }, { source: { ...source, line: 3 } }].map(rest =>
      problemKey(error('down', rest)),
    )
    assert.deepEqual(keys, [...new Set(keys)])
  })
})
