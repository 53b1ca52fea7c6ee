/** `npm run chaos`: all cases, on labs of their own. Options: --seed N, --only PATTERN, --kills N, --labs N. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { labName } from '../../scripts/testing/lab-names.mjs'
import { chance } from '../../test/e2e/support/chance.ts'
import { ownFleet } from '../breaking/lab.ts'
import { attemptBoth, pairs } from './both.ts'
import { cases } from './cases.ts'
import { attemptEdit, edits } from './fault/edits.ts'
import { killCases, type Lengths, lengthOfApply } from './fault/kills.ts'
import { countFiring } from './receiver.ts'
import { makeWorld, type World } from './site.ts'
import { page, plainTable } from './table.ts'
import { attempt, type Outcome } from './trial.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    /** Only cases whose name (see --list) this regular expression finds. */
    only: { type: 'string' },
    kills: { type: 'string', default: '60' },
    labs: { type: 'string', default: '3' },
    list: { type: 'boolean' },
  },
})
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
process.env.PROMHA_SEED = `${seed}`
const pairsOfRuns = 20
/** No new case is begun after this, milliseconds. */
const latest = performance.now() + 150 * 60_000

interface Job {
  readonly name: string
  readonly play: (world: World) => Promise<Outcome>
}

const next = chance('chaos')
const lengths: Lengths = new Map()
const all: readonly Job[] = [
  ...killCases(Number(values.kills), next, lengths).map(one => ({
    name: `${one.fault.name}: ${one.step}, ${one.change}`,
    play: async (world: World) => {
      await lengthOfApply(world, lengths, one.change)
      return attempt(world, one)
    },
  })),
  ...cases.map(one => ({
    name: `${one.fault.name}: ${one.step}`,
    play: (world: World) => attempt(world, one),
  })),
  ...Array.from({ length: pairsOfRuns }, (_, index) => pairs[index % pairs.length] ?? pairs[0]).flatMap(
    pair =>
      pair
        ? [
            {
              name: `two applies at once: ${pair.name}`,
              play: (world: World) => attemptBoth(world, pair, next),
            },
          ]
        : [],
  ),
  ...edits.map(edit => ({
    name: `bad edit: ${edit.kind}`,
    play: (world: World) => attemptEdit(world, edit),
  })),
]
const jobs = all.filter(({ name }) => values.only === undefined || new RegExp(values.only).test(name))
if (values.list) {
  for (const { name } of jobs) console.log(name)
  process.exit(0)
}

const outcomes = new Map<Job, Outcome>()
const queue = [...jobs]
let stopped = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stopped = true
    console.log('no further case is begun; the labs are taken down when those at work are over')
  })
}

async function work(name: string): Promise<number> {
  const fleet = await ownFleet(name, 3)
  let world: World | undefined
  try {
    world = await makeWorld(fleet)
    for (let job = queue.shift(); job && !stopped && performance.now() < latest; job = queue.shift()) {
      const began = performance.now()
      const outcome = await job.play(world)
      outcomes.set(job, outcome)
      report(job, outcome, (performance.now() - began) / 1000)
    }
    return Math.max(0, ...countFiring(world.receiver.received()).values())
  } finally {
    await world?.close()
    await fleet.down()
  }
}

function report(job: Job, outcome: Outcome, seconds: number): void {
  const { failure, pairOut, undone, converged } = outcome
  const word = failure === undefined ? 'ok' : 'FAILED'
  const facts = `pair out ${pairOut.toFixed(1)} s, undone by: ${undone}, converged in ${converged.toFixed(0)} s`
  console.log(
    `${outcomes.size}/${jobs.length} ${word} ${job.name} [${outcome.step}]: ${facts} (${seconds.toFixed(0)} s)`,
  )
  if (failure !== undefined) console.log(shorten(failure).replace(/^/gm, '    '))
}

/** Its beginning says what failed, its end how the run ended. */
function shorten(text: string): string {
  return text.length < 6000 ? text : `${text.slice(0, 3000)}\n[...]\n${text.slice(-3000)}`
}

const labs = Array.from({ length: Math.min(Number(values.labs), jobs.length) }, (_, index) =>
  labName(`chaos-${index + 1}`),
)
const worked = await Promise.allSettled(labs.map(work))
for (const lab of worked) if (lab.status === 'rejected') console.error(lab.reason)
const notified = worked.flatMap(lab => (lab.status === 'fulfilled' ? [lab.value] : []))
const done = jobs.flatMap(job => outcomes.get(job) ?? [])
console.log(`\n${plainTable(done)}`)
const failed = done.filter(({ failure }) => failure !== undefined).length
const missing = jobs.length - done.length
if (values.only === undefined && missing === 0) {
  const command = 'npm run chaos'
  const file = fileURLToPath(new URL('../../docs/chaos.md', import.meta.url))
  writeFileSync(file, page({ outcomes: done, seed, command, notified }))
}
console.log(`\nseed ${seed}; the alert that always fires was notified of ${notified.join(', ')} times`)
console.log(`${done.length - failed} passed, ${failed + missing} failed`)
process.exitCode = failed + missing === 0 && done.length > 0 ? 0 : 1
