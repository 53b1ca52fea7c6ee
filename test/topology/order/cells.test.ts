import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { StoreSink } from '../../../src/topology/model.ts'
import { cellOrder } from '../../../src/topology/order/cells.ts'

const sink = (store: string): StoreSink => ({ name: store, url: '', store, kind: '', entry: {} })
const cell = (name: string, ...stores: readonly string[]) => ({ name, sinks: stores.map(sink) })
const told = (...found: Parameters<typeof cellOrder>) =>
  [...cellOrder(...found)].map(([name, before]) => [name, ...before].join(' after '))

describe('the order of cells', () => {
  it('is that of the inventory where none writes to another one', () => {
    assert.deepEqual(told([cell('b', 'b'), cell('a'), cell('c', 'c')]), ['b', 'a', 'c'])
  })

  it('puts the cell of a store before those that write to it', () => {
    const cells = [cell('eu', 'central', 'central'), cell('us', 'central'), cell('x'), cell('central')]
    assert.deepEqual(told(cells), ['central', 'eu after central', 'us after central', 'x'])
  })

  it('puts a cell that loses its store after all others, unless others still write to it', () => {
    const leaving = new Set(['central'])
    assert.deepEqual(told([cell('central'), cell('eu'), cell('us')], leaving), [
      'eu',
      'us',
      'central after eu after us',
    ])
    assert.deepEqual(told([cell('eu', 'central'), cell('central')], leaving), ['central', 'eu after central'])
  })

  it('has each cell once and after what it names, also among cells that write to each other', () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const any = fc.tuple(...names.map(() => fc.uniqueArray(fc.constantFrom(...names))))
    fc.assert(
      fc.property(any, fc.uniqueArray(fc.constantFrom(...names)), (stores, leaving) => {
        const cells = names.map((name, at) => cell(name, ...(stores[at] ?? [])))
        const order = cellOrder(cells, new Set(leaving))
        assert.deepEqual([...order.keys()].sort(), names)
        const places = [...order.keys()]
        for (const [name, before] of order)
          for (const one of before) assert.ok(places.indexOf(one) < places.indexOf(name))
      }),
    )
  })
})
