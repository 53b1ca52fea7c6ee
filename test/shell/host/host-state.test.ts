import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { hostStateScript, reachScript } from '../../../src/shell/host/host-state.ts'
import { answerOf } from '../../../src/shell/syntax/script.ts'

const sh = async (script: string, ...before: readonly string[]) => {
  const [program = '', ...words] = [...before, '/bin/sh', '-c', script]
  return (await promisify(execFile)(program, words)).stdout
}

/** Runs it where these programs, by their name, stand in for the real ones. */
async function shWith(programs: Readonly<Record<string, string>>, script: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'promha-host-state-'))
  try {
    for (const [name, body] of Object.entries(programs))
      await writeFile(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
    return await sh(script.replace('PATH=', `PATH=${folder}:`))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

describe('the state of a host', () => {
  it('has its addresses', async () => {
    const seen = answerOf(hostStateScript(), 'n', await sh(hostStateScript().render('n')))
    assert.ok(seen?.addresses.includes('127.0.0.1'))
  })

  it('reads both families, the table and other firewalls', () => {
    const text = [
      'n addresses',
      '2: host0    inet 198.18.0.11/24 brd 198.18.0.255 scope global host0\\       valid_lft forever',
      '2: host0    inet6 fd00::b/64 scope global \\       valid_lft forever',
      ...['n moving', 'fd00::000b', '198.18.0.100'],
      ...[
        'n keepalived',
        'activating',
        'n tables',
        'promha changed',
        'keepalived whole',
        'n firewalls',
        'firewalld',
        'n end',
      ],
    ].join('\n')
    assert.deepEqual(answerOf(hostStateScript(), 'n', text), {
      addresses: ['198.18.0.11', 'fd00::b'],
      moving: ['fd00::000b', '198.18.0.100'],
      keepalived: 'activating',
      table: 'changed',
      peers: { keepalived: 'whole', haproxy: 'missing' },
      firewalls: ['firewalld'],
    })
    assert.equal(answerOf(hostStateScript(), 'n', text.replace('n end', '')), undefined)
  })

  it('says what systemd says of keepalived', async () => {
    const systemctl =
      'case $2 in --) [ "$1 $3" = "is-active promha-keepalived.service" ] && echo activating; esac; exit 3'
    const seen = answerOf(hostStateScript(), 'n', await shWith({ systemctl }, hostStateScript().render('n')))
    assert.equal(seen?.keepalived, 'activating')
    assert.deepEqual(seen.firewalls, [])
  })

  it('compares the table with its file, and says where that is impossible', async () => {
    // What is loaded on the host, and what its file gives in a network of its own.
    const tableOf = async (host: string, file: string, unshare: string) => {
      const nft = `case $1 in -f) exit 0 ;; esac; if [ -n "$own" ]; then printf '${file}'; else printf '${host}'; fi`
      return answerOf(hostStateScript(), 'n', await shWith({ nft, unshare }, hostStateScript().render('n')))
        ?.table
    }
    const able = 'shift; own=1 exec "$@"'
    assert.equal(await tableOf('rules', 'rules', able), 'whole')
    assert.equal(await tableOf('rules', 'others', able), 'changed')
    assert.equal(await tableOf('rules', '', able), 'changed')
    assert.equal(await tableOf('', 'rules', able), 'missing')
    assert.equal(await tableOf('rules', 'rules', 'exit 1'), 'unknown')
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

  /** Of what answers at once on a machine that may be busy, nothing is decided by the time. */
  const patient = (script: string) => script.replace('-t 0.3', '-t 30')

  it('are those at which it gets through', async () => {
    const open = { address: '127.0.0.1', port }
    const script = patient(reachScript([open, { address: '127.0.0.1', port: 1 }]).render('n'))
    assert.match(script, /-t 30/)
    assert.deepEqual(answerOf(reachScript([]), 'n', await sh(script)), {
      open: [open],
      refused: [{ address: '127.0.0.1', port: 1 }],
      silent: [],
    })
    assert.match(await sh(script), /^127\.0\.0\.1 1 refused$/m)
    assert.deepEqual(answerOf(reachScript([]), 'n', 'n reached\nx 1 silent\nx 2 refused\nn end\n'), {
      open: [],
      refused: [{ address: 'x', port: 2 }],
      silent: [{ address: 'x', port: 1 }],
    })
    assert.equal(answerOf(reachScript([]), 'n', 'n reached\nnone\nn end\n'), undefined)
  })

  it('are so however long the host takes to begin', async () => {
    const open = { address: '127.0.0.1', port }
    const bash = 'sleep 0.6; exec /bin/bash "$@"'
    assert.deepEqual(
      answerOf(reachScript([]), 'n', await shWith({ bash }, patient(reachScript([open]).render('n')))),
      {
        open: [open],
        refused: [],
        silent: [],
      },
    )
  })

  it('are silent only while an answer is waited for', async () => {
    const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user']
    const dropped = { address: '192.0.2.1', port: 9100 }
    const script = reachScript([dropped]).render('n')
    // In a network of its own, from which this address is lost without a word.
    const lost = `ip link set lo up && ip route add 192.0.2.0/24 dev lo && { ${script}\n}`
    assert.deepEqual(answerOf(reachScript([]), 'n', await sh(lost, 'unshare', '--net', ...asRoot)), {
      open: [],
      refused: [],
      silent: [dropped],
    })
    // A try that is stopped does not wait for anything.
    const stopped = script.replace('echo "$BASHPID"', 'echo "$BASHPID"; kill -STOP "$BASHPID"')
    assert.notEqual(stopped, script)
    assert.deepEqual(answerOf(reachScript([]), 'n', await sh(stopped)), { open: [], refused: [], silent: [] })
  })
})
