/**
 * `npm run stores`: all cases, on a lab of its own. Options: --times N, --only PATTERN, --table FILE, --list.
 * The table is written to docs/stores-measured.md if all cases ran, else only where --table says.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { labName } from '../../scripts/testing/lab-names.mjs'
import { ownFleet } from '../breaking/lab.ts'
import { buildCache, built } from './build/build.ts'
import { goProgram } from './build/programs.ts'
import { ensureGo } from './build/toolchain.ts'
import { storeCases, timesOf } from './cases.ts'
import { judgeStore, type StoreOutcome } from './outcome.ts'
import { makeStoreWorld, type StoreWorld, scrapeInterval } from './site.ts'
import { page, plainTable } from './table.ts'
import { attempt } from './trial.ts'

const { values } = parseArgs({
  options: {
    /** How often each case is played, but for upgrades. */
    times: { type: 'string', default: '1' },
    /** Only cases whose name (see --list) this regular expression finds. */
    only: { type: 'string' },
    table: { type: 'string' },
    list: { type: 'boolean' },
  },
})
const times = Number(values.times)
if (!Number.isInteger(times) || times < 1) throw new Error(`--times ${values.times}: expected 1 or more`)
const wanted = storeCases.filter(
  ({ name }) => values.only === undefined || new RegExp(values.only).test(name),
)
if (values.list) {
  for (const { store, name } of wanted) console.log(`${store}: ${name}`)
  process.exit(0)
}

let stopped = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stopped = true
    console.log('nothing further is taken away; the lab is taken down when this case is over')
  })
}

const began = performance.now()
const seconds = () => ((performance.now() - began) / 1000).toFixed(0)
const outcomes: StoreOutcome[] = []
const rounds = wanted.flatMap(one => Array.from({ length: timesOf(one, times) }, () => one))

// Before anything else: without them, an upgrade would fail only in the end.
const cache = buildCache()
const programs = new Map<string, string>()
for (const { outage } of wanted) {
  if (outage.kind !== 'upgraded') continue
  programs.set(outage.program, await built(goProgram(outage.program), { go: ensureGo, cache }))
  console.log(`${seconds()} s: ${outage.program} is built`)
}

async function programOf(name: string): Promise<string> {
  const found = programs.get(name)
  if (found === undefined) throw new Error(`${name} was not built`)
  return found
}

async function playAll(world: StoreWorld): Promise<void> {
  for (const one of rounds) {
    if (stopped) return
    const outcome = await attempt(world, one)
    outcomes.push(outcome)
    const wrong = judgeStore(outcome, scrapeInterval)
    console.log(
      `${seconds()} s, ${outcomes.length} of ${rounds.length}: ${wrong.length === 0 ? 'ok' : 'FAILED'} ${one.name}`,
    )
    console.log(JSON.stringify(outcome.figures ?? {}).replace(/^/gm, '    '))
    for (const text of wrong) console.log(text.replace(/^/gm, '    '))
  }
}

const fleet = await ownFleet(labName('stores'), 4)
let world: StoreWorld | undefined
let versions = ''
try {
  world = await makeStoreWorld(fleet, programOf)
  versions = await world.versions()
  console.log(`${seconds()} s: the pair feeds the store: ${versions}`)
  await playAll(world)
  versions = `${versions}; upgraded to ${await world.versions()}`
} finally {
  await world?.close()
  await fleet.down()
}
console.log(`\n${plainTable({ outcomes, interval: scrapeInterval })}`)
const failed = outcomes.filter(outcome => judgeStore(outcome, scrapeInterval).length > 0).length
const lacking = rounds.length - outcomes.length
const command = ['npm run stores', ...(times === 1 ? [] : [`-- --times ${times}`])].join(' ')
if (lacking === 0 && (values.only === undefined || values.table !== undefined)) {
  const file = values.table ?? fileURLToPath(new URL('../../docs/stores-measured.md', import.meta.url))
  writeFileSync(file, page({ outcomes, interval: scrapeInterval, command, versions }))
}
console.log(`${seconds()} s; ${outcomes.length - failed} passed, ${failed + lacking} failed`)
process.exitCode = failed + lacking === 0 && outcomes.length > 0 ? 0 : 1
