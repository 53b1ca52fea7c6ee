/**
 * `npm run failover`: all cases, on a lab of its own. Options: --times N, --only PATTERN, --table FILE, --list.
 * The table is written to docs/failover.md where all cases ran, else only where --table says.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { labName } from '../../scripts/testing/lab-names.mjs'
import { ownFleet } from '../breaking/lab.ts'
import { type Case, cases, nameOf, nextOf } from './cases.ts'
import { judge, type Outcome } from './outcome.ts'
import { makeWorld, type World } from './site.ts'
import { page, plainTables } from './table.ts'
import { attempt } from './trial.ts'

const { values } = parseArgs({
  options: {
    /** How often each case is played. */
    times: { type: 'string', default: '3' },
    /** Only cases whose name (see --list) this regular expression finds. */
    only: { type: 'string' },
    table: { type: 'string' },
    list: { type: 'boolean' },
  },
})
const times = Number(values.times)
if (!Number.isInteger(times) || times < 1) throw new Error(`--times ${values.times}: expected 1 or more`)
const wanted = cases.filter(one => values.only === undefined || new RegExp(values.only).test(nameOf(one)))
if (values.list) {
  for (const one of wanted) console.log(nameOf(one))
  process.exit(0)
}

let stopped = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stopped = true
    console.log('nothing further is broken; the lab is taken down when this round is over')
  })
}

const began = performance.now()
const seconds = () => ((performance.now() - began) / 1000).toFixed(0)
const outcomes = new Map<Case, Outcome[]>(wanted.map(one => [one, []]))

function facts({ out, when, pushed, sampled, federated, failed }: Outcome): string {
  const told = [
    out === undefined ? '' : `no answer for ${out.toFixed(1)} s (${when ?? ''})`,
    failed === undefined ? '' : `${failed} failed`,
    pushed ? `${pushed.lost} known only to it, ${pushed.unseen} never scraped` : '',
    pushed ? `${pushed.forgotten} forgotten of the last ${pushed.forgottenWithin.toFixed(1)} s` : '',
    sampled ? `gap ${sampled.gap.toFixed(1)}, ${sampled.doubled} doubled` : '',
    federated ? `federated: gap ${federated.gap.toFixed(1)}, ${federated.doubled} doubled` : '',
  ]
  return told.filter(text => text !== '').join('; ')
}

async function playAll(world: World): Promise<void> {
  for (let time = 1; time <= times; time++) {
    for (;;) {
      const left = wanted.filter(one => (outcomes.get(one)?.length ?? 0) < time)
      if (left.length === 0 || stopped) break
      for (const [one, outcome] of await attempt(world, nextOf(left), left)) {
        outcomes.get(one)?.push(outcome)
        const wrong = judge(outcome)
        console.log(
          `${seconds()} s, ${time} of ${times}: ${wrong.length === 0 ? 'ok' : 'FAILED'} ${nameOf(one)}: ${facts(outcome)}`,
        )
        for (const text of wrong) console.log(text.replace(/^/gm, '    '))
      }
    }
  }
}

const fleet = await ownFleet(labName('failover'), 4)
let world: World | undefined
try {
  world = await makeWorld(fleet)
  console.log(`${seconds()} s: the stack is there`)
  await playAll(world)
} finally {
  await world?.close()
  await fleet.down()
}
const done = [...outcomes.values()].flat()
console.log(`\n${plainTables(done)}`)
const failed = done.filter(outcome => judge(outcome).length > 0).length
const lacking = wanted.length * times - done.length
const command = ['npm run failover', ...(times === 3 ? [] : [`-- --times ${times}`])].join(' ')
if (lacking === 0 && (values.only === undefined || values.table !== undefined)) {
  const file = values.table ?? fileURLToPath(new URL('../../docs/failover.md', import.meta.url))
  writeFileSync(file, page(done, command))
}
console.log(`${seconds()} s; ${done.length - failed} passed, ${failed + lacking} failed`)
process.exitCode = failed + lacking === 0 && done.length > 0 ? 0 : 1
