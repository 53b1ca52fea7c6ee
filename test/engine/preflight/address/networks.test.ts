/** Where an address that moves would be of no use to a host. */
import assert from 'node:assert/strict'
import { byName, type HostRun } from '../../../../src/engine/host-run.ts'
import {
  addressesTo,
  addressProblems,
  apartWarnings,
  holdersOf,
} from '../../../../src/engine/preflight/address/networks.ts'
import { planInstance } from '../../../../src/plan/plan.ts'
import type { WantedAddress } from '../../../../src/resource/model.ts'
import type { Observed } from '../../../../src/resource/observed.ts'
import type { HostNetwork, Preflight } from '../../../../src/shell/observe/preflight.ts'
import { blank, hash, prometheus } from '../../../plan/host.ts'
import { movingCell } from '../../../roles/moving.ts'
import { planOf } from '../../plans.ts'
import { runOf } from '../../runs.ts'

const address = '198.18.0.100'

function problemsOf(
  wanted: Partial<WantedAddress>,
  networks?: readonly HostNetwork[],
  strangers: Preflight['strangers'] = new Map(),
) {
  const instance = { ...prometheus, addresses: [{ address, peers: [], ...wanted }] }
  const seen = { networks: new Map(networks === undefined ? [] : [[address, networks] as const]), strangers }
  return addressProblems(seen, [planInstance(instance, blank, hash)])
}

function said(...given: Parameters<typeof problemsOf>): readonly string[] {
  return problemsOf(...given).map(problem => {
    assert.ok(problem.host === 'mon-a' && problem.remedy && problem.resource)
    return problem.summary.replace('the address 198.18.0.100 ', '')
  })
}

const host0 = { interface: 'host0' }

describe('an address that moves', () => {
  it('may be of a network of the host', () => {
    assert.deepEqual(said({}, [host0]), [])
    assert.deepEqual(said({ interface: 'host0' }, [{ interface: 'eth1' }, host0]), [])
  })

  it('is refused where the host is in another network', () => {
    assert.deepEqual(said({}, []), ['cannot move to this host: it lies in none of its networks'])
    assert.deepEqual(said({ interface: 'eth1' }, [host0]), [
      'cannot move to this host: it lies not in the network of eth1 but in that of host0',
    ])
    assert.deepEqual(said({ interface: 'eth1' }, []), [
      'cannot move to this host: it lies not in the network of eth1, nor in another of its networks',
    ])
  })

  it('is not blamed for an interface that is not the one of its network', () => {
    const advice = (networks: readonly HostNetwork[]) =>
      problemsOf({ interface: 'eth7' }, networks)[0]?.remedy ?? ''
    assert.match(advice([host0]), /^Correct "interface", or leave it out, and the host takes host0\. .*"vip"/)
    assert.match(advice([]), /^See its networks .*"vip"/)
  })

  it('is refused where somebody else has it', () => {
    assert.deepEqual(said({}, [host0], new Map([[address, '02:00:00:00:00:09']])), [
      'cannot move to this host: another machine has it, which answers from 02:00:00:00:00:09',
    ])
  })

  it('may be with a host that promha takes it from in this run', () => {
    const holders = (observed?: Observed) => {
      const at = (host: string, cell: string, component: 'keepalived' | 'prometheus') =>
        runOf(host, { host: { address: `at-${host}` }, plan: [planOf(host, component, { cell })], observed })
      const runs = [at('a', 'eu', 'keepalived'), at('b', 'us', 'keepalived'), at('c', 'eu', 'prometheus')]
      return holdersOf(byName(runs))
    }
    const wanted = { ...prometheus, cell: 'eu', addresses: [{ address, peers: ['peer'] }] }
    const asked = addressesTo(planInstance(wanted, blank, hash), holders())
    assert.deepEqual(asked, [{ address, peers: ['peer', 'at-a'] }])
    // By its own address the host that has it may not be known.
    const known = addressesTo(planInstance(wanted, blank, hash), holders({ ...blank, addresses: [address] }))
    assert.deepEqual(known, [{ address, peers: ['peer', 'at-a', address] }])
  })

  it('is warned of where some of its members only are told of a change', () => {
    const cell = movingCell()
    const at = (host: string, changes?: []) => {
      const plan = planOf(host, 'keepalived', { cell: cell.name, ...(changes ? { changes } : {}) })
      return runOf(host, { plan: [plan] })
    }
    const warned = (...runs: HostRun[]) => apartWarnings([cell], byName(runs)).map(({ summary }) => summary)
    assert.deepEqual(warned(at('mon-a')), [
      'keepalived changes on mon-a and not on mon-b: two of them may have one address at once from then on',
    ])
    assert.deepEqual(warned(at('mon-a'), at('mon-b', [])), [])
    assert.deepEqual(warned(at('mon-a', [])), [])
  })

  it('is left to the check of keepalived where the host could not tell', () => {
    assert.deepEqual(said({}), [])
  })

  it('is not asked about where nothing changes', () => {
    const instance = { ...prometheus, addresses: [{ address, peers: [] }] }
    const plan = { ...planInstance(instance, blank, hash), changes: [] }
    const seen = { networks: new Map([[address, []]]), strangers: new Map() }
    assert.deepEqual(addressProblems(seen, [plan]), [])
  })
})
