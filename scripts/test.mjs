/**
 * `npm test`: set-up, unit tests, end-to-end tests, and unit tests on the newer lines of Node. The last line is
 * `N passed, N failed` over all of it. With `--ci`, lint and type check come first and count as a test each; with
 * `--totals FILE` the counts so far are kept there, for whoever outlives this process. Plain Node, since nothing is
 * installed yet when it starts.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { nodeOfLine } from './node-line.mjs'
import { setUp } from './setup.mjs'
import { readTally, sumUp } from './tally.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const minute = 60_000
const unit = ['test/**/*.test.ts', '--ignore', 'test/e2e/**']

const { values } = parseArgs({ options: { ci: { type: 'boolean' }, totals: { type: 'string' } } })
const work = mkdtempSync(join(tmpdir(), 'promha-test-'))
const results = []
let current

/** Runs to its end, or to the deadline; resolves to the exit code, 1 where a signal ended it. */
function run(program, args, deadline) {
  return new Promise(resolve => {
    current = spawn(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    const child = current
    const end = () => {
      console.error(`\nNot done after ${deadline / minute} minutes, ended.`)
      child.kill('SIGTERM')
      // Time for the hooks that take down the lab.
      setTimeout(() => child.kill('SIGKILL'), minute).unref()
    }
    const timer = setTimeout(end, deadline)
    const done = code => {
      clearTimeout(timer)
      resolve(code ?? 1)
    }
    child.on('error', () => done(1))
    child.on('exit', done)
  })
}

function record(name, counts) {
  results.push({ name, ...counts })
  if (values.totals !== undefined) writeFileSync(values.totals, `${sum('passed')} ${sum('failed')} running\n`)
}

function sum(word) {
  return results.reduce((total, result) => total + result[word], 0)
}

/** One step that is a test as a whole. */
async function step(name, work) {
  console.log(`\n== ${name}`)
  let failed = 0
  try {
    if ((await work()) !== 0) failed = 1
  } catch (failure) {
    console.error(failure.message)
    failed = 1
  }
  record(name, { passed: 1 - failed, failed })
  return failed === 0
}

async function mocha(name, node, args, deadline) {
  console.log(`\n== ${name}`)
  const file = join(work, `${results.length}.tally`)
  writeFileSync(file, '')
  const options = ['--forbid-only', '--forbid-pending', '--reporter-option', `tally=${file}`, ...args]
  const code = await run(node, ['node_modules/mocha/bin/mocha.js', ...options], deadline)
  const counts = sumUp(readTally(readFileSync(file, 'utf8')), code)
  record(name, counts)
}

async function mochaOnLine(line) {
  const name = `Unit tests on Node ${line}`
  let node
  try {
    node = nodeOfLine(line)
  } catch (failure) {
    console.error(`\n${name}: ${failure.message}`)
    record(name, { passed: 0, failed: 1 })
    return
  }
  await mocha(
    `${name} (${node.version})`,
    node.program,
    [...unit, '--reporter-option', 'terse=1'],
    5 * minute,
  )
}

function finish(interrupted) {
  rmSync(work, { recursive: true, force: true })
  if (interrupted) record('interrupted', { passed: 0, failed: 1 })
  console.log('')
  for (const { name, passed, failed } of results) console.log(`${name}: ${passed} passed, ${failed} failed`)
  const passed = sum('passed')
  const failed = sum('failed')
  if (values.totals !== undefined) writeFileSync(values.totals, `${passed} ${failed} done\n`)
  console.log(`${passed} passed, ${failed} failed`)
  process.exit(failed === 0 && passed > 0 ? 0 : 1)
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    current?.once('exit', () => finish(true))
    current?.kill('SIGTERM')
    if (current === undefined || current.exitCode !== null) finish(true)
  })
}

console.log('== Set-up: packages and build')
try {
  setUp()
} catch (failure) {
  console.error(failure.message)
  record('Set-up', { passed: 0, failed: 1 })
  finish(false)
}
if (values.ci) {
  await step('Lint', () => run('npm', ['run', '--silent', 'lint'], 5 * minute))
  await step('Types', () => run('npm', ['run', '--silent', 'typecheck'], 5 * minute))
}
await mocha('Unit tests', process.execPath, unit, 5 * minute)
await mocha(
  'End-to-end tests',
  process.execPath,
  ['test/e2e/**/*.test.ts', '--timeout', `${5 * minute}`],
  20 * minute,
)
for (const line of [22, 24, 26]) await mochaOnLine(line)
finish(false)
