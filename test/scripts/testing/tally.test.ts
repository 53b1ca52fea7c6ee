import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
// @ts-expect-error plain Node, without types
import { readFailures, readTally, readTimes, sumUp } from '../../../scripts/testing/tally.mjs'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Runs mocha itself on a file of tests; gives what the reporter wrote down, and the exit code. */
function tallied(source: string, ...args: readonly string[]): { text: string; code: number; spec: string } {
  const directory = mkdtempSync(join(tmpdir(), 'promha-tally-'))
  try {
    const spec = join(directory, 'spec.cjs')
    const tally = join(directory, 'tally')
    writeFileSync(spec, source)
    writeFileSync(tally, '')
    const options = [
      '--no-config',
      '--reporter',
      'scripts/testing/reporter.mjs',
      '--reporter-option',
      `tally=${tally}`,
    ]
    const mocha = ['node_modules/mocha/bin/mocha.js', ...options, ...args, spec]
    const { status } = spawnSync(process.execPath, mocha, { cwd: root })
    return { text: readFileSync(tally, 'utf8'), code: status ?? 1, spec }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function counts(source: string, ...args: readonly string[]): { passed: number; failed: number } {
  const { text, code } = tallied(source, ...args)
  return sumUp(readTally(text), code)
}

const two = "it('a', () => {}); it('b', () => {});"

describe('scripts/tally', function () {
  this.timeout(30_000)

  it('counts what passed and failed', () => {
    assert.deepEqual(counts(`${two} it('c', () => { throw new Error() })`), { passed: 2, failed: 1 })
    assert.deepEqual(counts(two), { passed: 2, failed: 0 })
  })

  it('counts pending tests as failed', () => {
    assert.deepEqual(counts(`${two} it.skip('c', () => {}); it('d'); it('e', function () { this.skip() })`), {
      passed: 2,
      failed: 3,
    })
  })

  it('counts tests that a failed hook kept from running, and the hook', () => {
    assert.deepEqual(
      counts(`describe('x', () => { before(() => { throw new Error() }); ${two} }); it('c', () => {})`),
      {
        passed: 1,
        failed: 3,
      },
    )
  })

  it('counts a hook that fails after all tests passed', () => {
    assert.deepEqual(counts(`${two} after(() => { throw new Error() })`), { passed: 2, failed: 1 })
  })

  it('counts the tests that a killed mocha did not reach', () => {
    const killed = "it('c', () => process.kill(process.pid, 'SIGKILL')); it('d', () => {})"
    assert.deepEqual(counts(`${two} ${killed}`), { passed: 2, failed: 2 })
    assert.deepEqual(counts(`${two} after(() => process.kill(process.pid, 'SIGKILL'))`), {
      passed: 2,
      failed: 1,
    })
  })

  it('counts files that do not load, and a search that finds none', () => {
    assert.deepEqual(counts('syntax error'), { passed: 0, failed: 1 })
    assert.deepEqual(counts(''), { passed: 0, failed: 1 })
  })

  it('counts a process that dies behind the last test', () => {
    const late = "process.on('exit', () => process.kill(process.pid, 'SIGKILL'))"
    assert.deepEqual(counts(`${two} ${late}`), { passed: 2, failed: 1 })
  })

  it('keeps what failed and why, and how long the file took', () => {
    const wrong = "it('3\\n4', () => { throw new Error('a\\nb') }); after(() => { throw 'c' })"
    const slow = "it('b', done => setTimeout(done, 400))"
    const { text, spec } = tallied(`describe('x', () => { ${wrong} }); describe('y', () => { ${slow} })`)
    const [first, second] = readFailures(text)
    assert.deepEqual(first, { title: 'x 3\n4', why: 'a\nb' })
    assert.equal(second.title, 'x "after all" hook for "3\n4"')
    assert.match(second.why, /"c"/)
    assert.deepEqual(Object.keys(readTimes(text)), [spec])
    assert.ok(readTimes(text)[spec] >= 0.4 && readTimes(text)[spec] < 20)
    assert.deepEqual(sumUp(readTally(text), 2), { passed: 1, failed: 2 })
  })

  it('counts forbidden .only as failed', () => {
    assert.equal(counts(`${two} it.only('c', () => {})`, '--forbid-only').failed > 0, true)
  })
})
