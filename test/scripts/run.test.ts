import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

describe('scripts/test', function () {
  this.timeout(120_000)
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'promha-run-'))
  })
  afterEach(() => {
    for (const pid of begun().filter(lives)) process.kill(pid, 'SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  })

  /** Starts a run of these files, which share out among shards: with three there is one in each. */
  function start(...sources: readonly string[]): { child: ChildProcess; ended: Promise<[number, string[]]> } {
    const files = sources.map((source, index) => {
      const file = join(directory, `${index}.cjs`)
      writeFileSync(file, source)
      return file
    })
    const child = spawn(process.execPath, ['scripts/test.mjs', 'unit', ...files], {
      cwd: root,
      // What a killed run leaves goes with the rest.
      env: { ...process.env, TMPDIR: directory },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let said = ''
    child.stdout.on('data', chunk => {
      said += chunk
    })
    const ended = once(child, 'close').then(([code]): [number, string[]] => [code, said.trim().split('\n')])
    return { child, ended }
  }

  /** Text of a test: starts a process that goes on for long, and leaves the names of both in the directory. */
  const begin = `for (const { pid } of [process, require('node:child_process').spawn('sleep', ['60'])]) {
      require('node:fs').writeFileSync(__dirname + '/pid-' + pid, '')
    }`
  const long = `it('passes', () => {}); it('goes on', done => { ${begin} }).timeout(0)`

  /** The processes that were begun, in tests and by them. */
  function begun(): readonly number[] {
    const names = readdirSync(directory).filter(name => name.startsWith('pid-'))
    return names.map(name => Number(name.slice(4)))
  }

  async function until(condition: () => boolean): Promise<void> {
    for (const end = performance.now() + 60_000; !condition(); await pause(50)) {
      assert.ok(performance.now() < end, String(condition))
    }
  }

  /** A dead one may be listed for as long as its new parent does not ask for it. */
  function lives(pid: number): boolean {
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
    return /^[^Z\s]/.test(stdout)
  }

  it('adds up what all shards did, one that was killed among them, and mixes no lines', async () => {
    const chatty = (word: string, then: string) =>
      `for (const n of [1, 2, 3]) it('${word} ' + n, async () => {
        console.log('line of ${word}')
        await new Promise(resolve => setTimeout(resolve, 100))
        ${then}
      })`
    const [code, lines] = await start(
      chatty('one', ''),
      chatty('two', `if (n === 2) { ${begin} process.kill(process.pid, 'SIGKILL') }`),
      `${chatty('three', '')}; after(() => { throw new Error() })`,
    ).ended
    assert.equal(code, 1)
    assert.equal(lines.at(-1), '7 passed, 3 failed')
    assert.equal(begun().length, 2)
    assert.deepEqual(begun().filter(lives), [])
    assert.ok(lines.includes('Unit tests, 2 of 3: 1 passed, 2 failed'))
    const third = lines.indexOf('Unit tests, 3 of 3: 3 passed, 1 failed')
    assert.match(lines[third + 1] ?? '', /^ {2}"after all" hook/)
    const words = lines.flatMap(line => /line of (\w+)/.exec(line)?.[1] ?? [])
    assert.deepEqual(words, ['one', 'one', 'one', 'two', 'two', 'three', 'three', 'three'])
    const [two, three] = [2, 3].map(number => lines.indexOf(`== Unit tests, ${number} of 3`))
    assert.ok(two !== undefined && three !== undefined && two > 0)
    assert.ok(lines.lastIndexOf('line of one') < two && two < lines.indexOf('line of two'))
    assert.ok(lines.lastIndexOf('line of two') < three && three < lines.indexOf('line of three'))
  })

  it('ends all shards, and what they started, on a signal, and counts what they did not reach', async () => {
    const { child, ended } = start(long, long)
    await until(() => begun().length === 4)
    child.kill('SIGTERM')
    const [code, lines] = await ended
    assert.equal(code, 1)
    assert.equal(lines.at(-1), '2 passed, 3 failed')
    assert.deepEqual(begun().filter(lives), [])
  })

  it('leaves nothing behind where it is killed itself', async () => {
    const { child, ended } = start(long)
    await until(() => begun().length === 2)
    child.kill('SIGKILL')
    await ended
    await until(() => !begun().some(lives))
  })
})
