/** A host whose commands never stop printing is ended early, whichever way it prints. */
import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'mocha'
import { type Problem, ProblemError } from '../../../src/diagnostic/problem.ts'
import { keptErrors, mostErrors, mostNoise, usualOutput } from '../../../src/shell/syntax/bounds.ts'
import { createOutput } from '../../../src/ssh/channel/output.ts'
import type { CommandRequest, Connection } from '../../../src/ssh/connection.ts'
import { createDialer, type Dialer } from '../../../src/ssh/dialer.ts'
import { type ServerOptions, startServer, type TestServer } from '../../ssh/support/server.ts'

let server: TestServer
let dialer: Dialer

async function open(options: ServerOptions = {}): Promise<Connection> {
  server = await startServer(options)
  dialer = createDialer({ forks: 8 })
  return dialer.connect(server.host())
}

/** Would last for ever: it ends by itself only after far more than any limit, so that the old code fails and does not hang. */
const endless = 'head -c 200000000 /dev/zero'

async function refusal(run: Promise<unknown>): Promise<Problem> {
  const cause = await run.then(
    () => assert.fail('it was read to its end'),
    (error: unknown) => error,
  )
  assert.ok(cause instanceof ProblemError, String(cause))
  const [problem] = cause.problems
  assert.ok(problem?.host === 'mon-a' && problem.remedy)
  return problem
}

describe('endless output of a host', () => {
  afterEach(async () => {
    dialer?.close()
    await server?.close()
  })

  it('ends the command with a problem that names the host and the limit', async () => {
    const connection = await open()
    const problem = await refusal(connection.run({ script: endless }))
    assert.match(problem.summary, /printed more than 4 MiB to stdout and was ended/)
    const { stdout } = await connection.run({ script: 'echo still here' })
    assert.equal(stdout.toString(), 'still here\n')
  }).timeout(60_000)

  it('ends it too where the output is passed on as it comes', async () => {
    const connection = await open()
    let passed = 0
    const onStdout: CommandRequest['onStdout'] = chunk => {
      passed += chunk.length
    }
    await refusal(connection.run({ script: endless, onStdout, largest: 100_000 }))
    assert.ok(passed <= 100_000, `${passed} bytes were passed on`)
  }).timeout(60_000)

  it('allows more where the caller asks for it', async () => {
    const connection = await open()
    const script = `head -c ${usualOutput + 1} /dev/zero`
    const { stdout } = await connection.run({ script, largest: usualOutput + 1 })
    assert.equal(stdout.length, usualOutput + 1)
  }).timeout(60_000)

  it('ends a command whose stderr is endless', async () => {
    const connection = await open()
    const problem = await refusal(connection.run({ script: `${endless} >&2` }))
    assert.match(problem.summary, /printed more than 1 MiB to stderr and was ended/)
    assert.ok((problem.detail ?? '').length <= 3000)
  }).timeout(60_000)

  for (const [stream, to] of [
    ['stdout', ''],
    ['stderr', ' >&2'],
  ] as const) {
    it(`ends a login shell whose ${stream} is endless before the script starts`, async () => {
      const connection = await open({ loginShell: ['/bin/sh', '-c', `${endless}${to}; eval "$0"`] })
      const problem = await refusal(connection.run({ script: 'echo own' }))
      assert.match(
        problem.summary,
        new RegExp(`login shell printed more than 1 MiB to ${stream} before a command started`),
      )
      assert.match(problem.remedy ?? '', /start-up files/)
    }).timeout(60_000)
  }
})

describe('what is kept of a command', () => {
  const options = { announcement: 'begin', question: 'ask?', largest: 1000, onChange: () => {} }

  it('holds no more than its limits, however long it goes on', () => {
    const output = createOutput(options)
    output.stdout(Buffer.from('begin\n'))
    output.stderr(Buffer.from('begin\n'))
    let passed = 0
    for (let count = 0; count < 2000 && output.exceeded === undefined; count += 1) {
      output.stderr(Buffer.alloc(1000, 'e'))
      passed += 1000
    }
    assert.deepEqual(output.exceeded, { stream: 'stderr', limit: mostErrors })
    assert.ok(passed <= mostErrors + 1000)
    assert.equal(output.collected().stderr.length, keptErrors)
  })

  it('holds no more of what comes before the script', () => {
    for (const stream of ['stdout', 'stderr'] as const) {
      const output = createOutput(options)
      const noise = Buffer.alloc(100_000, 'n')
      for (let count = 0; count < 100; count += 1) output[stream](noise)
      assert.equal(output.exceeded?.stream, stream)
      assert.equal(output.exceeded?.limit, mostNoise)
      assert.ok(output.collected().stderr.length <= keptErrors)
    }
  })

  it('copies each byte a few times at most, though they come one by one', () => {
    const { copy } = Buffer.prototype
    const { concat } = Buffer
    let copied = 0
    Buffer.prototype.copy = function (this: Buffer, ...rest: Parameters<Buffer['copy']>): number {
      const count = copy.apply(this, rest)
      copied += count
      return count
    }
    Buffer.concat = (...rest: Parameters<typeof concat>) => {
      const joined = concat(...rest)
      copied += joined.length
      return joined
    }
    const bytes = 200_000
    try {
      const output = createOutput({ ...options, largest: bytes })
      output.stdout(Buffer.from('begin\n'))
      output.stderr(Buffer.from('begin\n'))
      for (let count = 0; count < bytes; count += 1) {
        output.stdout(Buffer.from('o'))
        output.stderr(Buffer.from('e'))
      }
      assert.equal(output.collected().stdout.length, bytes)
      assert.equal(output.exceeded, undefined)
    } finally {
      Buffer.prototype.copy = copy
      Buffer.concat = concat
    }
    assert.ok(copied < 8 * bytes, `${copied} bytes were copied for ${2 * bytes}`)
  })

  it('finds the announcement and each question across pieces, and counts none twice', () => {
    const seen: number[] = []
    const output = createOutput({ ...options, onChange: () => seen.push(output.questions) })
    for (const letter of 'noise ask? Sorry, ask? begin\nown') output.stderr(Buffer.from(letter))
    for (const letter of 'noise begin\nown') output.stdout(Buffer.from(letter))
    assert.deepEqual([output.questions, output.started], [2, true])
    assert.deepEqual(output.collected(), { stdout: Buffer.from('own'), stderr: 'own', noise: '' })
  })

  it('has what stdout said if the script does not start', () => {
    const output = createOutput(options)
    output.stdout(Buffer.from('This account is not available.\n'))
    assert.equal(output.collected().noise, 'This account is not available.\n')
  })
})
