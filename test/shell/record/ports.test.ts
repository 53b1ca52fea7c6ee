import assert from 'node:assert/strict'
import { parsePorts, renderPorts } from '../../../src/shell/record/ports.ts'

describe('the ports in a record', () => {
  it('are read as they were written', () => {
    const ports = [
      { protocol: 'tcp', port: 9090, addresses: ['192.0.2.11', '::1'] },
      { protocol: 'udp', port: 9094 },
    ] as const
    assert.equal(renderPorts(ports), 'tcp/9090@192.0.2.11@::1,udp/9094')
    assert.deepEqual(parsePorts(renderPorts(ports)), ports)
    assert.deepEqual(parsePorts(renderPorts([])), [])
  })

  it('are unknown if a host says something else', () => {
    const odd = ['tcp/0', 'tcp/65536', 'sctp/1', 'tcp/1@$(id)', 'tcp/1@name', 'tcp/1,', 'x', 'tcp/1 udp/2']
    for (const text of [undefined, ...odd, Array.from({ length: 65 }, () => 'tcp/1').join()])
      assert.equal(parsePorts(text), undefined, text)
  })
})
