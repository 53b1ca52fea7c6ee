/** Packages of the host's system: what is planned, and whose they are. */
import assert from 'node:assert/strict'
import { ownedAfter } from '../../../src/plan/owned/owned.ts'
import { retiredInstance } from '../../../src/plan/owned/retire.ts'
import { planInstance } from '../../../src/plan/plan.ts'
import type { Instance, ServiceResource } from '../../../src/resource/model.ts'
import type { Observed } from '../../../src/resource/observed.ts'
import { blank, carriedOut, hash, stampOf } from '../host.ts'

const service: ServiceResource = { kind: 'service', unit: 'promha-keepalived.service', ports: [] }
const instance: Instance = {
  ...{ cell: 'eu', host: 'mon-a', component: 'keepalived', oneByOne: true, checks: [], service },
  health: { address: '127.0.0.1', port: 0, readyPath: '', loaded: 'none' },
  resources: [
    { kind: 'package', name: 'keepalived' },
    { kind: 'unit', name: 'promha-keepalived.service', content: '[Unit]' },
    service,
  ],
}
const pack = { kind: 'package', name: 'keepalived' } as const

function having(ours: boolean, on: Observed = blank): Observed {
  const names = ours ? ['keepalived'] : []
  return {
    ...on,
    packages: { manager: 'apt', installed: new Map([['keepalived', '2']]), ours: new Set(names) },
  }
}

const steps = (observed: Observed, of: Instance = instance) =>
  planInstance(of, observed, hash).changes.map(({ action, resource }) => `${action} ${resource}`)
const ownedOf = (observed: Observed) =>
  ownedAfter(planInstance(instance, observed, hash), observed).find(({ kind }) => kind === 'package')

describe('a package of the system', () => {
  it('is installed first where it is absent, and is then nothing to do', () => {
    const plan = planInstance(instance, blank, hash)
    assert.deepEqual(plan.changes[0], {
      ...{ resource: 'package:keepalived', action: 'create', reason: 'not installed', effect: 'none' },
    })
    assert.deepEqual(steps(carriedOut(plan, blank)), [])
  })

  it('that somebody removed under a running service is installed again, and the service started anew', () => {
    const built = carriedOut(planInstance(instance, blank, hash), blank)
    const without = { ...built, packages: blank.packages }
    assert.deepEqual(steps(without), [
      'create package:keepalived',
      'restart service:promha-keepalived.service',
    ])
  })

  it('is promha’s where promha installed it, also in a run that was never confirmed', () => {
    assert.deepEqual(ownedOf(blank), { ...pack, found: false })
    assert.deepEqual(ownedOf(having(true)), { ...pack, found: false })
    assert.deepEqual(ownedOf(having(false)), { ...pack, found: true })
  })

  it('that was found, then removed by somebody and installed by promha, is promha’s from then on', () => {
    const stamp = stampOf(instance, [{ ...pack, found: true }])
    const on = { ...blank, records: new Map([['keepalived' as const, stamp]]) }
    assert.deepEqual(ownedOf(on), { ...pack, found: false })
  })

  const leaving = (found: boolean) => {
    const stamp = stampOf(instance, [{ ...pack, found }])
    const observed = { ...blank, records: new Map([['keepalived' as const, stamp]]) }
    const retired = retiredInstance('mon-a', 'keepalived', stamp)
    return { plan: planInstance(retired, observed, hash), observed }
  }

  it('goes with its component where promha installed it, and is forgotten only once it is gone', () => {
    const { plan, observed } = leaving(false)
    assert.deepEqual(
      plan.changes.map(({ action, resource }) => `${action} ${resource}`),
      ['delete package:keepalived'],
    )
    assert.deepEqual(ownedAfter(plan, observed), [{ ...pack, found: false }])
  })

  it('stays where it was found', () => {
    const { plan, observed } = leaving(true)
    assert.deepEqual(plan.changes, [])
    assert.deepEqual(ownedAfter(plan, observed), [])
  })
})
