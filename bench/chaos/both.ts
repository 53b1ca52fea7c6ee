/** Two applies at once: only one of them changes anything at a time. */
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { type Launched, launch } from '../breaking/launch.ts'
import { lengthOf, type Span } from '../breaking/poller.ts'
import type { Change, World } from './site.ts'
import type { Outcome } from './trial.ts'
import { converge, isComplete } from './trial.ts'

export interface Pair {
  readonly name: string
  readonly flags: readonly [readonly string[], readonly string[]]
}

const wait = ['--lock-timeout', '180s']

/** Who is limited to what, and who waits. */
export const pairs: readonly Pair[] = [
  { name: 'no limits, neither waits', flags: [[], []] },
  { name: 'no limits, both wait', flags: [wait, wait] },
  {
    name: 'equal limits, neither waits',
    flags: [
      ['-l', 'mon-a'],
      ['-l', 'mon-a'],
    ],
  },
  {
    name: 'a and b, neither waits',
    flags: [
      ['-l', 'mon-a'],
      ['-l', 'mon-b'],
    ],
  },
  {
    name: 'a and b, both wait',
    flags: [
      ['-l', 'mon-a', ...wait],
      ['-l', 'mon-b', ...wait],
    ],
  },
  { name: 'a and everything, one waits', flags: [['-l', 'mon-a'], wait] },
  {
    name: 'app-01 and b, both wait',
    flags: [
      ['-l', 'app-01', ...wait],
      ['-l', 'mon-b', ...wait],
    ],
  },
]

/** Of which `npm test` takes one: those that need no second apply of everything. */
export const quickPairs = pairs.filter(({ name }) => /^no limits|^a and b, neither/.test(name))

/** Never rejects. `next` gives numbers from 0 up to 1. */
export async function attemptBoth(world: World, pair: Pair, next: () => number): Promise<Outcome> {
  const poller = world.poll()
  let played: Played = { ended: '', converged: 0 }
  let failure: string | undefined
  try {
    played = await play(world, pair, next)
  } catch (problem) {
    failure = (problem as Error).message
  }
  const { allOut, out } = await poller.stop()
  if (allOut.length > 0) failure ??= `both replicas were out for ${lengthOf(allOut)} s`
  return {
    fault: 'two applies at once',
    step: pair.name,
    undone: 'nothing to undo',
    pairOut: lengthOf(allOut),
    oneOut: lengthOf(out.flat()),
    ...played,
    ...(failure === undefined ? {} : { failure }),
  }
}

interface Played {
  /** Exit codes of both, the lower one first. */
  readonly ended: string
  readonly converged: number
}

async function play(world: World, { flags }: Pair, next: () => number): Promise<Played> {
  const changes: readonly Change[] = ['restart', 'everything']
  const turn = await world.turn(changes[Math.floor(next() * changes.length)] ?? 'restart')
  const first = launch('apply', world.site.inventory, ...flags[0])
  await delay(next() * 1500)
  const second = launch('apply', world.site.inventory, ...flags[1])
  const runs = [first, second]
  const ends = await Promise.all(runs.map(run => run.done))
  const said = ends.map(({ code, stderr }) => `${code}\n${stderr}`).join('\n---\n')
  ends.forEach(({ code, document, stderr }, index) => {
    assert.ok(code === 0 || code === 5, said)
    if (code === 0) return
    assert.ok(!flags[index]?.includes('--lock-timeout'), `whoever waits gets its turn\n${said}`)
    assert.equal(document?.result, 'locked', said)
    assert.equal(document?.changed ?? 0, 0, said)
    assert.match(stderr, /@/, `it does not say who holds the lock\n${said}`)
  })
  assert.ok(
    ends.some(({ code }) => code === 0),
    `nobody got the lock\n${said}`,
  )
  assert.ok(!overlap(runs.map(changing)), `both changed at once\n${said}`)
  const began = performance.now()
  await converge(world, turn)
  const converged = (performance.now() - began) / 1000
  await isComplete(world)
  const codes = ends.map(({ code }) => code ?? 'a signal').sort()
  return { ended: codes.join(' and '), converged }
}

/** From the first line about a change to the last; undefined where it changed nothing. */
function changing(run: Launched): Span | undefined {
  const lines = run.lines()
  const from = lines.find(({ text }) => /^(Sending programs|Changing)/.test(text))
  const to = lines.find(({ text }) => /^Changed:/.test(text))
  return from && to ? { from: from.at, to: to.at } : undefined
}

function overlap([one, other]: readonly (Span | undefined)[]): boolean {
  return one !== undefined && other !== undefined && one.from < other.to && other.from < one.to
}
