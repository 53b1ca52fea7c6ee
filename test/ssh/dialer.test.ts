import assert from 'node:assert/strict'
import { appendFile, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, it } from 'mocha'
import type { Problem } from '../../src/diagnostic/problem.ts'
import { createDialer, type DialContext, type Dialer } from '../../src/ssh/dialer.ts'
import { UnreachableError } from '../../src/ssh/failure.ts'
import { keyFingerprint } from '../../src/ssh/key/known-hosts.ts'
import { passphrase, type ServerOptions, startServer, type TestServer } from './support/server.ts'

const servers: TestServer[] = []
const dialers: Dialer[] = []

async function serve(options: ServerOptions = {}): Promise<TestServer> {
  const server = await startServer(options)
  servers.push(server)
  return server
}

function dialer(context: Partial<DialContext> = {}): Dialer {
  const made = createDialer({ forks: 50, ...context })
  dialers.push(made)
  return made
}

/** An ssh_config by which a login has a second for each step. */
async function impatient({ directory }: TestServer): Promise<string> {
  const file = join(directory, 'config')
  await writeFile(file, 'Host *\n ConnectTimeout 1\n')
  return file
}

/** The one problem that a login has to end with. */
async function problemOf(login: Promise<unknown>): Promise<Problem> {
  const cause = await login.then(
    () => assert.fail('it should not have connected'),
    (error: unknown) => error,
  )
  assert.ok(cause instanceof UnreachableError, String(cause))
  const [problem, ...more] = cause.problems
  assert.ok(problem !== undefined && more.length === 0)
  assert.equal(problem.host, 'mon-a')
  assert.ok(problem.remedy)
  return problem
}

describe('a dialer', () => {
  afterEach(async () => {
    for (const made of dialers.splice(0)) made.close()
    await Promise.all(servers.splice(0).map(server => server.close()))
  })

  it('logs in and runs a command', async () => {
    const server = await serve()
    const connection = await dialer().connect(server.host())
    const { code, stdout, stderr } = await connection.run({
      script: 'cat; echo no >&2; exit 3',
      stdin: Buffer.from('hi'),
    })
    assert.deepEqual([code, stdout.toString(), stderr, connection.commands], [3, 'hi', 'no\n', 1])
  })

  it('tells that a login has begun, long before it has ended', async () => {
    const server = await serve()
    const order: string[] = []
    await dialer({ begun: () => order.push('begun') }).connect(server.host())
    order.push('connected')
    assert.deepEqual(order, ['begun', 'connected'])
  })

  it('keeps no connection that its own keys are no use for', async () => {
    const server = await serve()
    const connect = dialer().connect(server.host({ identity: join(server.directory, 'absent') }))
    assert.match((await problemOf(connect)).summary, /absent/)
    await server.abandoned()
  })

  it('tells of the end of a connection, whoever ended it', async () => {
    const [server, dying] = await Promise.all([serve(), serve({ dieOn: 'die' })])
    const mine = await dialer().connect(server.host())
    const lost = await dialer().connect(dying.host())
    let ended = 0
    const ends = [mine, lost].map(({ closed }) =>
      closed.then(() => {
        ended += 1
      }),
    )
    await mine.run({ script: 'true' })
    assert.equal(ended, 0)
    mine.close()
    assert.equal((await lost.run({ script: 'die' })).code, null)
    await Promise.all(ends)
  })

  it('uses a locked key, asking once for all hosts', async () => {
    const server = await serve()
    const questions: string[] = []
    const prompt = async (question: string) => {
      questions.push(question)
      return questions.length === 1 ? 'wrong' : passphrase
    }
    const dial = dialer({ prompt })
    const identity = join(server.directory, 'locked')
    await Promise.all([1, 2, 3].map(number => dial.connect(server.host({ identity }, `h${number}`))))
    assert.equal(questions.length, 2)
    assert.ok(questions.every(question => question.includes(identity)))
  })

  it('tells what is wrong with an identity', async () => {
    const server = await serve()
    const login = (name: string) =>
      problemOf(dialer().connect(server.host({ identity: join(server.directory, name) })))
    assert.match((await login('locked')).summary, /locked needs a passphrase, and there is no terminal/)
    assert.match((await login('none')).summary, /none cannot be used: there is no such file/)
    await writeFile(join(server.directory, 'junk'), 'no key')
    assert.match((await login('junk')).summary, /junk cannot be used: Unsupported key format/)
    const refused = await login('other')
    assert.match(refused.summary, /refused the login as ops/)
    assert.match(refused.detail ?? '', /tried: .*other \(SHA256:/)
  })

  it('shows what to add to known_hosts for a host that is not known', async () => {
    const server = await serve()
    await writeFile(join(server.directory, 'known_hosts'), '')
    const { summary, detail, remedy } = await problemOf(dialer().connect(server.host()))
    assert.ok(summary.includes(keyFingerprint(server.hostKey)))
    assert.ok(detail?.includes(`[127.0.0.1]:${server.port} ssh-ed25519 ${server.hostKey.toString('base64')}`))
    assert.match(remedy ?? '', /host_key: accept-new/)
  })

  it('shows where the key stands that has changed, even with accept-new', async () => {
    const [server, another] = await Promise.all([serve(), serve()])
    const line = `[127.0.0.1]:${server.port} ssh-ed25519 ${another.hostKey.toString('base64')}\n`
    await writeFile(join(server.directory, 'known_hosts'), `# own\n${line}`)
    const { summary, detail } = await problemOf(dialer().connect(server.host({ hostKey: 'accept-new' })))
    assert.match(summary, /has changed/)
    assert.ok(detail?.includes(`${join(server.directory, 'known_hosts')}:2`))
  })

  it('writes a new key once, whole and for its owner only', async () => {
    const server = await serve()
    const file = join(server.directory, 'new', 'known_hosts')
    const dial = dialer()
    const host = (number: number) => server.host({ hostKey: 'accept-new', knownHosts: file }, `h${number}`)
    await Promise.all(Array.from({ length: 8 }, (_, number) => dial.connect(host(number))))
    assert.equal((await readFile(file, 'utf8')).trim().split('\n').length, 1)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    await dialer().connect(server.host({ knownHosts: file }))
  })

  it('does not run a line together with one that has no end', async () => {
    const server = await serve()
    const file = join(server.directory, 'known_hosts')
    await writeFile(file, `other ssh-ed25519 ${server.userKey.toString('base64')}`)
    await dialer().connect(server.host({ hostKey: 'accept-new' }))
    assert.match(
      await readFile(file, 'utf8'),
      /^other ssh-ed25519 \S+\n\[127\.0\.0\.1\]:\d+ ssh-ed25519 \S+\n$/,
    )
  })

  it('writes nothing where host keys are not looked at', async () => {
    const server = await serve()
    const file = join(server.directory, 'known_hosts')
    await rm(file)
    await dialer().connect(server.host({ hostKey: 'off' }))
    await assert.rejects(stat(file))
  })

  it('tries again where the connection is cut before a word', async () => {
    const server = await serve({ cut: 2 })
    await dialer().connect(server.host())
    assert.equal(server.connections(), 3)
  })

  it('gives up after four tries', async () => {
    const server = await serve({ cut: 9 })
    const { summary } = await problemOf(dialer().connect(server.host()))
    assert.match(summary, /closed the connection before the login was through|ECONNRESET/)
    assert.equal(server.connections(), 4)
  }).timeout(10_000)

  it('tries again where a host is too busy to answer in time, and tells so', async () => {
    for (const busy of [{ unanswered: 1 }, { undecided: 1 }]) {
      const server = await serve(busy)
      const retries: string[] = []
      const dial = dialer({ retried: why => retries.push(why) })
      const connection = await dial.connect(server.host({ config: await impatient(server) }))
      assert.equal((await connection.run({ script: 'echo in' })).stdout.toString(), 'in\n')
      assert.equal(server.connections(), 2)
      assert.equal(retries.length, 1)
      assert.match(retries[0] ?? '', /no answer within 1 s while logging in; trying again$/)
    }
  }).timeout(20_000)

  it('gives up after three time-outs, and says how often it tried', async () => {
    const server = await serve({ unanswered: 9 })
    const { summary } = await problemOf(dialer().connect(server.host({ config: await impatient(server) })))
    assert.match(summary, /no answer within 1 s while logging in \(3 tries\)$/)
    assert.equal(server.connections(), 3)
  }).timeout(20_000)

  it('does not try again after a time-out where the key is refused then', async () => {
    const server = await serve({ unanswered: 1 })
    const identity = join(server.directory, 'other')
    const config = await impatient(server)
    const { summary } = await problemOf(dialer().connect(server.host({ config, identity })))
    assert.match(summary, /refused the login as ops/)
    assert.equal(server.connections(), 2)
  }).timeout(20_000)

  it('does not try again where the connection is refused', async () => {
    const server = await serve()
    const { summary } = await problemOf(dialer().connect(server.host({ port: 1 })))
    assert.match(summary, /the connection was refused/)
  })

  it('goes through one connection of a jump host for all hosts', async () => {
    const server = await serve()
    const bastion = await serve({ allow: [server.userKey] })
    const known = join(server.directory, 'known_hosts')
    await appendFile(known, await readFile(join(bastion.directory, 'known_hosts')))
    const dial = dialer({ forks: 4 })
    const host = (number: number) => server.host({ jump: `ops@127.0.0.1:${bastion.port}` }, `h${number}`)
    const connections = await Promise.all(
      Array.from({ length: 12 }, (_, number) => dial.connect(host(number))),
    )
    const results = await Promise.all(connections.map(each => each.run({ script: 'echo own' })))
    assert.ok(results.every(({ stdout }) => stdout.toString() === 'own\n'))
    assert.deepEqual([bastion.connections(), bastion.commands, server.commands.length], [1, [], 12])
  })

  it('tells of a jump host that forwards nothing', async () => {
    const server = await serve()
    const bastion = await serve({ allow: [server.userKey], forwarding: false })
    const known = join(server.directory, 'known_hosts')
    await appendFile(known, await readFile(join(bastion.directory, 'known_hosts')))
    const { summary } = await problemOf(
      dialer().connect(server.host({ jump: `ops@127.0.0.1:${bastion.port}` })),
    )
    assert.match(summary, /through the jump host/)
  })

  it('names the jump host that failed', async () => {
    const server = await serve()
    const { summary } = await problemOf(dialer().connect(server.host({ jump: 'ops@127.0.0.1:1' })))
    assert.match(summary, /the jump host failed: cannot reach ops@127\.0\.0\.1:1: the connection was refused/)
  })

  it('does not follow a ProxyCommand, and says so', async () => {
    const server = await serve()
    const config = join(server.directory, 'config')
    await writeFile(config, 'Host mon-*\n ProxyCommand nc %h %p\n')
    assert.match((await problemOf(dialer().connect(server.host({ config })))).summary, /ProxyCommand/)
  })

  it('warns once of a block that it passes over', async () => {
    const server = await serve()
    const config = join(server.directory, 'config')
    await writeFile(config, 'Match exec "true"\n User nobody\n')
    const warnings: Problem[] = []
    const dial = dialer({ warn: problem => warnings.push(problem) })
    await Promise.all([dial.connect(server.host({ config })), dial.connect(server.host({ config }))])
    assert.deepEqual(
      warnings.map(({ severity }) => severity),
      ['warning'],
    )
  })

  it('stops at the signal, with its reason', async () => {
    const server = await serve({ cut: 9 })
    const reason = new Error('stop')
    const controller = new AbortController()
    const login = dialer().connect(server.host(), controller.signal)
    controller.abort(reason)
    await assert.rejects(login, cause => cause === reason)
  })
})
