import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, it } from 'mocha'
import { type Problem, ProblemError } from '../../../src/diagnostic/problem.ts'
import type { Host, SshSettings } from '../../../src/inventory/model.ts'
import { ForwardError } from '../../../src/ssh/connection.ts'
import { createDialer, type DialContext, type Dialer } from '../../../src/ssh/dialer.ts'
import { UnreachableError } from '../../../src/ssh/failure.ts'
import { useLab } from '../support/lab.ts'

const secret = 'correct-horse'

describe('SSH to real hosts', function () {
  this.timeout(60_000)
  const held = useLab({ name: 'sshdev', hosts: 4 })
  const dialers: Dialer[] = []

  function dialer(context: Partial<DialContext> = {}): Dialer {
    const made = createDialer({ forks: 50, ...context })
    dialers.push(made)
    return made
  }

  /** A host by the lab's own ssh_config; `app-02` is reached as root and has no sudo. */
  function host(name: string, ssh: Partial<SshSettings> = {}): Host {
    const { address } = held.host(name)
    const settings = { sudo: true, hostKey: 'strict' as const, config: held.lab().sshConfig }
    return { name, address, labels: {}, ssh: { ...settings, ...ssh } }
  }

  async function problemOf(work: Promise<unknown>): Promise<Problem> {
    const cause = await work.then(
      () => assert.fail('it should have failed'),
      (error: unknown) => error,
    )
    assert.ok(cause instanceof ProblemError, String(cause))
    const [problem] = cause.problems
    assert.ok(problem?.remedy)
    return problem
  }

  const restartSshd = (name: string) =>
    held.inside(name, 'systemctl reset-failed ssh; systemctl restart ssh; systemctl is-active ssh')

  /** With some lines added to a host's sshd_config. */
  async function withSshd(name: string, lines: string, work: () => Promise<void>): Promise<void> {
    await held.inside(name, `printf '%s\\n' '${lines}' > /etc/ssh/sshd_config.d/00-test.conf`)
    await restartSshd(name)
    try {
      await work()
    } finally {
      await held.inside(name, 'rm /etc/ssh/sshd_config.d/00-test.conf')
      await restartSshd(name)
    }
  }

  /** With another line for `ops` in a host's sudoers, and a password. */
  async function withSudoers(name: string, line: string, work: () => Promise<void>): Promise<void> {
    await held.inside(
      name,
      `echo 'ops:${secret}' | chpasswd; cp -p /etc/sudoers.d/ops /root/ops.sudoers; echo '${line}' > /etc/sudoers.d/ops`,
    )
    try {
      await work()
    } finally {
      await held.inside(name, 'mv /root/ops.sudoers /etc/sudoers.d/ops')
    }
  }

  afterEach(() => {
    for (const made of dialers.splice(0)) made.close()
  })

  it('becomes root on every host, by sudo or by login', async () => {
    const dial = dialer()
    const names = held.lab().hosts.map(({ name }) => name)
    const users = await Promise.all(
      names.map(async name => {
        const connection = await dial.connect(host(name))
        const { code, stdout } = await connection.run({ script: 'id -un; hostname' })
        assert.equal(code, 0)
        return stdout.toString()
      }),
    )
    assert.deepEqual(
      users,
      names.map(name => `root\n${name}\n`),
    )
    const unprivileged = await (await dial.connect(host('mon-a'))).run({ script: 'id -un', root: false })
    assert.equal(unprivileged.stdout.toString(), 'ops\n')
  })

  it('sends input and large scripts through sudo unharmed', async () => {
    const connection = await dialer().connect(host('mon-a'))
    const block = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 256))
    const padded = `# ${'x'.repeat(150_000)}\ncat`
    for (const script of ['cat', padded]) {
      const { stdout } = await connection.run({ script, stdin: block })
      assert.ok(stdout.equals(block))
    }
  })

  it('gives sudo a password, and tells of a wrong one and of one that is missing', async () => {
    await withSudoers('mon-b', 'ops ALL=(ALL:ALL) ALL', async () => {
      const dial = dialer()
      const block = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 256))
      const right = await dial.connect(host('mon-b', { sudo: { password: secret } }))
      for (const script of ['id -un; cat', `# ${'x'.repeat(150_000)}\nid -un; cat`]) {
        const { stdout, stderr } = await right.run({ script, stdin: block })
        assert.ok(stdout.equals(Buffer.concat([Buffer.from('root\n'), block])))
        assert.equal(stderr, '')
      }
      const wrong = await dial.connect(host('mon-b', { sudo: { password: 'wrong' } }))
      assert.match(
        (await problemOf(wrong.run({ script: 'true' }))).summary,
        /did not accept the password of ops/,
      )
      const silent = await dial.connect(host('mon-b'))
      assert.match((await problemOf(silent.run({ script: 'true' }))).summary, /no terminal to ask on/)
      const asked = await dialer({ prompt: async () => secret }).connect(host('mon-b'))
      assert.equal((await asked.run({ script: 'id -un' })).stdout.toString(), 'root\n')
    })
  })

  it('tells what sudo says where it refuses, and where there is none', async () => {
    await withSudoers('mon-b', 'ops ALL=(ALL:ALL) NOPASSWD: /bin/true', async () => {
      const connection = await dialer({ prompt: async () => secret }).connect(host('mon-b'))
      const { summary, detail } = await problemOf(connection.run({ script: 'true' }))
      assert.match(summary, /does not let ops become root/)
      assert.match(detail ?? '', /not allowed to execute/)
    })
    await held.inside('mon-b', 'mv /usr/bin/sudo /usr/bin/no-sudo')
    try {
      const connection = await dialer().connect(host('mon-b'))
      assert.match(
        (await problemOf(connection.run({ script: 'true' }))).summary,
        /there is no sudo on the host/,
      )
    } finally {
      await held.inside('mon-b', 'mv /usr/bin/no-sudo /usr/bin/sudo')
    }
  })

  it('works with login shells that are no POSIX shell', async () => {
    await held.inside(
      'mon-b',
      `printf '%s\\n' '#!/bin/sh' 'case $2 in *"echo own"*) echo Unmatched. >&2; exit 1;; esac' 'exec /bin/sh "$@"' > /usr/local/bin/odd; chmod 755 /usr/local/bin/odd; usermod -s /usr/local/bin/odd ops`,
    )
    try {
      const connection = await dialer().connect(host('mon-b'))
      assert.equal((await connection.run({ script: 'echo own' })).stdout.toString(), 'own\n')
    } finally {
      await held.inside('mon-b', 'usermod -s /bin/bash ops')
    }
  })

  it('goes through one host to another', async () => {
    const connection = await dialer().connect(host('app-01', { jump: 'mon-a' }))
    const { stdout } = await connection.run({ script: 'echo "$SSH_CONNECTION"', root: false })
    assert.equal(stdout.toString().split(' ')[0], held.host('mon-a').address)
  })

  it('reaches ports as the host sees them, and tells why it cannot', async () => {
    const connection = await dialer().connect(host('mon-a'))
    const stream = await connection.forward('127.0.0.1', 22)
    const greeting = await new Promise<Buffer>(resolve => stream.once('data', resolve))
    assert.match(greeting.toString(), /^SSH-2\.0-OpenSSH/)
    stream.destroy()
    const reason = (wanted: string) => (cause: unknown) =>
      cause instanceof ForwardError && cause.reason === wanted
    await assert.rejects(connection.forward('127.0.0.1', 1), reason('refused'))
    await withSshd('mon-b', 'AllowTcpForwarding no', async () => {
      const closed = await dialer().connect(host('mon-b'))
      await assert.rejects(closed.forward('127.0.0.1', 22), reason('forbidden'))
      const { summary } = await problemOf(dialer().connect(host('app-01', { jump: 'mon-b' })))
      assert.match(summary, /through the jump host/)
    })
  })

  it('logs in thirty times at once to an sshd that throttles', async () => {
    await withSshd('mon-b', 'MaxStartups 3:50:6', async () => {
      const dial = dialer()
      const connections = await Promise.all(Array.from({ length: 30 }, () => dial.connect(host('mon-b'))))
      assert.equal(connections.length, 30)
    })
  })

  it('lives with a host that allows two sessions a connection', async () => {
    await withSshd('mon-b', 'MaxSessions 2', async () => {
      const connection = await dialer().connect(host('mon-b'))
      const results = await Promise.all(
        Array.from({ length: 6 }, () => connection.run({ script: 'sleep 0.1; echo own' })),
      )
      assert.ok(results.every(({ stdout }) => stdout.toString() === 'own\n'))
    })
  })

  it('refuses a host whose key is not known or has changed', async () => {
    const file = join(held.lab().directory, 'own_known_hosts')
    await writeFile(file, '')
    const settings = { knownHosts: file }
    assert.match((await problemOf(dialer().connect(host('mon-a', settings)))).summary, /is not known/)
    await dialer().connect(host('mon-a', { ...settings, hostKey: 'accept-new' }))
    const line = await readFile(file, 'utf8')
    await dialer().connect(host('mon-a', settings))
    await writeFile(file, line.replace(held.host('mon-a').address, held.host('mon-b').address))
    const { summary, detail } = await problemOf(
      dialer().connect(host('mon-b', { ...settings, hostKey: 'accept-new' })),
    )
    assert.match(summary, /has changed/)
    assert.ok(detail?.includes(`${file}:1`))
    await rm(file)
  })

  it('does not know how a command ended when the host cut the connection', async () => {
    const connection = await dialer().connect(host('mon-b'))
    const run = connection.run({ script: 'echo begun; sleep 30' })
    await new Promise(resolve => setTimeout(resolve, 500))
    await held.inside('mon-b', "pkill -KILL -u ops sshd || pkill -KILL -f 'sshd: ops'")
    assert.equal((await run).code, null)
  })

  it('tells a host that is not there from one that fails', async () => {
    const gone = { ...host('mon-a', { config: false, user: 'ops' }), address: '198.18.255.254' }
    const cause = await dialer()
      .connect(gone, AbortSignal.timeout(20_000))
      .catch((error: unknown) => error)
    assert.ok(cause instanceof UnreachableError, String(cause))
  })
})
