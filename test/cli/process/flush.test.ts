import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { program } from '../promha.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

describe('cli output', function () {
  this.timeout(30_000)
  let directory: string

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promha-flush-'))
  })
  after(() => rm(directory, { recursive: true }))

  it('is whole on a pipe whose reader is slow', async () => {
    const wrong = Array.from(
      { length: 1_500 },
      (_, index) => `  app ${index}: { address: "not an address ${index}" }`,
    )
    const inventory = join(directory, 'inventory.yml')
    await writeFile(inventory, ['promha: 1', 'hosts:', ...wrong, ''].join('\n'))
    const child = spawn(process.execPath, [...program, 'validate', '--json', inventory], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
    const chunks: Buffer[] = []
    for await (const chunk of child.stdout) {
      chunks.push(chunk)
      await sleep(chunks.length === 1 ? 1_500 : 20)
    }
    const text = Buffer.concat(chunks).toString()
    assert.equal(await ended, 1)
    assert.ok(text.length > 200_000, `${text.length} characters`)
    assert.equal(JSON.parse(text).result, 'refused')
  })
})
