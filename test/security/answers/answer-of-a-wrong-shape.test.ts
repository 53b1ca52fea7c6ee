/** One host of three that answers nonsense harms itself only, in every command and at every question. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { ProblemError } from '../../../src/diagnostic/problem.ts'
import type { RunOutcome, RunRequest } from '../../../src/engine/api.ts'
import { destroy } from '../../../src/engine/command/destroy.ts'
import { rollback } from '../../../src/engine/command/rollback.ts'
import { apply, drift, plan, status, verify } from '../../../src/engine/command/run.ts'
import { select } from '../../../src/inventory/host/select.ts'
import { longestLine, mostLines } from '../../../src/shell/syntax/bounds.ts'
import { type Fleet, type Lie, startFleet } from '../../engine/support/fleet.ts'
import type { ScriptKind } from '../../support/fake-connection.ts'

const liar = 'app-c'
const others = ['mon-a', 'mon-b']

const lies: Readonly<Record<string, Lie>> = {
  garbage: () => '\u0000\uFFFD{]<html>\n\n=|:',
  nothing: () => '',
  'half of an answer': healthy => healthy.slice(0, healthy.length / 2),
  'lines without end': (healthy, nonce) => `${nonce} host\n${'x\n'.repeat(mostLines)}${healthy}`,
  'a line without end': (healthy, nonce) => `${nonce} host\n${'x'.repeat(longestLine + 1)}\n${healthy}`,
  'an error that nothing foresees': () => {
    throw new TypeError("Cannot read properties of undefined (reading 'split')")
  },
}

const ofMachine = 'a machine called constructor'

/** Lies that only a probe can tell, and which are well-formed. */
const oddProbes: Readonly<Record<string, Lie>> = {
  [ofMachine]: healthy => healthy.replace('x86_64', 'constructor'),
  'stamps of a thousand components': healthy =>
    healthy.replace(
      /^.* unfinished$/m,
      found =>
        `${names(1000)
          .map(name => `/s/${name}:x`)
          .join('\n')}\n${found}`,
    ),
  'a thousand unfinished changes': healthy =>
    healthy.replace(
      /^.* addresses$/m,
      found =>
        `${names(1000)
          .map(name => `${name} touched`)
          .join('\n')}\n${found}`,
    ),
  'addresses without end': healthy =>
    healthy.replace(/^.* end$/m, found => `${'1: lo inet 192.0.2.7\n'.repeat(5000)}${found}`),
}

function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    `x${index}`.replace(/\d/g, digit => 'abcdefghij'[Number(digit)] ?? ''),
  )
}

type Command = (request: RunRequest) => Promise<RunOutcome>

const commands: Readonly<Record<string, { run: Command; asks: readonly ScriptKind[]; applied?: boolean }>> = {
  plan: { run: plan, asks: ['probe', 'preflight'] },
  drift: { run: request => drift(request, false), asks: ['probe', 'preflight'] },
  apply: { run: apply, asks: ['probe', 'lock', 'recover', 'preflight', 'change', 'confirm'] },
  verify: { run: verify, asks: ['probe'] },
  destroy: {
    run: request => destroy(request, { purgeData: false, restore: false }),
    asks: ['probe', 'lock', 'recover', 'preflight', 'change', 'confirm', 'cleanup'],
    applied: true,
  },
}

function seenOf({ hosts }: RunOutcome, names: readonly string[]) {
  return hosts
    .filter(({ host }) => names.includes(host))
    .map(({ host, status: became, problems, instances }) => ({
      host,
      became,
      problems,
      changes: instances.map(({ changes }) => changes),
    }))
}

describe('a host that lies', () => {
  let fleet: Fleet
  before(async () => {
    fleet = await startFleet()
  })
  after(() => fleet.close())

  for (const [name, { run, asks, applied = false }] of Object.entries(commands)) {
    describe(`in ${name}`, () => {
      let healthy: RunOutcome
      before(async () => {
        const { request, asked } = fleet.request(undefined, {}, applied)
        healthy = await run(request)
        assert.deepEqual(
          seenOf(healthy, [liar]).map(({ problems }) => problems),
          [[]],
        )
        for (const kind of asks) assert.ok(asked.get(liar)?.includes(kind), `${kind} is not asked`)
      })

      for (const kind of asks) {
        for (const [what, lie] of Object.entries({ ...lies, ...(kind === 'probe' ? oddProbes : {}) })) {
          // Nothing is installed by it.
          if (name === 'verify' && what === ofMachine) continue
          it(`harms itself only with ${what} for the ${kind}`, async () => {
            const { request, events } = fleet.request({ host: liar, kind, lie }, {}, applied)
            const outcome = await run(request)
            assert.deepEqual(seenOf(outcome, others), seenOf(healthy, others))
            const [own] = seenOf(outcome, [liar])
            const told = [
              ...(own?.problems ?? []),
              ...events.flatMap(event => (event.type === 'host-failed' ? event.problems : [])),
            ]
            // What it says of a change is not believed, so that is undone.
            const became = ['change', 'confirm'].includes(kind) ? ['failed', 'rolled-back'] : ['failed']
            assert.ok(became.includes(own?.became ?? ''), JSON.stringify(own))
            assert.ok(told.length > 0 && told.length < 20, `${told.length} problems`)
            for (const { host, summary, remedy } of told) {
              assert.equal(host, liar)
              assert.ok(summary.length < 600 && remedy, summary)
            }
          }).timeout(30_000)
        }
      }
    })
  }

  it('keeps a rollback from being begun, with its name and the way to leave it out', async () => {
    for (const [what, lie] of Object.entries({ ...lies, ...oddProbes })) {
      // What goes back lies on the host.
      if (what === ofMachine) continue
      const { request, asked } = fleet.request({ host: liar, kind: 'probe', lie }, {}, true)
      const failure = await rollback(request).then(
        () => assert.fail(what),
        (cause: unknown) => cause,
      )
      assert.ok(failure instanceof ProblemError, `${what}: ${failure}`)
      assert.ok(
        failure.problems.some(({ remedy }) => remedy?.includes(`--limit '!${liar}'`)),
        what,
      )
      assert.deepEqual(asked.get('mon-a'), ['probe'])
    }
  }).timeout(30_000)

  const bodies: Readonly<Record<string, string>> = {
    'no JSON': '<html>hello</html>',
    null: '{"data":null}',
    'a text for an object': '{"data":"x","cluster":"y"}',
    'a number for a list': '{"data":{"activeTargets":{"length":7},"result":3,"groups":1}}',
    'null for a target': '{"data":{"activeTargets":[null],"result":[null],"groups":[null]}}',
    'a target without labels': '{"data":{"activeTargets":[{"health":"up","scrapePool":"node","labels":7}]}}',
    'an object that is called __proto__': '{"data":{"__proto__":{"activeTargets":[]}}}',
    'lists inside lists': '['.repeat(100_000),
  }
  for (const [what, body] of Object.entries(bodies)) {
    it(`fails its own checks only where its programs answer ${what}`, async () => {
      const all = { selection: select(fleet.inventory, {}) }
      const healthy = await verify(fleet.request(undefined, all).request)
      const lying = await verify(fleet.request({ host: 'mon-b', body }, all).request)
      const of = ({ checks }: RunOutcome, target: RegExp) => checks.filter(check => target.test(check.target))
      assert.deepEqual(of(lying, /^mon-a\/prometheus/), of(healthy, /^mon-a\/prometheus/))
      const own = lying.checks.find(
        ({ id, target }) => id === 'prometheus.targets_up' && /^mon-b/.test(target),
      )
      assert.equal(own?.status, 'fail')
      assert.match(own.detail, /prometheus on mon-b: it answered in a shape that promha does not know/)
      const mutual = lying.checks.find(({ id }) => id === 'prometheus.mutual')
      assert.match(mutual?.detail ?? '', /^prometheus on mon-b: /)
    }).timeout(60_000)

    it(`has a row of its own in the status where its programs answer ${what}`, async () => {
      const all = { selection: select(fleet.inventory, {}) }
      const rowsOf = async (lie?: { host: string; body: string }) => {
        const rows = await status(fleet.request(lie, all, true).request)
        return {
          others: rows.filter(({ host }) => host !== 'mon-b'),
          own: rows.filter(({ host }) => host === 'mon-b'),
        }
      }
      const [healthy, lying] = [await rowsOf(), await rowsOf({ host: 'mon-b', body })]
      assert.deepEqual(lying.others, healthy.others)
      assert.deepEqual(
        lying.own.map(({ component }) => component),
        healthy.own.map(({ component }) => component),
      )
    }).timeout(60_000)
  }

  it('has a row in the status whatever it says of its units and times', async () => {
    const all = { selection: select(fleet.inventory, {}) }
    const rowsOf = async (lie?: Lie) =>
      status(fleet.request(lie && { host: liar, kind: 'probe', lie }, all, true).request)
    const healthy = await rowsOf()
    for (const [what, lie] of Object.entries({
      ...lies,
      ...oddProbes,
      'a state called constructor': ((text: string) =>
        text.replaceAll('ActiveState=active', 'ActiveState=constructor')) as Lie,
      'a time of which no date can be made': ((text: string) =>
        text.replaceAll('time=1700000000', 'time=8640000000001')) as Lie,
    })) {
      const rows = await rowsOf(lie)
      assert.equal(rows.length, healthy.length, what)
      const left = (all: typeof rows) => all.filter(({ host }) => host !== liar)
      assert.deepEqual(left(rows), left(healthy), what)
      const own = rows.filter(({ host }) => host === liar)
      assert.ok(
        own.every(({ health }) => typeof health === 'string'),
        what,
      )
      assert.ok(
        own.every(({ lastChange }) => lastChange === null || new Date(lastChange * 1000).toISOString()),
        what,
      )
    }
  }).timeout(60_000)

  it('makes no other host wait by the clock that it shows', async () => {
    const slow: Lie = text =>
      text.replaceAll('ActiveEnterTimestampMonotonic=1', 'ActiveEnterTimestampMonotonic=9e99')
    const { request, events } = fleet.request({ host: liar, kind: 'probe', lie: slow }, {}, true)
    await verify(request)
    assert.ok(
      events.some(
        event => event.type === 'stage-end' && event.stage === 'verify' && event.waited === undefined,
      ),
    )
  }).timeout(60_000)
})
