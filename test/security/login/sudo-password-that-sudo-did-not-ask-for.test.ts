/** The sudo password is sent to sudo's own question, once a session, and nothing else that is secret is ever sent. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import type { Host } from '../../../src/inventory/model.ts'
import { until } from '../../../src/lab/wait.ts'
import type { Connection } from '../../../src/ssh/connection.ts'
import { createDialer } from '../../../src/ssh/dialer.ts'
import { becomeRoot, type SudoHosts, sudoHosts } from '../support/sudo-hosts.ts'

const secret = 'correct horse'
const ssh = { sudo: { password: secret } }
/** Reads what it is sent, for as long as a second at most, and keeps it. */
const keep = `timeout 1 cat >> "\${0%/*}/got"; exit 1`

describe('a sudo password that sudo did not ask for', () => {
  let site: SudoHosts
  afterEach(() => site.close())

  it('is not sent to a question without the nonce of this very command', async () => {
    const forged = [
      `printf 'Password:' >&2; printf '[sudo] password for ops: ' >&2; ${keep}`,
      `printf 'promha-sudo-000000000000000000000000:' >&2; ${keep}`,
      `shift 3; printf '%s' "\${1%?????:}" >&2; ${keep}`,
    ]
    site = await sudoHosts(Object.fromEntries(forged.map((sudo, index) => [`mon-${index}`, { sudo, ssh }])))
    await becomeRoot(site.dialer(), site.hosts)
    for (const { name } of site.hosts) assert.deepEqual(await site.got(name), [], name)
  })

  it('is not sent once the script has started', async () => {
    const late = `
if [ -e "\${0%/*}/asked" ]; then shift 5; exec "$@"; fi
shift 3; question=$1; nonce=\${question#promha-sudo-}
printf 'promha-start-%s\\n' "\${nonce%:}"; printf 'promha-start-%s\\n' "\${nonce%:}" >&2
printf %s "$question" >&2
: > "\${0%/*}/asked"
${keep}`
    const early = late.replace('printf %s "$question" >&2', 'sleep 0.2; printf %s "$question" >&2')
    // The script is announced on standard output only: the question comes where noise is still dropped.
    const half = early.replace(/; printf 'promha-start-[^;]*>&2$/m, '')
    assert.notEqual(half, early)
    site = await sudoHosts({
      'mon-a': { sudo: late, ssh },
      'mon-b': { sudo: early, ssh },
      'mon-c': { sudo: half, ssh },
    })
    /** Goes on until sudo's question has arrived, as the answer to a later command shows. */
    async function* slow({ name }: Host, connection: Connection) {
      yield Buffer.from('own\n')
      const asked = join(site.server(name).directory, 'asked')
      await until(`sudo of ${name} to ask`, 10_000, async () => existsSync(asked))
      assert.equal((await connection.run({ script: 'echo later' })).stdout.toString(), 'later\n')
    }
    const dialer = site.dialer()
    await Promise.all(
      site.hosts.map(async host => {
        const connection = await dialer.connect(host)
        await connection.run({ script: 'cat', stdin: slow(host, connection) })
      }),
    )
    for (const { name } of site.hosts) assert.deepEqual(await site.got(name), ['own'], name)
  })

  it('is sent once a session, however often it is asked for', async () => {
    const greedy = `
shift 3; question=$1
for try in 1 2 3; do
  printf %s "$question" >&2
  IFS= read -r line && printf '%s\\n' "$line" >> "\${0%/*}/got"
done
exit 1`
    const twice = `shift 3; printf '%s%s' "$1" "$1" >&2; ${keep}`
    site = await sudoHosts({ 'mon-a': { sudo: greedy, ssh }, 'mon-b': { sudo: twice, ssh } })
    await becomeRoot(site.dialer(), site.hosts)
    assert.deepEqual([await site.got('mon-a'), await site.got('mon-b')], [[secret], []])
  })

  it('is not sent where none was typed: a host that asks without being told to gets nothing', async () => {
    const sudo = `printf 'promha-sudo-x:' >&2; ${keep}`
    site = await sudoHosts({ 'mon-a': { sudo } })
    await becomeRoot(site.dialer({ prompt: async () => secret }), site.hosts)
    assert.deepEqual(await site.got('mon-a'), [])
  })

  it('is not sent as the password of the login, and the agent is forwarded to no host', async () => {
    site = await sudoHosts({})
    const folder = await mkdtemp(join(tmpdir(), 'promha-login-'))
    const methods: string[] = []
    const requests: string[] = []
    const [own, user] = [1, 2].map(() => ssh2.utils.generateKeyPairSync('ed25519'))
    assert.ok(own && user)
    let welcome = false
    const server = new ssh2.Server({ hostKeys: [own.private] }, client => {
      client.on('error', () => {})
      client.on('authentication', context => {
        methods.push(context.method)
        if (welcome && context.method === 'publickey') context.accept()
        else context.reject(['publickey', 'password', 'keyboard-interactive'])
      })
      client.on('session', accept => {
        const session = accept()
        for (const name of ['auth-agent', 'x11', 'env'] as const)
          session.on(name as 'x11', () => void requests.push(name))
        session.on('exec', (acceptExec, _reject, { command }) => {
          requests.push('exec')
          const nonce = /promha-start-([0-9a-f]+)/.exec(command)?.[1]
          const channel = acceptExec()
          channel.write(`promha-start-${nonce}\n`)
          channel.stderr.write(`promha-start-${nonce}\n`)
          channel.exit(0)
          channel.end()
        })
      })
    })
    const listener = createServer(socket => server.injectSocket(socket))
    await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve))
    const { port } = listener.address() as AddressInfo
    await writeFile(join(folder, 'id'), user.private, { mode: 0o600 })
    await writeFile(join(folder, 'config'), 'ForwardAgent yes\nForwardX11 yes\nPasswordAuthentication yes\n')
    const host = {
      ...{ name: 'mon-a', address: '127.0.0.1', labels: {} },
      ssh: {
        ...{ user: 'ops', port, identity: join(folder, 'id'), config: join(folder, 'config') },
        ...{ sudo: { password: secret }, hostKey: 'off' as const },
      },
    }
    const dialer = createDialer({ forks: 1, prompt: async () => secret })
    try {
      await becomeRoot(dialer, [host])
      assert.deepEqual(methods, ['publickey'])
      welcome = true
      const connection = await dialer.connect(host)
      await connection.run({ script: 'true' })
      assert.deepEqual([...new Set(methods)], ['publickey'])
      assert.deepEqual(requests, ['exec'])
    } finally {
      await dialer.close()
      listener.close()
      await rm(folder, { recursive: true })
    }
  })
})
