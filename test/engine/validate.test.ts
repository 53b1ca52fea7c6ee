import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { localArch } from '../../src/artifact/local-arch.ts'
import { validate } from '../../src/engine/validate.ts'
import { makeRelease, scratch, testServer } from '../artifact/support.ts'
import { read } from '../inventory/harness.ts'

const text = `promha: 1
versions: { prometheus: 3.13.2 }
hosts:
  a: { address: 198.18.0.11 }
cells:
  eu:
    hosts: [a]
    prometheus: { replicas: { a: a }, alertmanagers: [] }
`

describe('a read-only checkout without a lock file', function () {
  this.timeout(30_000)
  const root = scratch()
  const server = testServer()

  it('is validated, with a warning of how the lock file is made', async () => {
    server.publish(await makeRelease('prometheus', '3.13.2', localArch()))
    const { inventory = assert.fail() } = await read(text)
    const problems = await validate(
      {
        ...inventory,
        // Not even root makes a file there.
        directory: '/sys',
        artifacts: {
          ...inventory.artifacts,
          ...{ kind: 'mirror', from: server.url, cache: await mkdtemp(join(root, 'cache-')) },
        },
      },
      () => {},
      new AbortController().signal,
      { strict: true },
    )
    const found = problems.find(({ summary }) => summary.startsWith('cannot write the lock file'))
    assert.equal(found?.severity, 'warning', JSON.stringify(problems))
    assert.match(found.summary, /^cannot write the lock file \S*inventory\.lock\.yml: /)
    assert.equal(
      found.remedy,
      `Run \`promha artifacts fetch ${inventory.file}\` where you can write, and commit the lock file.`,
    )
  })
})
