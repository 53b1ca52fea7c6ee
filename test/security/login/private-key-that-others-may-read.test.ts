/** A private key that other users of this machine may read is not used, as in OpenSSH. */
import assert from 'node:assert/strict'
import { chmod, chown, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Problem } from '../../../src/diagnostic/problem.ts'
import { createDialer, type Dialer } from '../../../src/ssh/dialer.ts'
import { UnreachableError } from '../../../src/ssh/failure.ts'
import { startServer, type TestServer } from '../../ssh/support/server.ts'
import { requireRoot } from '../support/root.ts'
import { stranger } from '../support/stranger.ts'

describe('a private key that others may read', () => {
  before(requireRoot)
  let server: TestServer
  let dialer: Dialer
  let warnings: Problem[]
  const home = process.env.HOME
  beforeEach(async () => {
    server = await startServer()
    warnings = []
    dialer = createDialer({ forks: 4, warn: problem => void warnings.push(problem) })
  })
  afterEach(async () => {
    process.env.HOME = home
    await dialer.close()
    await server.close()
  })
  const file = (name: string) => join(server.directory, name)

  async function refusal(ssh: Parameters<TestServer['host']>[0] = {}): Promise<Problem> {
    const cause = await dialer.connect(server.host(ssh)).then(
      () => assert.fail('the key was used'),
      (thrown: unknown) => thrown,
    )
    assert.ok(cause instanceof UnreachableError)
    const [problem] = cause.problems
    assert.ok(problem)
    return problem
  }

  it('is refused where the inventory names it, for each bit that opens it', async () => {
    for (const mode of [0o640, 0o604, 0o620, 0o601, 0o777]) {
      await chmod(file('id'), mode)
      const { summary, remedy } = await refusal()
      const shown = mode.toString(8).padStart(4, '0')
      assert.equal(
        summary,
        `the identity ${file('id')} is not used: other users may read it (its mode is ${shown})`,
      )
      assert.ok(remedy?.includes(`\`chmod 600 ${file('id')}\``), remedy)
      await dialer.close()
      dialer = createDialer({ forks: 4 })
    }
    await chmod(file('id'), 0o400)
    await dialer.connect(server.host())
  })

  it('is refused before its passphrase is asked for', async () => {
    await chmod(file('locked'), 0o644)
    dialer = createDialer({ forks: 4, prompt: () => assert.fail('nothing is asked') })
    assert.match(
      (await refusal({ identity: file('locked') })).summary,
      /is not used: other users may read it/,
    )
  })

  it('is left out with one warning where ssh_config names it, and the next key is used', async () => {
    await copyFile(file('id'), file('open'))
    await chmod(file('open'), 0o644)
    await writeFile(file('config'), `IdentityFile ${file('open')}\nIdentityFile ${file('id')}\n`)
    const { identity: _, ...ssh } = server.host().ssh
    const host = (name: string) => ({ ...server.host({}, name), ssh: { ...ssh, config: file('config') } })
    await Promise.all(['mon-a', 'mon-b'].map(name => dialer.connect(host(name))))
    assert.deepEqual(
      warnings.map(({ severity, summary }) => [severity, summary]),
      [
        [
          'warning',
          `the private key ${file('open')} is not used: other users may read it (its mode is 0644)`,
        ],
      ],
    )
  })

  it('is left out where it is one of the usual ones', async () => {
    process.env.HOME = file('home')
    await mkdir(file('home/.ssh'), { recursive: true })
    await copyFile(file('id'), file('home/.ssh/id_ed25519'))
    await chmod(file('home/.ssh/id_ed25519'), 0o644)
    const { identity: _, ...ssh } = server.host().ssh
    const cause = await dialer.connect({ ...server.host(), ssh }).then(
      () => assert.fail('the key was used'),
      (thrown: unknown) => thrown,
    )
    assert.ok(cause instanceof UnreachableError)
    assert.match(cause.problems[0]?.summary ?? '', /there is no key to log in with/)
    assert.match(cause.problems[0]?.detail ?? '', /left out: .*id_ed25519: other users may read it/)
    assert.match(cause.problems[0]?.remedy ?? '', /^Run `chmod 600 .*id_ed25519`; if others can have read it/)
    assert.match(warnings[0]?.remedy ?? '', /chmod 600/)
  })

  it('is none of our business where another user owns it, nor is a public key', async () => {
    if (process.getuid?.() === 0) {
      await chmod(file('id'), 0o644)
      await chown(file('id'), stranger, stranger)
      await dialer.connect(server.host())
    }
    await writeFile(file('id.pub'), `ssh-ed25519 ${server.userKey.toString('base64')}\n`, { mode: 0o644 })
    assert.match((await refusal({ identity: file('id.pub') })).summary, /it holds a public key/)
  })
})
