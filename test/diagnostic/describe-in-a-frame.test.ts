import assert from 'node:assert/strict'
import { frame } from '../../src/diagnostic/describe.ts'

describe('frame', () => {
  it('underlines what is meant', () => {
    assert.equal(
      frame({ file: 'x', line: 12, column: 3, length: 4, text: '  port: 22' }),
      ' 12 |   port: 22\n    |   ^^^^',
    )
  })

  it('is empty where the line may hold a secret', () => {
    assert.equal(frame({ file: 'x', line: 1, column: 1 }), '')
  })

  it('lets no control character through, and keeps the caret below its column', () => {
    assert.equal(frame({ file: 'x', line: 1, column: 3, text: '\t\u001bx' }), ' 1 |  ?x\n   |   ^')
  })

  it('shows the part of a long line that matters', () => {
    const shown = frame({
      file: 'x',
      line: 1,
      column: 501,
      length: 900,
      text: `${'a'.repeat(500)}B${'c'.repeat(500)}`,
    })
    const [code = '', carets = ''] = shown.split('\n')
    assert.equal(code.length, 107)
    assert.equal(code[carets.indexOf('^')], 'B')
    assert.ok(carets.length <= code.length)
  })
})
