import assert from 'node:assert/strict'
import { inOrder } from '../../src/diagnostic/order.ts'
import type { Problem } from '../../src/diagnostic/problem.ts'
import { error } from '../support/problems.ts'

describe('the order of problems', () => {
  const at = (file: string, line: number, column = 1): Problem =>
    error(`${file}:${line}:${column}`, { source: { file, line, column } })

  it('is that of the text, with the inventory first and problems without a place last', () => {
    const wanted = [
      ...[at('inventory.yml', 2), at('inventory.yml', 10, 3), at('inventory.yml', 10, 20)],
      ...[at('a.json', 9), at('t.yml', 1), error('one'), error('other')],
    ]
    assert.deepEqual(inOrder(wanted.toReversed(), 'inventory.yml'), wanted)
  })

  it('does not depend on which problem was found first', () => {
    const problems = [error('b', { detail: 'x' }), at('a.json', 1), error('a')]
    assert.deepEqual(inOrder(problems, 'i'), inOrder(problems.toReversed(), 'i'))
  })
})
