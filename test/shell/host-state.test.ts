import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { promisify } from 'node:util'
import { hostStateScript, parseHostState, parseReached, reachScript } from '../../src/shell/host-state.ts'

const sh = async (script: string) => (await promisify(execFile)('/bin/sh', ['-c', script])).stdout

describe('the state of a host', () => {
  it('has its addresses', async () => {
    const seen = parseHostState('n', await sh(hostStateScript('n')))
    assert.ok(seen?.addresses.includes('127.0.0.1'))
  })

  it('reads both families, the table and other firewalls', () => {
    const text = [
      'n addresses',
      '2: host0    inet 198.18.0.11/24 brd 198.18.0.255 scope global host0\\       valid_lft forever',
      '2: host0    inet6 fd00::b/64 scope global \\       valid_lft forever',
      ...['n moving', 'fd00::000b', '198.18.0.100'],
      ...['n table', 'changed', 'n firewalls', 'firewalld', 'n end'],
    ].join('\n')
    assert.deepEqual(parseHostState('n', text), {
      addresses: ['198.18.0.11', 'fd00::b'],
      moving: ['fd00::000b', '198.18.0.100'],
      table: 'changed',
      firewalls: ['firewalld'],
    })
    assert.equal(parseHostState('n', text.replace('n end', '')), undefined)
  })
})

describe('the ports that let a host in', () => {
  let server: Server
  let port: number
  before(done => {
    server = createServer().listen(0, '127.0.0.1', () => {
      port = (server.address() as AddressInfo).port
      done()
    })
  })
  after(() => void server.close())

  it('are those at which it gets through', async () => {
    const open = { address: '127.0.0.1', port }
    const script = reachScript('n', [open, { address: '127.0.0.1', port: 1 }])
    assert.deepEqual(parseReached('n', await sh(script)), { open: [open], silent: [] })
    assert.deepEqual(parseReached('n', 'n reached\nx 1 silent\nx 2 refused\nn end\n'), {
      open: [],
      silent: [{ address: 'x', port: 1 }],
    })
    assert.equal(parseReached('n', 'n reached\nnone\nn end\n'), undefined)
  })
})
