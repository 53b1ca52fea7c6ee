import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { push } from '../../../src/engine/transfer/push.ts'
import { sha256 } from '../../../src/resource/hash.ts'
import type { Connection } from '../../../src/ssh/connection.ts'
import { fakeConnection } from '../../support/fake-connection.ts'

const content = randomBytes(30 * 1024 * 1024)

/** A host that takes everything, or gives up after so many bytes. */
function host(name: string, most = Number.POSITIVE_INFINITY): Connection & { readonly taken: Buffer[] } {
  const taken: Buffer[] = []
  const connection = fakeConnection(name, async ({ request: { stdin } }) => {
    let size = 0
    for await (const chunk of stdin as AsyncIterable<Uint8Array>) {
      taken.push(Buffer.from(chunk))
      size += chunk.length
      if (size > most) return { code: 1, stderr: 'No space left on device' }
    }
    return [`sha256\n${sha256(Buffer.concat(taken))}  -`]
  })
  return { ...connection, taken }
}

describe('push', () => {
  let directory: string
  let path: string
  const warnings: string[] = []
  const noteWarning = (warning: Error) => warnings.push(warning.message)
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'promha-push-'))
    path = join(directory, 'program.gz')
    writeFileSync(path, content)
    process.on('warning', noteWarning)
  })
  after(() => {
    rmSync(directory, { recursive: true })
    process.off('warning', noteWarning)
  })

  const send = async (hosts: readonly Connection[], from = path, signal = new AbortController().signal) => {
    const failed = new Map<string, string>()
    const remedies = new Map<string, string>()
    let bytes = 0
    await push(
      [
        {
          sha256: sha256(content),
          path: '/usr/local/bin/x',
          compressed: { path: from, size: content.length },
          hosts,
        },
      ],
      {
        signal,
        onBytes: count => {
          bytes += count
        },
        onFailed: (name, problems) => {
          failed.set(name, problems.map(problem => problem.summary).join())
          remedies.set(name, problems.map(problem => problem.remedy).join())
        },
      },
    )
    return { failed, remedies, bytes }
  }

  it('brings the same bytes to every host, without a warning of Node', async () => {
    const hosts = [host('a'), host('b')]
    const { failed, bytes } = await send(hosts)
    assert.equal(failed.size, 0)
    assert.equal(bytes, 2 * content.length)
    for (const one of hosts) assert.ok(Buffer.concat(one.taken).equals(content))
    await new Promise(setImmediate)
    assert.deepEqual(warnings, [])
  })

  it('goes on with the others where one gives up', async () => {
    const whole = host('b')
    const { failed } = await send([host('a', 5_000_000), whole])
    assert.deepEqual([...failed], [['a', '/usr/local/bin/x did not arrive: No space left on device']])
    assert.ok(Buffer.concat(whole.taken).equals(content))
  })

  it('tells every host’s failure where the file cannot be opened', async () => {
    const { failed, remedies } = await send([host('a'), host('b')], join(directory, 'absent'))
    assert.deepEqual([...failed.keys()], ['a', 'b'])
    assert.match(failed.get('a') ?? '', /x was not sent: .*absent could not be read: ENOENT/)
    assert.match(remedies.get('a') ?? '', /^Run the command again/)
  })

  it('does not blame the hosts for a file of this machine that has changed', async () => {
    const short = join(directory, 'short.gz')
    writeFileSync(short, content.subarray(0, 5_000_000))
    const { failed, remedies } = await send([host('a'), host('b')], short)
    for (const name of ['a', 'b']) {
      assert.match(failed.get(name) ?? '', /short\.gz could not be read: it is shorter than it was$/)
      assert.match(remedies.get(name) ?? '', /^Run the command again/)
    }
  })

  it('notices what arrived altered', async () => {
    const altered = host('a')
    const { run } = fakeConnection('a', () => [`sha256\n${'0'.repeat(64)}`])
    const { failed } = await send([{ ...altered, run } as Connection])
    assert.match(failed.get('a') ?? '', /its SHA-256 there is 0000/)
  })

  it('sends nothing more once aborted, and calls that no failure', async () => {
    const stop = new AbortController()
    stop.abort()
    const one = host('a')
    const { failed, bytes } = await send([one], path, stop.signal)
    assert.equal(bytes, 0)
    assert.equal(failed.size, 0)
    assert.equal(one.taken.length, 0)
  })
})
