import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type PreflightRequest, preflightScript } from '../../../src/shell/observe/preflight.ts'
import { answerOf } from '../../../src/shell/syntax/script.ts'

async function look(request: Partial<PreflightRequest>) {
  const whole = {
    services: [],
    directories: [],
    contents: [],
    largest: 100,
    versions: [],
    addresses: [],
    ...request,
  }
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', preflightScript(whole).render('n')])
  const seen = answerOf(preflightScript(whole), 'n', stdout)
  assert.ok(seen)
  return seen
}

describe('preflight', () => {
  let server: Server
  let port: number
  before(done => {
    server = createServer().listen(0, '127.0.0.1', () => {
      port = (server.address() as AddressInfo).port
      done()
    })
  })
  after(done => void server.close(() => done()))

  it('names the process that holds a port', async () => {
    const services = [{ unit: 'prometheus.service', ports: [{ protocol: 'tcp' as const, port }] }]
    const [holder] = (await look({ services })).holders
    assert.equal(holder?.pid, process.pid)
    assert.equal(holder?.port, port)
    assert.match(holder?.program ?? '', /node|MainThread/)
  })

  it('sees no holder of a port that is taken on other addresses only', async () => {
    const on = async (...addresses: string[]) =>
      (
        await look({
          services: [{ unit: 'x.service', ports: [{ protocol: 'tcp' as const, port, addresses }] }],
        })
      ).holders
    assert.deepEqual(await on('127.0.0.2', 'fd00::1'), [])
    assert.equal((await on('127.0.0.1'))[0]?.pid, process.pid)
    assert.equal((await on('198.18.0.1', '127.0.0.1'))[0]?.pid, process.pid)
  })

  it('sees whoever holds a port on all addresses, or on that of IPv6', async () => {
    for (const [bound, asked, taken] of [
      ['0.0.0.0', '198.18.0.1', true],
      ['::', '198.18.0.1', true],
      ['::', 'fd00::1', true],
      ['::1', '::1', true],
      ['::1', '0:0:0:0:0:0:0:1', true],
      ['::1', 'fd00::1', false],
    ] as const) {
      const other = createServer()
      await new Promise<void>(resolve => other.listen(0, bound, resolve))
      const { port: own } = other.address() as AddressInfo
      const ports = [{ protocol: 'tcp' as const, port: own, addresses: [asked] }]
      const { holders } = await look({ services: [{ unit: 'x.service', ports }] })
      await new Promise(resolve => other.close(resolve))
      assert.equal(holders.length > 0, taken, `${bound} asked for ${asked}`)
    }
  })

  it('sees no holder of a free port, nor a TCP one of the same UDP port', async () => {
    const ports = [{ protocol: 'udp' as const, port }]
    assert.deepEqual((await look({ services: [{ unit: 'x.service', ports }] })).holders, [])
  })

  it('tells whether users and groups can be made', async () => {
    assert.equal((await look({ accounts: true })).noAccounts, undefined)
    const whole = { services: [], directories: [], contents: [], largest: 1, versions: [], addresses: [] }
    const script = preflightScript({ ...whole, accounts: true }).render('n')
    const sealed = `mount --bind /etc /etc && mount -o remount,bind,ro /etc && exec sh -c "$1"`
    const { stdout } = await promisify(execFile)('unshare', ['--mount', 'sh', '-c', sealed, 'sh', script])
    assert.equal(answerOf(preflightScript(whole), 'n', stdout)?.noAccounts, '/etc/passwd')
  })

  it('measures the room of the nearest directory that exists', async () => {
    const seen = await look({ directories: ['/tmp/no/such/directory', '/'] })
    assert.ok((seen.room.get('/tmp/no/such/directory')?.free ?? 0) > 0)
    assert.equal(seen.room.get('/')?.mount, '/')
  })

  it('brings the old text, byte by byte', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'promha-preflight-'))
    const bytes = Buffer.from([0, 255, 10, 10, 0xc3, 0xbc, 32])
    writeFileSync(join(directory, "it's"), bytes)
    writeFileSync(join(directory, 'empty'), '')
    const seen = await look({ contents: [join(directory, "it's"), join(directory, 'empty')] })
    assert.deepEqual(seen.contents.get(join(directory, "it's")), bytes)
    assert.deepEqual(seen.contents.get(join(directory, 'empty')), Buffer.alloc(0))
    rmSync(directory, { recursive: true })
  })

  it('brings no text that is absent, no file, or too long', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'promha-preflight-'))
    const long = join(directory, 'long')
    writeFileSync(long, 'x'.repeat(101))
    const seen = await look({ contents: [join(directory, 'absent'), directory, long] })
    assert.deepEqual([...seen.contents], [])
    rmSync(directory, { recursive: true })
  })

  it('asks programs for their version, whatever stands in their place, and never as root', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'promha-preflight-'))
    chmodSync(directory, 0o755)
    const program = (name: string, text: string, mode = 0o755) => {
      const path = join(directory, name)
      writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode })
      return path
    }
    const said = program(
      'said',
      '[ "$(id -u)" = 0 ] || echo "prometheus, version 2.42.0+ds (branch: x)" >&2; echo go version 1.2.3',
    )
    const tagged = program('tagged', 'echo victoria-metrics-20261001-000000-tags-v1.151.0-0-gabc')
    const versions = [
      said,
      program('other', 'cat; echo hello'),
      tagged,
      program('fails', 'exit 3'),
      program('plain', 'echo "prometheus, version 3.5.0"', 0o644),
      join(directory, 'absent'),
      directory,
    ]
    const seen = await look({ versions })
    assert.deepEqual(
      [...seen.versions],
      [
        [said, '2.42.0+ds'],
        [tagged, '1.151.0'],
      ],
    )
    rmSync(directory, { recursive: true })
  })

  it('finds by which of its addresses a host speaks to others', async () => {
    const seen = await look({ speaksTo: ['127.0.0.1', 'nobody'] })
    assert.deepEqual([...seen.sources], [['127.0.0.1', '127.0.0.1']])
    assert.ok(seen.own.includes('127.0.0.1'))
    assert.deepEqual((await look({})).own, [])
  })

  it('finds in which of the networks an address lies, those behind a router apart', async () => {
    const own = Object.entries(networkInterfaces()).flatMap(([name, all = []]) =>
      all.filter(one => one.family === 'IPv4' && !one.internal).map(one => ({ ...one, name })),
    )
    const [some] = own
    assert.ok(some, 'this machine has no network')
    const seen = await look({
      addresses: [some.address, '203.0.113.1', 'fd00:1234::1'].map(address => ({ address, peers: [] })),
    })
    const expected = { interface: some.name }
    assert.deepEqual(seen.networks.get(some.address)?.[0], expected)
    assert.deepEqual(seen.networks.get('203.0.113.1'), [])
    assert.deepEqual(seen.networks.get('fd00:1234::1') ?? [], [])
    assert.deepEqual([...seen.strangers.keys()], [])
  })
})
