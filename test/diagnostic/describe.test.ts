import assert from 'node:assert/strict'
import { describe as describeProblem } from '../../src/diagnostic/describe.ts'
import { error, warning } from '../support/problems.ts'

describe('describe', () => {
  it('tells all that a problem holds', () => {
    const problem = error('x is wrong', {
      detail: 'one\n\ntwo\n',
      remedy: 'do y',
      host: 'mon-a',
      resource: 'file:/etc/x',
      source: { file: 'inventory.yml', line: 2, column: 1, text: 'x: 1' },
    })
    assert.equal(
      describeProblem(problem),
      'Error: x is wrong\n  on mon-a, file:/etc/x\n  at inventory.yml:2:1\n   2 | x: 1\n     | ^\n  one\n\n  two\n  What to do: do y',
    )
  })

  it('is one line where there is no more to tell', () => {
    assert.equal(describeProblem(warning('x')), 'Warning: x')
  })
})
