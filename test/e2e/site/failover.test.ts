/** Some of what `npm run failover` breaks: each is measured, and has to be within the limits. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { type Case, cases, nameOf } from '../../../bench/failover/cases.ts'
import { judge, type Outcome } from '../../../bench/failover/outcome.ts'
import { makeWorld, type World } from '../../../bench/failover/site.ts'
import { attempt } from '../../../bench/failover/trial.ts'
import { useFleet } from '../support/fleet.ts'

const named = (name: string): Case => cases.find(one => nameOf(one) === name) ?? assert.fail(name)

/** Each round is one break, or one in each cell; the last one takes with it whatever is active on that host. */
const rounds = [
  ['pushgateway (vip): process killed', 'prober (haproxy): unit stopped'],
  ['prober (vip): unit stopped', 'pushgateway (haproxy): process frozen'],
  ['replica (haproxy): process killed'],
  ['pushgateway (haproxy): host power cut'],
].map(names => names.map(named))

describe('failover, a sample', function () {
  this.timeout(240_000)
  const fleet = useFleet()
  let world: World

  before(async () => {
    world = await makeWorld(fleet)
  })
  after(() => world?.close())

  for (const first of rounds) {
    it(first.map(nameOf).join(', '), async () => {
      const outcomes = await attempt(world, first, cases)
      assert.ok(first.every(one => outcomes.has(one)))
      for (const [one, outcome] of outcomes) assertWithin(nameOf(one), outcome)
    })
  }

  function assertWithin(name: string, outcome: Outcome): void {
    const wrong = judge(outcome)
    assert.deepEqual(wrong, [], `${name}: ${wrong.join('; ')}\n${JSON.stringify(outcome, undefined, 2)}`)
  }
})
