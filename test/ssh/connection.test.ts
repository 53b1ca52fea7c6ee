import assert from 'node:assert/strict'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, describe, it } from 'mocha'
import { type Problem, ProblemError } from '../../src/diagnostic/problem.ts'
import type { SshSettings } from '../../src/inventory/model.ts'
import { type Connection, ForwardError } from '../../src/ssh/connection.ts'
import { createDialer, type Dialer } from '../../src/ssh/dialer.ts'
import { type ServerOptions, startServer, type TestServer } from './support/server.ts'

const secret = 'correct horse'
/** Asks, reads one line as sudo does, and either runs the rest of its arguments or asks again. */
const askingSudo = `
if [ "$1" = -n ]; then echo 'sudo: a password is required' >&2; exit 1; fi
shift 3; question=$1; shift 2
echo 'We trust you have received the usual lecture.' >&2
for try in 1 2 3; do
  printf %s "$question" >&2
  IFS= read -r line || exit 1
  if [ "$line" = '${secret}' ]; then exec "$@"; fi
  echo 'Sorry, try again.' >&2
done
exit 1`

let server: TestServer
let dialer: Dialer

async function open(
  options: ServerOptions,
  ssh: Partial<SshSettings> = {},
  prompt?: (question: string) => Promise<string>,
): Promise<Connection> {
  server = await startServer(options)
  dialer = createDialer({ forks: 8, ...(prompt === undefined ? {} : { prompt }) })
  return dialer.connect(server.host(ssh))
}

async function problemOf(run: Promise<unknown>): Promise<Problem> {
  const cause = await run.then(
    () => assert.fail('it should not have run'),
    (error: unknown) => error,
  )
  assert.ok(cause instanceof ProblemError, String(cause))
  const [problem] = cause.problems
  assert.ok(problem?.host === 'mon-a' && problem.remedy)
  assert.ok(!JSON.stringify(problem).includes(secret))
  return problem
}

describe('a command on a host', () => {
  afterEach(async () => {
    dialer.close()
    await server.close()
  })

  it('drops what the login shell prints by itself', async () => {
    const noisy = ['/bin/sh', '-c', 'echo noise; echo noise >&2; eval "$0"']
    const connection = await open({ loginShell: noisy })
    const { stdout, stderr } = await connection.run({ script: 'echo own; echo err >&2' })
    assert.deepEqual([stdout.toString(), stderr], ['own\n', 'err\n'])
  })

  it('sends the script on stdin to a login shell that reads quotes in its own way', async () => {
    const strange = [
      '/bin/sh',
      '-c',
      `case $0 in *'echo own'*) echo 'Unmatched quote' >&2; exit 1;; esac; eval "$0"`,
    ]
    const connection = await open({ loginShell: strange })
    for (const stdin of ['first', 'second']) {
      const { stdout } = await connection.run({ script: 'echo own; cat', stdin: Buffer.from(stdin) })
      assert.equal(stdout.toString(), `own\n${stdin}`)
    }
    assert.equal(connection.commands, 3)
  })

  it('tells of a login shell that runs nothing', async () => {
    const connection = await open({
      loginShell: ['/bin/sh', '-c', 'echo This account is not available; exit 1'],
    })
    assert.match((await problemOf(connection.run({ script: 'true' }))).summary, /login shell of ops/)
  })

  it('gives stdout away as it comes', async () => {
    const connection = await open({})
    const seen: Buffer[] = []
    const { stdout } = await connection.run({ script: 'echo own', onStdout: chunk => seen.push(chunk) })
    assert.deepEqual([stdout.length, Buffer.concat(seen).toString()], [0, 'own\n'])
  })

  it('keeps the end of a long stderr', async () => {
    const connection = await open({})
    const { stderr } = await connection.run({
      script: 'head -c 300000 /dev/zero | tr "\\0" x >&2; echo end >&2',
    })
    assert.equal(stderr.length, 64 * 1024)
    assert.ok(stderr.endsWith('xend\n'))
  })

  it('sends as much as is read, from memory and from a source', async () => {
    const connection = await open({})
    const block = Buffer.alloc(1_000_000, 1)
    async function* blocks() {
      for (let count = 0; count < 10; count += 1) yield block
    }
    const all = await connection.run({ script: 'wc -c', stdin: blocks() })
    assert.equal(Number(all.stdout), 10_000_000)
    const whole = await connection.run({ script: 'wc -c', stdin: Buffer.concat([block, block, block]) })
    assert.equal(Number(whole.stdout), 3_000_000)
    const little = await connection.run({ script: 'head -c 3 | wc -c; exit 0', stdin: blocks() })
    assert.equal(Number(little.stdout), 3)
  }).timeout(20_000)

  it('fails with what the source of stdin throws', async () => {
    const connection = await open({})
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a')
      throw new Error('no such file')
    }
    await assert.rejects(connection.run({ script: 'cat', stdin: broken() }), /no such file/)
    assert.equal((await connection.run({ script: 'exit 4' })).code, 4)
  })

  it('does not wait for what a child in the background holds open', async () => {
    const connection = await open({})
    const before = Date.now()
    const { code, stdout } = await connection.run({ script: 'sleep 8 & echo own' })
    assert.deepEqual([code, stdout.toString()], [0, 'own\n'])
    assert.ok(Date.now() - before < 5000)
  }).timeout(10_000)

  it('is given up after its time', async () => {
    const connection = await open({})
    const { summary } = await problemOf(connection.run({ script: 'sleep 5', timeout: 200 }))
    assert.match(summary, /did not end within 0\.2 s/)
  })

  it('has no code where the connection ended first, nor has any after it', async () => {
    const connection = await open({ dieOn: 'die here' })
    const [alive, dead] = await Promise.all([
      connection.run({ script: 'sleep 5' }),
      connection.run({ script: ': die here' }),
    ])
    assert.deepEqual([alive.code, dead.code], [null, null])
    assert.equal((await connection.run({ script: 'true' })).code, null)
  })

  it('counts a signal as the shell does', async () => {
    const connection = await open({})
    assert.equal((await connection.run({ script: 'kill -9 $$' })).code, 137)
  })

  it('becomes root without a password', async () => {
    const connection = await open({ sudo: 'shift 2; exec "$@"' }, { sudo: true })
    assert.equal(
      (await connection.run({ script: 'cat', stdin: Buffer.from('own') })).stdout.toString(),
      'own',
    )
    assert.match(server.commands[0] ?? '', /sudo -n -- /)
    await connection.run({ script: 'true', root: false })
    assert.doesNotMatch(server.commands[1] ?? '', /sudo/)
  })

  it('gives sudo its password, and the script all that follows', async () => {
    const connection = await open({ sudo: askingSudo }, { sudo: { password: secret } })
    for (const script of ['cat', `# ${'x'.repeat(200_000)}\ncat`]) {
      const { code, stdout, stderr } = await connection.run({ script, stdin: Buffer.from('own\n') })
      assert.deepEqual([code, stdout.toString(), stderr], [0, 'own\n', ''])
    }
    assert.ok(server.commands.every(command => !command.includes(secret)))
  })

  it('keeps the password where sudo does not ask for one', async () => {
    const connection = await open({ sudo: 'shift 5; exec "$@"' }, { sudo: { password: secret } })
    assert.equal(
      (await connection.run({ script: 'cat', stdin: Buffer.from('own') })).stdout.toString(),
      'own',
    )
  })

  it('asks on the terminal once for the hosts that share an answer, and loses nothing of the input', async () => {
    const questions: string[] = []
    server = await startServer({ sudo: askingSudo })
    const hosts = ['mon-a', 'mon-b'].map(name => server.host({ sudo: true }, name))
    dialer = createDialer({
      forks: 8,
      hosts,
      prompt: async question => {
        questions.push(question)
        return secret
      },
      confirm: async () => true,
    })
    const connections = await Promise.all(hosts.map(host => dialer.connect(host)))
    async function* own() {
      yield Buffer.from('own')
    }
    const results = await Promise.all(
      connections.map((each, index) =>
        each.run({ script: 'cat', stdin: index === 0 ? own() : Buffer.from('own') }),
      ),
    )
    assert.deepEqual(
      results.map(({ stdout }) => stdout.toString()),
      ['own', 'own'],
    )
    assert.equal(questions.length, 1)
  })

  it('asks again where sudo refuses what was typed, once for commands that run at once', async () => {
    const questions: string[] = []
    const connection = await open({ sudo: askingSudo }, { sudo: true }, async question => {
      questions.push(question)
      return questions.length === 1 ? 'wrong' : secret
    })
    const results = await Promise.all(
      [1, 2, 3].map(() => connection.run({ script: 'cat', stdin: Buffer.from('own') })),
    )
    assert.ok(results.every(({ stdout }) => stdout.toString() === 'own'))
    assert.deepEqual(questions, [
      'sudo password of ops on mon-a: ',
      'sudo on mon-a did not accept it. sudo password of ops on mon-a: ',
    ])
  })

  it('takes it for wrong where sudo asks once only', async () => {
    const once = askingSudo
      .replace('1 2 3', '1')
      .replace(/exit 1$/, "echo 'sudo: 1 incorrect password attempt' >&2; exit 1")
    const answers = ['wrong', secret]
    const connection = await open({ sudo: once }, { sudo: true }, async () => answers.shift() ?? '')
    assert.equal((await connection.run({ script: 'echo own' })).stdout.toString(), 'own\n')
  })

  it('gives up after the third password that sudo did not accept, for good', async () => {
    let questions = 0
    const connection = await open({ sudo: askingSudo }, { sudo: true }, async () => {
      questions += 1
      return 'wrong'
    })
    for (const script of ['true', ':']) {
      const { summary } = await problemOf(connection.run({ script }))
      assert.match(summary, /did not accept the password of ops/)
    }
    assert.equal(questions, 3)
  })

  it('leaves a host out for an empty answer', async () => {
    const connection = await open({ sudo: askingSudo }, { sudo: true }, async () => '')
    assert.match((await problemOf(connection.run({ script: 'true' }))).summary, /but the answer was empty/)
  })

  it('tells of a password that sudo did not accept', async () => {
    const connection = await open({ sudo: askingSudo }, { sudo: { password: `${secret}!` } })
    assert.match(
      (await problemOf(connection.run({ script: 'true' }))).summary,
      /did not accept the password of ops/,
    )
  })

  it('tells of a password that nobody can be asked for', async () => {
    const connection = await open({ sudo: askingSudo }, { sudo: true })
    const { summary, detail } = await problemOf(connection.run({ script: 'true' }))
    assert.match(summary, /wants a password for ops, and there is no terminal/)
    assert.equal(detail, 'sudo: a password is required')
  })

  it('tells what sudo says where it refuses', async () => {
    const connection = await open(
      { sudo: "echo 'ops is not in the sudoers file.' >&2; exit 1" },
      { sudo: true },
    )
    const { summary, detail } = await problemOf(connection.run({ script: 'true' }))
    assert.match(summary, /does not let ops become root/)
    assert.match(detail ?? '', /not in the sudoers file/)
  })

  it('runs no more than four at once', async () => {
    const connection = await open({})
    const before = Date.now()
    await Promise.all(Array.from({ length: 5 }, () => connection.run({ script: 'sleep 0.3' })))
    assert.ok(Date.now() - before >= 600)
  })

  it('reaches ports as the host sees them', async () => {
    const connection = await open({})
    const echo = createServer(socket => socket.pipe(socket)).listen(0, '127.0.0.1')
    await new Promise(resolve => echo.once('listening', resolve))
    const { port } = echo.address() as AddressInfo
    const stream = await connection.forward('127.0.0.1', port)
    stream.write('hello')
    const [answer] = (await once(stream)) as [Buffer]
    assert.equal(answer.toString(), 'hello')
    stream.destroy()
    echo.close()
    await assert.rejects(connection.forward('127.0.0.1', 1), ForwardError)
  })
})

async function once(stream: NodeJS.ReadableStream): Promise<unknown[]> {
  return new Promise(resolve => stream.once('data', (...data) => resolve(data)))
}
