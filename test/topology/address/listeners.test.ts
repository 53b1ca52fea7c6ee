import assert from 'node:assert/strict'
import { listenerLabel, listenersOf } from '../../../src/topology/address/listeners.ts'
import { read } from '../../inventory/harness.ts'
import { rest, ringSite } from '../../roles/ring/site.ts'
import { storeSite } from '../../roles/victoriametrics/site.ts'

async function labelsOf(text: string): Promise<readonly string[]> {
  const { inventory, problems } = await read(text)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  const [cell = assert.fail()] = inventory.cells
  return listenersOf(cell, inventory.cells).map(one => `${listenerLabel(one)}: ${one.listen.port}`)
}

describe('what HAProxy listens for', () => {
  it('is called by who asks there', async () => {
    assert.deepEqual(
      await labelsOf(ringSite(`{ hosts: [c1, c2, c3], ${rest}, read: { vip: 198.18.0.110/24 } }`)),
      ['HAProxy for readers of cortex: 9019', 'HAProxy for writers to cortex: 9010'],
    )
  })

  it('may have the port of a store on hosts that do not run it', async () => {
    const read = 'read: { vip: 198.18.0.110/24, hosts: [vm-c, mon-a], port: 8428 }'
    assert.deepEqual(await labelsOf(storeSite(`{ hosts: [vm-a, vm-b], retention: 365d, ${read} }`)), [
      'HAProxy for readers of victoriametrics: 8428',
    ])
  })
})
