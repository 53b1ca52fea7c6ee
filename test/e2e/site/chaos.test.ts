/** Some of what `npm run chaos` breaks, picked by chance: the pair serves throughout, and one apply puts all right. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { attemptBoth, quickPairs } from '../../../bench/chaos/both.ts'
import { type Case, quick } from '../../../bench/chaos/cases.ts'
import { attemptEdit, edits } from '../../../bench/chaos/fault/edits.ts'
import { killed } from '../../../bench/chaos/fault/faults.ts'
import { prometheusAt } from '../../../bench/chaos/fault/moments.ts'
import { countFiring } from '../../../bench/chaos/receiver.ts'
import { makeWorld, type World } from '../../../bench/chaos/site.ts'
import { attempt, type Outcome } from '../../../bench/chaos/trial.ts'
import { chance } from '../support/chance.ts'
import { useFleet } from '../support/fleet.ts'

describe('chaos, a sample', function () {
  this.timeout(280_000)
  const fleet = useFleet({ bare: true })
  const next = chance('sample')
  let world: World

  before(async () => {
    world = await makeWorld(fleet)
  })
  after(() => world?.close())

  function pick<T>(list: readonly T[]): T {
    const found = list[Math.floor(next() * list.length)]
    if (found === undefined) throw new Error('there is nothing to pick from')
    return found
  }

  function assertFine({ failure, pairOut }: Outcome): void {
    assert.equal(failure, undefined)
    assert.equal(pairOut, 0)
  }

  const bad = pick(edits)
  it(`bad edit: ${bad.kind}`, async () => assertFine(await attemptEdit(world, bad)))

  const first = pick(quick.reloads)
  const second = pick(quick.reloads.filter(({ fault }) => fault !== first.fault))
  for (const one of [first, second, pick(quick.restarts)])
    it(`${one.fault.name}: ${one.step}`, async () => assertFine(await attempt(world, one)))

  const host = pick(['mon-a', 'mon-b'])
  const mark = pick(['staged', 'touched', 'told'] as const)
  const kill: Case = {
    fault: killed,
    step: `${mark} on ${host}`,
    host,
    change: 'restart',
    moment: prometheusAt(host, mark),
    expects: [undefined],
  }
  it(`SIGKILL of promha: ${kill.step}`, async () => assertFine(await attempt(world, kill)))

  const pair = pick(quickPairs)
  it(`two applies at once: ${pair.name}`, async () => assertFine(await attemptBoth(world, pair, next)))

  it('the alert that fires all the while was notified exactly once', () => {
    assert.deepEqual([...countFiring(world.receiver.received()).values()], [1])
  })
})
