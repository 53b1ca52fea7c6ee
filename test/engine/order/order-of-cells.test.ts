import assert from 'node:assert/strict'
import { byName } from '../../../src/engine/host-run.ts'
import { changesByCell } from '../../../src/engine/order/order.ts'
import type { InstancePlan } from '../../../src/plan/model.ts'
import type { Topology } from '../../../src/topology/model.ts'
import { planOf } from '../plans.ts'
import { runOf } from '../runs.ts'

/** Cells by the cells whose stores they write to. */
function order(cells: Readonly<Record<string, readonly string[]>>, plans: readonly InstancePlan[]) {
  const topology = {
    cells: Object.entries(cells).map(([name, stores]) => ({ name, sinks: stores.map(store => ({ store })) })),
  } as unknown as Topology
  const runs = plans.map((plan, at) => runOf(`${at}`, { plan: [plan] }))
  return [...changesByCell(topology, byName(runs))].map(([name, { plans: own, after }]) =>
    [name, own.length, ...after].join(' '),
  )
}

const change = (cell: string, component = 'prometheus', retired = false) =>
  planOf('mon-a', component, { cell, retired, action: retired ? 'stop' : 'restart' })

describe('the changes by cell', () => {
  it('begin with the cell of a store, and name what each waits for, as far as it changes', () => {
    const cells = { eu: ['central'], us: ['central'], central: [] }
    const plans = [change('eu'), change('central', 'victoriametrics'), change('us'), change('eu')]
    assert.deepEqual(order(cells, plans), ['central 1', 'eu 2 central', 'us 1 central'])
    assert.deepEqual(order(cells, plans.slice(2)), ['eu 1', 'us 1'])
  })

  it('end with a cell that loses its store, also one that the inventory lost', () => {
    const leaves = change('central', 'victoriametrics', true)
    assert.deepEqual(order({ central: [], eu: [] }, [leaves, change('eu')]), ['eu 1', 'central 1 eu'])
    assert.deepEqual(order({ eu: [] }, [leaves, change('eu')]), ['eu 1', 'central 1 eu'])
    // Of another component it is left where it is.
    const other = change('central', 'grafana', true)
    assert.deepEqual(order({ central: [], eu: [] }, [other, change('eu')]), ['central 1', 'eu 1'])
  })
})
