/**
 * `npm run stores`: all cases of all stores, each store on a lab of its own. Options: --times N, --only PATTERN, --pages
 * DIRECTORY, --list. A store of which all cases ran has its page written, by default into docs/stores-measured.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { labName } from '../../scripts/testing/lab-names.mjs'
import { ownFleet } from '../breaking/lab.ts'
import { buildCache, built } from './build/build.ts'
import { goProgram } from './build/programs.ts'
import { ensureGo } from './build/toolchain.ts'
import { casesOf, programsOf, type StoreCase, timesOf, titleOf } from './cases.ts'
import { judgeStore, type StoreOutcome } from './outcome.ts'
import { makeStoreWorld, type StoreWorld, scrapeIntervalOf } from './site.ts'
import type { StoreSite } from './sites/definition.ts'
import { storeSites } from './sites/index.ts'
import { page, plainTable } from './table.ts'
import { attempt } from './trial.ts'

const { values } = parseArgs({
  options: {
    /** How often each case is played, but for upgrades. */
    times: { type: 'string', default: '1' },
    /** Only cases whose line (see --list) this regular expression finds. */
    only: { type: 'string' },
    pages: { type: 'string' },
    list: { type: 'boolean' },
  },
})
const times = Number(values.times)
if (!Number.isInteger(times) || times < 1) throw new Error(`--times ${values.times}: expected 1 or more`)
const pages = values.pages ?? fileURLToPath(new URL('../../docs/stores-measured', import.meta.url))
const pattern = new RegExp(values.only ?? '')
const all = storeSites.flatMap(casesOf)
const wanted = all.filter(one => pattern.test(titleOf(one)))
if (values.list) {
  for (const one of wanted) console.log(titleOf(one))
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

// Before anything else: without them, a case would fail only in the end.
const cache = buildCache()
const programs = new Map<string, string>()
for (const name of programsOf(wanted)) {
  programs.set(name, await built(goProgram(name), { go: ensureGo, cache }))
  console.log(`${seconds()} s: ${name} is built`)
}

async function programOf(name: string): Promise<string> {
  const found = programs.get(name)
  if (found === undefined) throw new Error(`${name} was not built: its site does not name it`)
  return found
}

async function playAll(world: StoreWorld, rounds: readonly StoreCase[]): Promise<readonly StoreOutcome[]> {
  const outcomes: StoreOutcome[] = []
  for (const one of rounds) {
    if (stopped) break
    const outcome = await attempt(world, one, outcomes.at(-1))
    outcomes.push(outcome)
    const wrong = judgeStore(outcome, scrapeIntervalOf(one.site))
    console.log(
      `${seconds()} s, ${outcomes.length} of ${rounds.length}: ${wrong.length === 0 ? 'ok' : 'FAILED'} ${titleOf(one)}`,
    )
    console.log(JSON.stringify(outcome.figures ?? {}).replace(/^/gm, '    '))
    for (const text of wrong) console.log(text.replace(/^/gm, '    '))
  }
  return outcomes
}

/** Gives how many cases failed or were not played. */
async function take(site: StoreSite, cases: readonly StoreCase[]): Promise<number> {
  const rounds = cases.flatMap(one => Array.from({ length: timesOf(one, times) }, () => one))
  const fleet = await ownFleet(labName('stores'), site.hosts)
  let world: StoreWorld | undefined
  let outcomes: readonly StoreOutcome[] = []
  let versions = ''
  try {
    world = await makeStoreWorld(fleet, site, programOf)
    versions = await world.versions()
    console.log(`${seconds()} s: the pair feeds the store: ${versions}`)
    outcomes = await playAll(world, rounds)
    versions = `${versions}; upgraded to ${await world.versions()}`
  } finally {
    await world?.close()
    await fleet.down()
  }
  const interval = scrapeIntervalOf(site)
  console.log(`\n${plainTable({ outcomes, interval })}`)
  const lacking = rounds.length - outcomes.length
  if (lacking === 0 && cases.length === casesOf(site).length) {
    const command = ['npm run stores', ...(times === 1 ? [] : [`-- --times ${times}`])].join(' ')
    const tried = { site, outcomes, interval, command, versions }
    await mkdir(pages, { recursive: true })
    await writeFile(join(pages, `${site.name}.md`), page(tried))
  }
  return lacking + outcomes.filter(outcome => judgeStore(outcome, interval).length > 0).length
}

let failed = 0
for (const site of storeSites) {
  const cases = wanted.filter(one => one.site === site)
  if (cases.length > 0) failed += await take(site, cases)
}
console.log(`${seconds()} s; ${failed} failed`)
process.exitCode = failed === 0 && wanted.length > 0 ? 0 : 1
