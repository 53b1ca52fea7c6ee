import assert from 'node:assert/strict'
import { circleProblem } from '../../../src/engine/order/order.ts'
import { sortSteps } from '../../../src/engine/order/sort.ts'
import { planOf } from '../plans.ts'

const options = {
  compare: (a: string, b: string) => (a[0] ?? '').localeCompare(b[0] ?? ''),
  together: (a: string, b: string) => a[0] === b[0],
}

function edge(before: string, after: string) {
  return { before: before.split(' '), after: after.split(' '), because: `${before} first` }
}

function steps(items: string, ...edges: readonly ReturnType<typeof edge>[]): string[] {
  return sortSteps(items.split(' '), edges, options).steps.map(step => step.items.join(' '))
}

describe('sorting by edges', () => {
  it('keeps the order of the items where neither an edge nor the comparison says another', () => {
    assert.deepEqual(steps('b2 a2 c1 a1'), ['a2 a1', 'b2', 'c1'])
  })

  it('puts together what may be, unless an edge is between them', () => {
    assert.deepEqual(steps('a1 a2 b1', edge('b1', 'a2')), ['a1', 'b1', 'a2'])
    assert.deepEqual(steps('a1 a2', edge('a2', 'a1')), ['a2', 'a1'])
  })

  it('waits for all that is before', () => {
    assert.deepEqual(steps('a1 b1 c1 d1', edge('c1 d1', 'a1'), edge('a1', 'b1')), ['c1', 'd1', 'a1', 'b1'])
  })

  it('gives each step the edges that lead to it', () => {
    const first = edge('b1', 'a1 a2')
    const { steps: found } = sortSteps(['a1', 'a2', 'b1'], [first, edge('b1', 'c9')], options)
    assert.deepEqual(
      found.map(({ items, edges }) => [items.join(' '), edges]),
      [
        ['b1', []],
        ['a1 a2', [first]],
      ],
    )
  })

  it('ends in spite of a circle, which it shows', () => {
    const round = [edge('a1 d1', 'b1'), edge('b1', 'c1'), edge('c1', 'a1 d1')]
    const { steps: found, circle } = sortSteps(['x1', 'a1', 'b1', 'c1', 'd1'], round, options)
    assert.deepEqual(found.flatMap(({ items }) => items).sort(), ['a1', 'b1', 'c1', 'd1', 'x1'])
    assert.deepEqual(found.flatMap(({ items }) => items).length, 5)
    const told = circle.map(({ before, after, because }) => `${before} < ${after}: ${because}`)
    assert.deepEqual(told, ['a1 < b1: a1 d1 first', 'b1 < c1: b1 first', 'c1 < a1: c1 first'])
  })

  it('tells a circle as a bug, with what waits for what and why', () => {
    const [a, b] = ['prometheus', 'haproxy'].map(component => ({ plan: planOf('mon-a', component) }))
    assert.ok(a && b)
    const { severity, summary, detail, remedy } = circleProblem('eu', [
      { before: [a], after: [b], because: 'one reason' },
      { before: [b], after: [a], because: 'another reason' },
    ])
    assert.equal(`${severity}: ${summary}`, 'error: cell eu: the changes wait for each other')
    assert.deepEqual(detail?.split('\n').slice(1), [
      'prometheus on mon-a before haproxy on mon-a: one reason',
      'haproxy on mon-a before prometheus on mon-a: another reason',
    ])
    assert.equal(remedy, 'Report this message as a bug of promha. Nothing was changed.')
  })
})
