import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  address,
  bridgeName,
  countProblem,
  freeIndex,
  linkName,
  maxHosts,
  nameProblem,
  planHosts,
  subnetCount,
} from '../../../src/lab/host/addresses.ts'

const index = fc.integer({ min: 0, max: subnetCount - 1 })

describe('lab addresses', () => {
  it('gives the four hosts their names, addresses and logins', () => {
    assert.deepEqual(planHosts(0, 4), [
      { name: 'mon-a', address: '198.18.0.11', user: 'ops' },
      { name: 'mon-b', address: '198.18.0.12', user: 'ops' },
      { name: 'app-01', address: '198.18.0.21', user: 'ops' },
      { name: 'app-02', address: '198.18.0.22', user: 'root' },
    ])
  })

  it('stays within 198.18.0.0/15', () => {
    assert.equal(address(255, 1), '198.18.255.1')
    assert.equal(address(256, 1), '198.19.0.1')
    assert.equal(address(511, 250), '198.19.255.250')
  })

  it('never gives two hosts the same name, address or link, and no name beyond 15 characters', () => {
    fc.assert(
      fc.property(index, fc.integer({ min: 1, max: maxHosts }), (lab, count) => {
        const hosts = planHosts(lab, count)
        assert.equal(new Set(hosts.map(host => host.name)).size, count)
        assert.equal(new Set(hosts.map(host => host.address)).size, count)
        for (const host of hosts) {
          assert.ok(linkName(lab, host.name).length <= 15)
          assert.ok(Number(host.address.split('.')[3]) <= 250)
        }
        assert.ok(bridgeName(lab).length <= 15)
      }),
    )
  })

  it('takes the first network for the lab called lab, and a free one for others', () => {
    assert.equal(freeIndex('lab', new Set(), []), 0)
    assert.equal(freeIndex('other', new Set(), []), 1)
    assert.equal(freeIndex('other', new Set([1, 2]), ['default', '198.18.3.0/24', '10.0.0.0/8']), 4)
    assert.equal(freeIndex('lab', new Set(), ['198.18.0.0/16']), 256)
    assert.equal(freeIndex('lab', new Set(), ['198.18.0.9']), 1)
    assert.equal(freeIndex('lab', new Set(), ['198.18.0.0/15']), undefined)
    assert.equal(freeIndex('lab', new Set(), ['0.0.0.0/0']), 0)
  })

  it('refuses names and numbers it cannot use', () => {
    for (const name of ['', 'Lab', '../x', 'a b', 'base-1', '1a', 'a'.repeat(33)])
      assert.ok(nameProblem(name), name)
    for (const name of ['lab', 'dev', 'e2e-apply']) assert.equal(nameProblem(name), undefined)
    for (const count of [0, -1, 1.5, maxHosts + 1, Number.NaN]) assert.ok(countProblem(count), String(count))
    assert.equal(countProblem(8), undefined)
  })
})
