/** Texts of a host that would take minutes to compare are not compared, and the plan says so. */
import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { diffBudget, unifiedDiff } from '../../../src/engine/diff/diff.ts'
import {
  longestShownLine,
  mostComparisons,
  mostEdits,
  mostInvalidText,
} from '../../../src/shell/syntax/bounds.ts'

const lines = (count: number, word: string) =>
  Array.from({ length: count }, (_, index) => `${word} ${index}\n`).join('')

describe('a diff without end', () => {
  const path = '/etc/prometheus/rules/own.rules'

  it('is told as the numbers of its lines where the texts are too different', () => {
    const before = Buffer.from(lines(15_000, 'old'))
    const after = lines(12_000, 'new')
    assert.equal(
      unifiedDiff(path, before, after),
      `--- ${path}\n+++ ${path}\n(too different to show: 15000 lines before, 12000 after)\n`,
    )
  }).timeout(60_000)

  it('spends no more on all files of a host than its budget, which small differences hardly touch', () => {
    const budget = diffBudget()
    for (let count = 0; count < 1000; count += 1)
      assert.match(
        unifiedDiff(path, Buffer.from('one\ntwo\n'), 'one\nthree\n', { budget }) ?? '',
        /^\+three$/m,
      )
    assert.ok(budget.left > 0.99 * mostComparisons)
    const before = Buffer.from(lines(3_000, 'old'))
    const after = lines(3_000, 'new')
    const told = Array.from({ length: 6 }, () => unifiedDiff(path, before, after, { budget }))
    assert.ok(told.every(text => text?.includes('(too different to show: 3000 lines before, 3000 after)')))
    assert.ok(budget.left < 100)
    assert.match(
      unifiedDiff(path, Buffer.from(lines(20, 'old')), lines(20, 'new'), { budget }) ?? '',
      /too different to show/,
    )
  }).timeout(60_000)

  it('shows no text of a host with a line that nobody reads', () => {
    const long = `a: ${'x'.repeat(longestShownLine)}\n`
    for (const name of ['a.yml', 'a.service', 'a.rules']) {
      assert.equal(unifiedDiff(name, Buffer.from(long), 'a: 1\n'), undefined)
      assert.equal(unifiedDiff(name, Buffer.from('a: 1\n'), Buffer.from(long)), undefined)
      assert.match(unifiedDiff(name, Buffer.from('a: 1\n'), long) ?? '', /^\+a: x/m)
    }
  })

  it('shows no more YAML of a host that sends texts that are invalid', () => {
    const budget = diffBudget()
    const valid = () => unifiedDiff('a.yml', Buffer.from('a: 1\n'), 'a: 2\n', { budget })
    const invalid = Buffer.from('[\n'.repeat(mostInvalidText / 8))
    for (let count = 0; count < 4; count += 1) {
      assert.match(valid() ?? '', /^\+a: 2$/m)
      assert.equal(unifiedDiff('a.yml', invalid, 'a: 2\n', { budget }), undefined)
    }
    assert.equal(valid(), undefined)
    assert.match(unifiedDiff('a.rules', Buffer.from('a\n'), 'b\n', { budget }) ?? '', /^\+b$/m)
  }).timeout(60_000)

  it('shows no YAML whose aliases make it longer than it is', () => {
    const list = `a: &a [${'1, '.repeat(100)}1]\nb:\n`
    assert.match(unifiedDiff('a.yml', Buffer.from(`${list}- *a\n`), 'a: 2\n') ?? '', /^-- \*a$/m)
    assert.equal(unifiedDiff('a.yml', Buffer.from(list + '- *a\n'.repeat(100)), 'a: 2\n'), undefined)
  })

  it('shows what differs by less than the limit, and a text that is all new or all gone', () => {
    const before = Buffer.from(lines(10_000, 'same') + lines(mostEdits / 2 - 10, 'old'))
    const after = lines(10_000, 'same') + lines(mostEdits / 2 - 10, 'new')
    assert.match(unifiedDiff(path, before, after) ?? '', /^\+new 0$/m)
    assert.match(unifiedDiff(path, undefined, lines(9_000, 'new')) ?? '', /^\+new 8999$/m)
    assert.match(unifiedDiff(path, Buffer.from(lines(9_000, 'old')), undefined) ?? '', /^-old 8999$/m)
  }).timeout(60_000)
})
