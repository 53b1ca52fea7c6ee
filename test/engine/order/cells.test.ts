import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createHostTurns, inCellOrder, orderProblems } from '../../../src/engine/order/cells.ts'
import type { Inventory } from '../../../src/inventory/model.ts'

const never = new AbortController().signal

/** Runs cells of which some fail; gives what was begun, and how many were at work at most. */
async function walk(
  cells: readonly string[],
  order: Parameters<typeof inCellOrder>[1],
  failing: ReadonlySet<string> = new Set(),
  after: Readonly<Record<string, readonly string[]>> = {},
) {
  const begun: string[] = []
  const ended: string[] = []
  const beside = new Map<string, readonly string[]>()
  let most = 0
  const at = new Set<string>()
  const all = new Map(cells.map(cell => [cell, after[cell] ?? []]))
  await inCellOrder(all, order, never, async cell => {
    beside.set(cell, [...ended])
    begun.push(cell)
    at.add(cell)
    most = Math.max(most, at.size)
    await new Promise(resolve => setImmediate(resolve))
    at.delete(cell)
    ended.push(cell)
    return !failing.has(cell)
  })
  return { begun, most, endedBefore: (cell: string) => beside.get(cell) ?? [] }
}

const plain = { parallelCells: 1, keepGoing: false }

describe('the order among cells', () => {
  it('is theirs, one after the other', async () => {
    const { begun, most } = await walk(['a', 'b', 'c'], plain)
    assert.deepEqual(begun, ['a', 'b', 'c'])
    assert.equal(most, 1)
  })

  it('begins with the canary, alone', async () => {
    const { begun, endedBefore, most } = await walk(['a', 'b', 'c', 'd'], {
      ...plain,
      canary: 'c',
      parallelCells: 3,
    })
    assert.equal(begun[0], 'c')
    for (const other of ['a', 'b', 'd']) assert.ok(endedBefore(other).includes('c'))
    assert.equal(most, 3)
  })

  it('ends with the first that fails', async () => {
    const { begun } = await walk(['a', 'b', 'c'], plain, new Set(['a']))
    assert.deepEqual(begun, ['a'])
    const canary = await walk(['a', 'b'], { ...plain, canary: 'b', parallelCells: 2 }, new Set(['b']))
    assert.deepEqual(canary.begun, ['b'])
  })

  it('goes on all the same where that is wished', async () => {
    const { begun } = await walk(['a', 'b', 'c'], { ...plain, keepGoing: true }, new Set(['a']))
    assert.deepEqual(begun, ['a', 'b', 'c'])
  })

  it('has a cell wait for those before it, however many may be changed at once', async () => {
    const after = { c: ['a'], d: ['c'] }
    const order = { ...plain, parallelCells: 4 }
    const { begun, endedBefore } = await walk(['a', 'b', 'c', 'd'], order, new Set(), after)
    assert.deepEqual(begun.slice(0, 2), ['a', 'b'])
    assert.ok(endedBefore('c').includes('a') && endedBefore('d').includes('c'))
  })

  it('leaves out what would come after one that failed, and goes on with the others if that is wished', async () => {
    const order = { ...plain, parallelCells: 2, keepGoing: true }
    const { begun } = await walk(['a', 'b', 'c', 'd'], order, new Set(['a']), { c: ['a'], d: ['c'] })
    assert.deepEqual(begun, ['a', 'b'])
  })

  it('puts ahead of the canary what it has to come after, and nothing else', async () => {
    const { begun } = await walk(['a', 'b', 'c'], { ...plain, canary: 'c' }, new Set(), { c: ['b'] })
    assert.deepEqual(begun, ['b', 'c', 'a'])
  })

  it('lets what is at work end, and begins nothing after an interrupt', async () => {
    const abort = new AbortController()
    const begun: string[] = []
    const all = new Map(['a', 'b'].map(name => [name, []]))
    await inCellOrder(all, plain, abort.signal, async cell => {
      begun.push(cell)
      abort.abort()
      return true
    })
    assert.deepEqual(begun, ['a'])
  })

  it('never has more at work than asked for, and leaves none out that may be changed', async () => {
    const any = fc.record({
      cells: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e')),
      parallelCells: fc.integer({ min: 1, max: 4 }),
      keepGoing: fc.boolean(),
      failing: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e')),
    })
    await fc.assert(
      fc.asyncProperty(any, async ({ cells, failing, ...order }) => {
        const { begun, most } = await walk(cells, order, new Set(failing))
        assert.ok(most <= order.parallelCells)
        const failed = cells.some(cell => failing.includes(cell))
        if (order.keepGoing || !failed) assert.deepEqual(begun, cells)
        else assert.deepEqual(begun, cells.slice(0, begun.length))
      }),
    )
  })
})

describe('turns on a host', () => {
  it('keep two changes of one host apart, and not those of two hosts', async () => {
    const onHost = createHostTurns()
    const told: string[] = []
    const work = (name: string) => async () => {
      told.push(`+${name}`)
      await new Promise(resolve => setImmediate(resolve))
      told.push(`-${name}`)
    }
    await Promise.all([onHost('x', work('x1')), onHost('x', work('x2')), onHost('y', work('y'))])
    assert.ok(told.indexOf('+x2') > told.indexOf('-x1'), told.join(' '))
    assert.ok(told.indexOf('+y') < told.indexOf('-x1'), told.join(' '))
  })
})

describe('--canary', () => {
  const inventory = { cells: [{ name: 'eu' }, { name: 'us' }] } as unknown as Inventory

  it('names a cell of the inventory', () => {
    assert.deepEqual(orderProblems({ inventory, order: { ...plain, canary: 'us' } }), [])
    assert.deepEqual(orderProblems({ inventory, order: plain }), [])
  })

  it('that it does not have is refused with the nearest one', () => {
    const [near] = orderProblems({ inventory, order: { ...plain, canary: 'uss' } })
    assert.equal(near?.summary, '--canary names the cell "uss", which the inventory does not have')
    assert.equal(near?.remedy, 'Did you mean "us"?')
    const [far] = orderProblems({ inventory, order: { ...plain, canary: 'asia' } })
    assert.equal(far?.remedy, 'It has eu, us.')
  })
})
