/** The place of a mistake in a query of a rule. */
import assert from 'node:assert/strict'
import { placeInExpression } from '../../../src/check/finding/expression.ts'
import { unmark } from '../../inventory/harness.ts'

/** A rule file with `§` at the mistake, the place that promtool names, and the one within the query. */
const cases: readonly (readonly [string, number, number, string])[] = [
  ['- expr: sum(a) §by > 1', 1, 9, '1:8'],
  ['- expr: "sum(a) §by > 1"', 1, 9, '1:8'],
  ["- expr: 'up §=> 1'", 1, 9, '1:4'],
  ['- expr: |\n    sum(\n      §rte(x)\n    )', 1, 9, '2:3'],
  ['- expr: |-\n    §)\n', 1, 9, '1:1'],
  ['- expr: sum§(rate(a[5m])', 1, 9, '1:16: parse error: unclosed left parenthesis'],
  ['- expr: "a§{b=\'(\'"', 1, 9, '1:7: parse error: unexpected end of input inside braces'],
  ['- expr: |\n    sum(a)\n    by §(x # (y\n- alert: B', 1, 9, '4:1: parse error: unclosed left parenthesis'],
]

describe('a mistake in a query', () => {
  for (const [marked, line, column, said] of cases)
    it(`is told where it is: ${marked.replaceAll(/\s+/g, ' ')}`, () => {
      const { text, places } = unmark(marked)
      const finding = { text: `could not parse expression: ${said}: parse error: x`, line, column }
      assert.deepEqual(placeInExpression(text, finding), places[0])
    })

  it('is told at the query where its lines are not those of the file', () => {
    for (const text of ['- expr: >\n    a\n    b', '- expr: "a\\tb"', "- expr: 'a''b'", '- expr: a\n    b'])
      assert.equal(
        placeInExpression(text, { text: 'could not parse expression: 1:40: x', line: 1, column: 9 }),
        undefined,
      )
    assert.equal(placeInExpression('- expr: a', { text: 'something else', line: 1, column: 9 }), undefined)
  })
})
