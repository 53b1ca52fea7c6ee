/** By which of its addresses a host speaks to those whose firewall knows one of them. */
import assert from 'node:assert/strict'
import { firewallInstances } from '../../../../roles/firewall/role.ts'
import { sourceProblems, spokenTo } from '../../../../src/engine/preflight/address/sources.ts'
import { movingCell } from '../../../roles/moving.ts'
import { planOf } from '../../plans.ts'

const own = 'fd00::a'
const to = 'fd00::b'

function refused(source: string | undefined, addresses: readonly string[] = [own, 'fd00::2a']) {
  const made = planOf('mon-a', 'firewall')
  const plan = { ...made, instance: { ...made.instance, admission: { own, to: [to] } } }
  const sources = new Map(source === undefined ? [] : [[to, source]])
  return sourceProblems({ own: addresses, sources }, [plan])
}

describe('the address by which a host speaks to others', () => {
  it('may be the one of the inventory, however it is written', () => {
    assert.deepEqual(refused(own), [])
    assert.deepEqual(refused('fd00:0::0a'), [])
  })

  it('is refused where it is another, for the firewall there would shut it out', () => {
    const [problem] = refused('fd00::2a')
    assert.match(problem?.summary ?? '', /speaks to fd00::b from fd00::2a.* let it in by fd00::a only/)
    assert.match(problem?.remedy ?? '', /fd00::2a.*prefer fd00::a/)
    assert.equal(problem?.host, 'mon-a')
  })

  it('is not known where the host cannot tell, or others know it by one that it does not have', () => {
    assert.deepEqual(refused(undefined), [])
    assert.deepEqual(refused('10.0.0.7', ['10.0.0.7']), [])
  })

  it('is asked about of those who let the host in, where something changes', () => {
    const cell = movingCell()
    const guarded = [
      { host: 'mon-a', rules: [] },
      { host: 'mon-b', rules: [{ protocol: 'tcp', port: 9100, from: ['198.18.0.11'], what: 'exporters' }] },
    ] as const
    const [first, second] = firewallInstances({ ...cell, firewallRules: guarded })
    assert.deepEqual(first?.admission, { own: '198.18.0.11', to: ['198.18.0.12'] })
    assert.deepEqual(second?.admission, { own: '198.18.0.12', to: [] })
    const plan = planOf('mon-a', 'firewall')
    const asked = { ...plan, instance: { ...plan.instance, admission: { own, to: [to] } } }
    assert.deepEqual(spokenTo(asked), [to])
    assert.deepEqual(spokenTo({ ...asked, changes: [] }), [])
  })
})
