import assert from 'node:assert/strict'
import { heldCells, unfitPeer } from '../../../src/engine/availability/spared.ts'
import type { HostRun } from '../../../src/engine/host-run.ts'
import { newProgress } from '../../../src/engine/progress.ts'
import type { HostStatus, InstancePlan } from '../../../src/plan/model.ts'
import { planOf } from '../plans.ts'
import { contextOf, runOf } from '../runs.ts'

const [a, b] = [planOf('mon-a', 'prometheus'), planOf('mon-b', 'prometheus')]
const replicas = ['mon-a', 'mon-b'].map(host => ({ host, address: host, port: 9090, local: { port: 9090 } }))

const prepared = { topology: { cells: [{ name: 'eu', replicas }] } }
const host = (plan: InstancePlan, status?: HostStatus) =>
  runOf(plan.instance.host, { plan: [plan], ...(status ? { status } : {}) })

/** What keeps a from the change. */
function kept(twin: HostRun, progress = newProgress(), plan = a) {
  return unfitPeer(contextOf([host(a), twin], { prepared, progress }), plan)?.summary
}

function given(name: string) {
  const progress = newProgress()
  progress.abandoned.add(name)
  return progress
}

describe('a twin', () => {
  const spared =
    'prometheus was not changed because mon-b cannot be changed and both must run the same config'

  it('goes ahead of one that is to follow', () => {
    assert.equal(kept(host(b)), undefined)
    assert.equal(kept(host(b, 'unreachable')), undefined)
  })

  it('is spared what the other one was refused before any change', () => {
    assert.equal(kept(host(b, 'failed')), spared)
  })

  it('is spared what the other one will not come to, since its packages or programs did not arrive', () => {
    assert.equal(kept(host(b), given('mon-b')), spared)
    assert.equal(kept(host(b), given('app-01')), undefined)
    assert.equal(kept(host(b), given('mon-b'), planOf('mon-a', 'node_exporter')), undefined)
  })

  it('catches up with one that has the change already, or needs none', () => {
    const done = given('mon-b')
    done.results.set(b, 'changed')
    assert.equal(kept(host(b), done), undefined)
    assert.equal(kept(host(planOf('mon-b', 'prometheus', { changes: [] })), given('mon-b')), undefined)
    assert.equal(kept(host(planOf('mon-b', 'alertmanager')), given('mon-b')), undefined)
  })
})

describe('a cell of which a member was ruled out before any change', () => {
  const other = host(planOf('app-01', 'node_exporter'))
  const holder = (...runs: readonly HostRun[]) =>
    heldCells(contextOf([host(a), other, ...runs], { prepared })).get('eu')

  it('is held up as a whole', () => {
    assert.equal(holder(host(b, 'failed')), 'mon-b')
  })

  it('is not held up by a host that was never looked at, has no member, or nothing of it to change', () => {
    assert.equal(holder(host(b)), undefined)
    assert.equal(holder({ ...host(b, 'failed'), plan: [] }), undefined)
    assert.equal(holder(host(planOf('app-02', 'node_exporter'), 'failed')), undefined)
    assert.equal(holder(host(planOf('mon-b', 'node_exporter'), 'failed')), undefined)
    assert.equal(holder(host(planOf('mon-b', 'prometheus', { changes: [] }), 'failed')), undefined)
  })
})
