import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { constants, existsSync } from 'node:fs'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from '../../../src/lab/wait.ts'
import { program } from '../promha.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

const notice = 'Stopping: the current step is being finished'

interface Reading {
  readonly inventory: string
  /** Made by the inventory's command once no Ctrl-C ends that command any more, which then waits for a text in it. */
  readonly pipe: string
}

/** Does the work with an inventory that is read until somebody writes to its pipe. */
async function withInventory<T>(work: (reading: Reading) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'promha-interrupt-'))
  const pipe = join(directory, 'pipe')
  try {
    const inventory = join(directory, 'inventory.yml')
    const command = `trap '' INT; mkfifo '${pipe}'; timeout --foreground 60 cat '${pipe}'`
    const hosts =
      'hosts:\n  mon-a: { address: 127.0.0.1 }\ncells: { lab: { exporters: { node: { hosts: [all] } } } }\n'
    await writeFile(inventory, `promha: 1\nssh: { sudo: { password: "\${cmd:${command}}" } }\n${hosts}`)
    return await work({ inventory, pipe })
  } finally {
    await endReader(pipe)
    await rm(directory, { recursive: true })
  }
}

/** A command that outlived promha reads the end of the pipe. */
async function endReader(pipe: string): Promise<void> {
  const file = await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK).catch(() => undefined)
  await file?.close()
}

/** Presses Ctrl-C once the inventory is being read, and again as soon as the first is acknowledged if `twice`. */
async function press(pipe: string, shown: () => string, key: () => void, twice: boolean): Promise<void> {
  await until('the inventory to be read', 30_000, async () => existsSync(pipe))
  key()
  await until(`"${notice}"`, 30_000, async () => shown().includes(notice))
  if (twice) key()
  else await writeFile(pipe, 'nobody')
}

/** Starts an apply and presses Ctrl-C while its inventory is read, which ends after the first unless `twice`. */
function interrupted({ twice }: { readonly twice: boolean }) {
  return withInventory(async ({ inventory, pipe }) => {
    const args = [...program, 'apply', '-v', '--json', inventory]
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.on('data', chunk => {
      out += chunk
    })
    child.stderr.on('data', chunk => {
      err += chunk
    })
    const ended = new Promise(resolve => child.on('close', resolve))
    await press(
      pipe,
      () => err,
      () => child.kill('SIGINT'),
      twice,
    )
    const code = await ended
    return { code, document: JSON.parse(out), err }
  })
}

/** The same, pressed twice on a terminal of 70 columns, which `script` makes: all that it was sent. */
function interruptedOnTerminal() {
  return withInventory(async ({ inventory, pipe }) => {
    const words = [process.execPath, ...program, 'apply', inventory].map(word => `'${word}'`).join(' ')
    const terminal = spawn('script', ['-qec', `stty rows 24 cols 70; exec ${words}`, '/dev/null'], {
      cwd: root,
    })
    let shown = ''
    terminal.stdout.on('data', chunk => {
      shown += chunk
    })
    const ended = new Promise(resolve => terminal.on('close', resolve))
    await press(
      pipe,
      () => shown,
      () => terminal.stdin.write('\x03'),
      true,
    )
    return { code: await ended, shown }
  })
}

describe('cli interrupt', function () {
  this.timeout(90_000)

  it('ends after the step at work on the first Ctrl-C', async () => {
    const { code, document, err } = await interrupted({ twice: false })
    assert.equal(code, 130)
    assert.equal(document.result, 'interrupted')
    assert.match(err, /Inventory read/)
    assert.equal(err.includes('Looking at hosts'), false)
  })

  it('ends at once on the second, with its one document all the same', async () => {
    const { code, document } = await interrupted({ twice: true })
    assert.equal(code, 130)
    assert.equal(document.result, 'interrupted')
    assert.equal(document.errors[0].summary, 'ended at once; no host was being changed')
  })

  it('says so on a line of its own of a terminal, and leaves the cursor to be seen', async () => {
    const { code, shown } = await interruptedOnTerminal()
    assert.equal(code, 130)
    assert.match(shown, /ended at once/)
    assert.ok(shown.lastIndexOf('\x1b[?25h') > shown.lastIndexOf('\x1b[?25l'), shown)
  })
})
