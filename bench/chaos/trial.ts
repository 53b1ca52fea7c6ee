/** One case: a change is begun, the fault happens, its cause goes, and then one apply has to put everything right. */
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { untilValue } from '../../test/e2e/support/observe.ts'
import { type Ended, type Launched, launch } from '../breaking/launch.ts'
import { lengthOf, type Polled } from '../breaking/poller.ts'
import type { Case } from './cases.ts'
import { leftovers, seen, underWay, undoneSince } from './evidence.ts'
import { type Moment, stageOf } from './fault/moments.ts'
import { replicas, type World } from './site.ts'

export interface Outcome {
  readonly fault: string
  readonly step: string
  /** Of the run that was hit; absent where a signal ended it. */
  readonly code?: number
  /** Where several runs ended, or it was not asked. */
  readonly ended?: string
  readonly undone: string
  /** Seconds in which both replicas refused or said that they are not ready. */
  readonly pairOut: number
  /** Seconds in which one of them did. */
  readonly oneOut: number
  /** Seconds from the moment in which the cause was gone until an apply ended with 0. */
  readonly converged: number
  /** Why the case failed. */
  readonly failure?: string
}

/** How often a case is begun anew whose moment did not come. */
const trials = 4
/** The host undoes what nobody confirms after 60 s without a word, counted from its boot where it was off. */
const guardDeadline = 150_000

/** Never rejects: what went wrong is in the outcome. The pair is left converged where that can be had at all. */
export async function attempt(world: World, wanted: Case): Promise<Outcome> {
  for (let trial = 1; ; trial++) {
    const outcome = await attemptOnce(world, wanted)
    if (!outcome.missed || trial === trials) return outcome
  }
}

async function attemptOnce(world: World, wanted: Case): Promise<Outcome & { readonly missed: boolean }> {
  const poller = world.poll()
  const told: Told = {}
  let failure: string | undefined
  let missed = false
  try {
    await play(world, wanted, told)
  } catch (problem) {
    failure = problem instanceof Error ? problem.message : String(problem)
    missed = problem instanceof Error && problem.name === 'Missed'
  }
  const polled = await poller.stop()
  failure ??= outage(polled)
  return {
    fault: wanted.fault.name,
    step: wanted.step,
    undone: '',
    converged: 0,
    ...told,
    pairOut: lengthOf(polled.allOut),
    oneOut: lengthOf(polled.out.flat()),
    missed,
    ...(failure === undefined ? {} : { failure }),
  }
}

function outage({ allOut, asked }: Polled): string | undefined {
  if (allOut.length > 0) return `both replicas were out for ${lengthOf(allOut)} s`
  return asked > 0 ? undefined : 'the replicas were not asked'
}

/** What is known of the outcome so far. */
type Told = { -readonly [key in keyof Outcome]?: Outcome[key] }

async function play(world: World, wanted: Case, told: Told): Promise<void> {
  const { fault, host, change, moment } = wanted
  const turn = await world.turn(change)
  const since = Date.now()
  const scene = { world, host, turn }
  let injected = false
  let healed = false
  try {
    if (!moment) {
      injected = true
      await fault.inject(scene)
    }
    const run = launch('apply', world.site.inventory)
    if (moment) {
      await hit(world, run, moment)
      injected = true
      await fault.inject({ ...scene, run })
    }
    const ended = await run.done
    if (ended.code !== undefined) told.code = ended.code
    const left = await underWay(world.fleet)
    if (fault.name.startsWith('SIGKILL'))
      told.step = stageOf(
        run.lines().map(line => line.text),
        left,
      )
    told.undone = (await undoneSince(world.fleet, since)) ?? 'nothing to undo'
    if (left.length > 0) told.undone = 'the next apply'
    judgeRun(wanted, ended)
    if (wanted.alone) assert.notDeepEqual(left, [], 'something was left for the host to undo')
    if (wanted.alone || (wanted.leftAlone && left.length > 0)) {
      await seen(
        'the host to undo it alone',
        guardDeadline,
        async () => (await underWay(world.fleet)).length === 0,
      )
      told.undone = 'the host'
    }
    await fault.heal(scene)
    healed = true
    const began = Date.now()
    await converge(world, turn)
    told.converged = (Date.now() - began) / 1000
    // It may have been quicker than whoever was about to.
    if (left.length > 0 && (await undoneSince(world.fleet, since)) === 'the host') told.undone = 'the host'
    await isComplete(world, began)
  } finally {
    if (injected && !healed) await mend(world, wanted, turn)
  }
}

/** A run that never comes to the step fails the case, and its end says why. */
async function hit(world: World, run: Launched, moment: Moment): Promise<void> {
  try {
    await moment(world, run)
  } catch (problem) {
    const { code, stderr } = await run.done
    if ((problem as Error).name === 'Missed') throw problem
    throw new Error(`${(problem as Error).message}; it ended with ${code}\n${stderr}`)
  }
}

function judgeRun({ expects, status, host }: Case, { code, stdout, stderr, document }: Ended): void {
  const said = `${stdout}\n${stderr}`
  if (expects) assert.ok(expects.includes(code), `the run ended with ${code}\n${said}`)
  if (status) assert.equal(document?.hosts?.[host]?.status, status, said)
  if (code !== undefined && code !== 0)
    assert.ok((document?.errors?.length ?? 0) > 0 || code === 4, `nothing says what failed\n${said}`)
}

/** One plain apply: the lock of a run that is dead keeps nobody on the same machine out. */
export async function converge(world: World, turn: number): Promise<void> {
  const { code, stderr, stdout } = await launch('apply', world.site.inventory).done
  assert.equal(code, 0, `the next apply ended with ${code}\n${stdout}\n${stderr}`)
  for (const host of replicas) await untilValue(world.fleet, host, 'shop:answer', `${turn}`)
}

/** One more changes nothing, and nothing is left over of what ran since. */
export async function isComplete(world: World, since = 0): Promise<void> {
  const { code, stderr, stdout, document } = await launch('apply', world.site.inventory).done
  assert.equal(code, 0, `the apply after that ended with ${code}\n${stdout}\n${stderr}`)
  assert.equal(document?.changed, 0, stdout)
  assert.equal(await leftovers(world.fleet, since), '', 'something was left over')
}

/** So that the next case begins with a whole pair. */
async function mend(world: World, { fault, host }: Case, turn: number): Promise<void> {
  await fault.heal({ world, host, turn }).catch(() => undefined)
  for (let trial = 0; trial < 3; trial++) {
    const { code } = await launch('apply', world.site.inventory).done
    if (code === 0) return
    await delay(5000)
  }
}
