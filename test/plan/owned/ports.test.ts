import assert from 'node:assert/strict'
import { portsOf } from '../../../src/plan/owned/ports.ts'

describe('the ports of a program of which only its record is known', () => {
  const at = (address: string, port = 9090) => portsOf({ address, port, readyPath: '/', loaded: 'none' })

  it('are at the address where it is asked, so that another one may have the port elsewhere', () => {
    assert.deepEqual(at('192.0.2.11'), [{ protocol: 'tcp', port: 9090, addresses: ['192.0.2.11'] }])
    assert.deepEqual(at('2001:db8::1'), [{ protocol: 'tcp', port: 9090, addresses: ['2001:db8::1'] }])
  })

  it('may be at every address if it is asked by way of loopback, or if its record is odd', () => {
    for (const address of ['127.0.0.1', '::1', 'localhost', '0.0.0.0', 'odd name'])
      assert.deepEqual(at(address), [{ protocol: 'tcp', port: 9090 }])
  })

  it('are those that its record says, if it says any', () => {
    const health = { address: '127.0.0.1', port: 9090, readyPath: '/', loaded: 'none' } as const
    const ports = [{ protocol: 'tcp', port: 9090, addresses: ['192.0.2.11', '127.0.0.1'] }] as const
    assert.deepEqual(portsOf(health, ports), ports)
    assert.deepEqual(portsOf(health, []), [])
  })

  it('are none if nothing is asked', () => {
    assert.deepEqual(at('127.0.0.1', 0), [])
  })
})
