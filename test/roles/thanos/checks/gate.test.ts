import assert from 'node:assert/strict'
import { awaitsEndpoints } from '../../../../roles/thanos/checks/gate.ts'
import { buildTopology } from '../../../../src/topology/build.ts'
import type { Get } from '../../../../src/verify/checks/facet.ts'
import { read } from '../../../inventory/harness.ts'
import { thanosSite } from '../site.ts'

async function lacks(seen: readonly string[], up: readonly string[]) {
  const { inventory } = await read(thanosSite('{ query: [st-a, st-b] }'))
  const [cell] = inventory ? buildTopology(inventory).cells : []
  assert.ok(cell)
  const body = JSON.stringify({ data: { sidecar: seen.map(name => ({ name, lastError: null })) } })
  const get: Get = async api => api.read(body)
  const serves = async (_: string, host: string) => up.includes(host)
  return awaitsEndpoints({ get, getAt: () => get, host: 'mon-a', cell, serves })
}

describe('the gate of a query', () => {
  it('awaits the sidecars that are ready, and no others', async () => {
    const a = '198.18.0.11:10901'
    assert.equal(await lacks([a, '198.18.0.12:10901'], ['mon-a', 'mon-b']), undefined)
    assert.equal(
      await lacks([a], ['mon-a', 'mon-b']),
      'it does not ask thanos_sidecar on mon-b at 198.18.0.12:10901',
    )
    assert.equal(await lacks([a], ['mon-a']), undefined)
  })
})
