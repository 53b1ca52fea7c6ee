/**
 * `npm test`: set-up, unit tests, end-to-end tests, and unit tests on the newer lines of Node. The last line is
 * `N passed, N failed` over all of it. Plain Node, since nothing is installed yet when it starts.
 *
 *     node scripts/test.mjs [unit|e2e [FILE…]] [--ci] [--totals FILE] [--measure]
 *
 * `unit` or `e2e` does that part only, of these files only where some are named. With `--ci`, lint and type check come
 * first and count as a test each. `--totals FILE` keeps the counts so far, for whoever outlives this process.
 * `--measure` writes down how long each file took, by which the next run shares them out.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setUp } from './setup.mjs'
import { endAll, run } from './testing/child.mjs'
import { labName } from './testing/lab-names.mjs'
import { clearLabs } from './testing/labs.mjs'
import { runShards } from './testing/mocha.mjs'
import { nodeOfLine } from './testing/node-line.mjs'
import { measuredSeconds, noteSeconds, share, testFiles, unmeasured } from './testing/shards.mjs'

const minute = 60_000
/** Both wait more than they work: a shard of end-to-end tests, its four hosts included, takes a quarter of two processors. */
const shardCounts = { unit: 4, e2e: 4 }
const lines = [22, 24, 26]
/** What is the same whichever Node runs it: the shell of the hosts, the lab and the tests' own tools. */
const notOfNode = /^test\/(shell|lab|scripts|bench)\//

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { ci: { type: 'boolean' }, totals: { type: 'string' }, measure: { type: 'boolean' } },
})
const [part, ...named] = positionals
const directory = mkdtempSync(join(tmpdir(), 'promha-test-'))
const results = []
let interrupted = false

function record(name, { passed, failed, failures = [] }) {
  results.push({ name, passed, failed, failures })
  if (values.totals !== undefined) writeFileSync(values.totals, `${sum('passed')} ${sum('failed')} running\n`)
}

function sum(word) {
  return results.reduce((total, result) => total + result[word], 0)
}

/** One step that is a test as a whole. */
async function step(name, work) {
  if (interrupted) return
  console.log(`\n== ${name}`)
  let failed = 0
  try {
    if ((await work()) !== 0) failed = 1
  } catch (failure) {
    console.error(failure.message)
    failed = 1
  }
  record(name, { passed: 1 - failed, failed })
}

/** `unit` or `e2e`, in so many processes at once; `how` is told to each. */
async function mocha(kind, name, { files = testFiles(kind), count = shardCounts[kind], ...how }) {
  if (interrupted) return
  const chosen = named.length > 0 ? named : files
  const shards = share(chosen, measuredSeconds(), unmeasured[kind], count)
  if (shards.length === 0) record(`${name}: there are none`, { passed: 0, failed: 1 })
  await runShards({
    name,
    shards,
    directory,
    on: (title, ended) => {
      record(title, ended)
      if (values.measure) noteSeconds(ended.times)
    },
    ...how,
  })
}

async function endToEnd() {
  if (interrupted) return
  await clear()
  await mocha('e2e', 'End-to-end tests', {
    deadline: 45 * minute,
    args: ['--timeout', `${5 * minute}`],
    env: index => ({ PROMHA_E2E_LAB: labName(index + 1) }),
  })
  await clear()
}

async function clear() {
  if (!(await clearLabs())) record('Labs that could not be taken down', { passed: 0, failed: 1 })
}

/** The unit tests start the program as it was built where that has just been done, from its sources otherwise. */
const built = () => ({ PROMHA_TEST_PROGRAM: 'dist/promha.js' })

function unit(name, how) {
  return mocha('unit', name, { deadline: 10 * minute, ...how })
}

/** Promises of each line's Node; one after the other is installed. */
function installAll(lines) {
  let last = Promise.resolve()
  return lines.map(line => {
    const installed = last.then(() => {
      if (interrupted) throw new Error('the run was interrupted')
      return nodeOfLine(line)
    })
    last = installed.catch(() => undefined)
    return installed
  })
}

async function unitOn(line, installed) {
  if (interrupted) return
  const name = `Unit tests on Node ${line}`
  try {
    const { program, version } = await installed
    const args = ['--reporter-option', 'terse=1']
    const files = testFiles('unit').filter(path => !notOfNode.test(path))
    await unit(`${name} (${version})`, { node: program, args, env: built, files, count: 2 })
  } catch (failure) {
    console.error(`\n${name}: ${failure.message}`)
    record(name, { passed: 0, failed: 1 })
  }
}

function finish() {
  rmSync(directory, { recursive: true, force: true })
  if (interrupted) record('interrupted', { passed: 0, failed: 1 })
  console.log('')
  // What failed is told again here: of a long log, often the end is all that is kept.
  for (const { name, passed, failed, failures } of results) {
    console.log(`${name}: ${passed} passed, ${failed} failed`)
    for (const { title, why } of failures) console.log(`  ${title}\n${why.replace(/^/gm, '    ')}`)
  }
  const passed = sum('passed')
  const failed = sum('failed')
  if (values.totals !== undefined) writeFileSync(values.totals, `${passed} ${failed} done\n`)
  console.log(`${passed} passed, ${failed} failed`)
  process.exit(failed === 0 && passed > 0 ? 0 : 1)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  // What is at work ends, what was not begun is not, and so the end is reached soon. The second one kills.
  process.once(signal, () => {
    interrupted = true
    endAll()
  })
}

if (part !== undefined && part !== 'unit' && part !== 'e2e') {
  console.error(`${part} is neither unit nor e2e`)
  process.exit(1)
}
if (part !== 'unit') {
  console.log('== Set-up: packages and build')
  try {
    setUp()
  } catch (failure) {
    console.error(failure.message)
    record('Set-up', { passed: 0, failed: 1 })
    finish()
  }
}
if (values.ci) {
  await step('Lint', () => run('npm', ['run', '--silent', 'lint'], { deadline: 5 * minute }))
  await step('Types', () => run('npm', ['run', '--silent', 'typecheck'], { deadline: 5 * minute }))
}
if (part !== 'e2e') await unit('Unit tests', part === 'unit' ? {} : { env: built })
if (part === undefined) {
  // The programs are fetched while the end-to-end tests mostly wait, the tests on them are not run then: they need
  // both processors, and the others watch the time.
  const nodes = installAll(lines)
  await endToEnd()
  await Promise.all(lines.map((line, index) => unitOn(line, nodes[index])))
}
if (part === 'e2e') await endToEnd()
finish()
