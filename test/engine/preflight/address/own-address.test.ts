/** A host that does not have the address by which the inventory has others reach it. */
import assert from 'node:assert/strict'
import { byName } from '../../../../src/engine/host-run.ts'
import { strayProblems } from '../../../../src/engine/preflight/address/own-address.ts'
import type { InstancePlan } from '../../../../src/plan/model.ts'
import { blank } from '../../../plan/host.ts'
import { planOf } from '../../plans.ts'
import { runOf } from '../../runs.ts'

function told(address: string, addresses: readonly string[], ...instances: readonly InstancePlan[]) {
  const observed = { ...blank, addresses }
  return strayProblems(byName([runOf('mon-b', { host: { address }, observed, plan: instances })]))
}

const [node, keeper] = [planOf('mon-b', 'node_exporter'), planOf('mon-b', 'keepalived')]
const has = ['127.0.0.1', '198.18.2.22', '::1', 'fe80::1', 'fd00::22']

describe('the address of a host', () => {
  it('may be any of its own, however it is written, or a name', () => {
    assert.deepEqual(told('198.18.2.22', has, keeper), [])
    assert.deepEqual(told('fd00:0::22', has, keeper), [])
    assert.deepEqual(told('mon-b.example.net', has, node), [])
  })

  it('is warned of where the host does not have it, since it may be translated', () => {
    const [problem, ...rest] = told('198.18.2.29', has, node)
    assert.equal(rest.length, 0)
    assert.equal(problem?.severity, 'warning')
    assert.equal(problem?.summary, 'mon-b has no address 198.18.2.29; it has 198.18.2.22, fd00::22')
    assert.match(problem?.remedy ?? '', /`address`.*address translation/)
    assert.equal(problem?.host, 'mon-b')
  })

  it('is warned of where something changes on another host only', () => {
    assert.equal(told('198.18.2.29', has, planOf('mon-a', 'prometheus'))[0]?.severity, 'warning')
    assert.equal(told('198.18.2.29', has, planOf('mon-a', 'keepalived'))[0]?.severity, 'warning')
  })

  it('is refused where keepalived is to send from it', () => {
    const [problem] = told('198.18.2.29', has, node, keeper)
    assert.equal(problem?.severity, 'error')
    assert.match(problem?.summary ?? '', /^mon-b has no address 198\.18\.2\.29; it has 198/)
    assert.equal(problem?.resource, 'service:keepalived.service')
  })

  it('does not matter where nothing is brought by the inventory, or the host could not tell', () => {
    const back = { ...keeper, instance: { ...keeper.instance, back: { generation: 1, run: 'r' } } }
    const leaves = planOf('mon-b', 'keepalived', { retired: true })
    assert.deepEqual(told('198.18.2.29', has, back, leaves, { ...node, changes: [] }), [])
    assert.deepEqual(told('198.18.2.29', [], keeper), [])
  })
})
