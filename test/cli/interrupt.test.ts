import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { program } from './promha.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Starts an apply whose inventory takes `seconds` to read; each awaited text on standard error brings a Ctrl-C. */
async function interrupted(seconds: number, ...awaited: readonly string[]) {
  const directory = await mkdtemp(join(tmpdir(), 'promha-interrupt-'))
  try {
    const inventory = join(directory, 'inventory.yml')
    const hosts =
      'hosts:\n  mon-a: { address: 127.0.0.1 }\ncells: { lab: { exporters: { node: { hosts: [all] } } } }\n'
    await writeFile(
      inventory,
      `promha: 1\nssh: { sudo: { password: "\${cmd:sleep ${seconds}; echo nobody}" } }\n${hosts}`,
    )
    const args = [...program, 'apply', '-v', '--json', inventory]
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    const texts = [...awaited]
    child.stdout.on('data', chunk => {
      out += chunk
    })
    child.stderr.on('data', chunk => {
      err += chunk
      while (texts[0] !== undefined && err.includes(texts[0])) {
        texts.shift()
        child.kill('SIGINT')
      }
    })
    const code = await new Promise(resolve => child.on('close', (...ended) => resolve(ended[0])))
    return { code, document: JSON.parse(out), err }
  } finally {
    await rm(directory, { recursive: true })
  }
}

describe('cli interrupt', function () {
  this.timeout(30_000)

  it('ends after the step at work on the first Ctrl-C', async () => {
    const { code, document, err } = await interrupted(1, 'Reading the inventory')
    assert.equal(code, 130)
    assert.equal(document.result, 'interrupted')
    assert.match(err, /Inventory read/)
    assert.equal(err.includes('Looking at hosts'), false)
  })

  it('ends at once on the second, with its one document all the same', async () => {
    const { code, document } = await interrupted(
      5,
      'Reading the inventory',
      'stopping after the step at work',
    )
    assert.equal(code, 130)
    assert.equal(document.result, 'interrupted')
    assert.match(document.errors[0].summary, /ended at once/)
  })
})
