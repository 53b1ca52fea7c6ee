import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ProblemError } from '../../../src/diagnostic/problem.ts'
import { planInstance } from '../../../src/plan/plan.ts'
import {
  type ComparedHost,
  type PlanToSave,
  type SavedPlan,
  savePlan,
} from '../../../src/plan/saved/saved.ts'
import { isSavedPlan, parseSavedPlan, savedPlanText } from '../../../src/plan/saved/saved-text.ts'
import { stalePlanProblems } from '../../../src/plan/saved/stale.ts'
import type { FileResource, Instance } from '../../../src/resource/model.ts'
import type { Observed } from '../../../src/resource/observed.ts'
import { blank, built, carriedOut, hash, path, prometheus } from '../host.ts'

const config = '/etc/prometheus/prometheus.yml'
const secret = 'hunter2secret'
const wanted: Instance = {
  ...prometheus,
  resources: prometheus.resources.map(resource =>
    resource.kind === 'file' && resource.path === config
      ? ({ ...resource, content: `password: ${secret}` } satisfies FileResource)
      : resource,
  ),
}
const host = carriedOut(planInstance(prometheus, blank, hash), blank)

function hostPlan(name: string, instance: Instance, observed: Observed): ComparedHost {
  const plan = planInstance(instance, observed, hash)
  const withDiffs = { ...plan, changes: plan.changes.map(change => ({ ...change, diff: `+${secret}` })) }
  const status = plan.changes.length > 0 ? 'differs' : 'ok'
  return { host: name, status, plan: [withDiffs], observed, programHash: hash }
}

function saved(instance = wanted, observed = host, rest: Partial<PlanToSave> = {}): SavedPlan {
  const of = (name: string) => hostPlan(name, instance, observed)
  const selection = { hosts: new Set(['mon-b', 'mon-a']), components: new Set(['prometheus'] as const) }
  return savePlan({ inventory: 'inventory.yml', selection, hosts: [of('mon-b'), of('mon-a')], ...rest })
}

const summaries = (now: SavedPlan, then = saved()) =>
  stalePlanProblems(then, now).map(problem => `${problem.host}: ${problem.summary}`)

describe('saved plan', () => {
  it('names each step and holds no content', () => {
    const plan = saved()
    assert.deepEqual(plan.selection, { hosts: ['mon-a', 'mon-b'], components: ['prometheus'] })
    assert.deepEqual(
      plan.hosts.map(({ host: name }) => name),
      ['mon-a', 'mon-b'],
    )
    assert.deepEqual(plan.hosts[0]?.components[0]?.changes, [
      { resource: `file:${config}`, action: 'update', reason: 'content differs' },
      {
        resource: 'service:prometheus.service',
        action: 'reload',
        reason: `file:${config} changes`,
      },
    ])
    assert.ok(!savedPlanText(plan).includes(secret))
  })

  it('is still good where nothing changed but the time', () => {
    const units = new Map([...host.units].map(([name, unit]) => [name, { ...unit, activeFor: 9000 }]))
    const paths = new Map([...host.paths].map(([name, facts]) => [name, { ...facts, mtime: 5 }]))
    assert.deepEqual(summaries(saved(wanted, { ...host, units, paths })), [])
  })

  const stamp = host.records.get('prometheus') ?? assert.fail()
  const unit = host.units.get('prometheus.service') ?? assert.fail()
  const touched: readonly (readonly [string, Observed])[] = [
    ['a file', { ...host, hashes: new Map([...host.hashes, [config, 'x']]) }],
    ['a mode', { ...host, paths: new Map([...host.paths, [config, path('file', 0o600, 'root', 'root')]]) }],
    ['a user', { ...host, users: new Set() }],
    ['a unit', { ...host, units: new Map([['prometheus.service', { ...unit, active: 'failed' }]]) }],
    ['a run', { ...host, records: new Map([['prometheus', { ...stamp, run: '9-y' }]]) }],
    ['a manifest', { ...host, records: new Map([['prometheus', { ...stamp, owned: [] }]]) }],
    ['a leftover', { ...host, unfinished: [{ name: 'prometheus', touched: true }] }],
  ]
  for (const [name, observed] of touched) {
    it(`is stale where ${name} of the host changed, and names it`, () => {
      assert.deepEqual(summaries(saved(wanted, observed)), [
        'mon-a: mon-a changed since the plan was made: its prometheus is not as it was',
        'mon-b: mon-b changed since the plan was made: its prometheus is not as it was',
      ])
    })
  }

  it('is stale where the inventory changed, and names the steps', () => {
    const [problem] = stalePlanProblems(saved(), saved(prometheus))
    assert.match(
      problem?.summary ?? '',
      /the inventory changed since the plan was made.* prometheus on mon-a/,
    )
    assert.match(problem?.detail ?? '', /In the plan and not to do now: update file:/)
    assert.match(problem?.remedy ?? '', /promha plan --out/)
  })

  it('is stale where a component has left or come', () => {
    const empty = { ...saved(), hosts: saved().hosts.map(each => ({ ...each, components: [] })) }
    assert.equal(summaries(empty).length, 2)
    assert.equal(summaries(saved(), empty).length, 2)
  })

  it('is none for other hosts or components', () => {
    const selection = { hosts: new Set(['mon-a']), components: new Set(['prometheus'] as const) }
    assert.match(summaries(saved(wanted, host, { selection })).join(), /for other hosts/)
  })

  it('goes for no host that was not seen then, or is not now', () => {
    const unreachable = (name: string) => ({ host: name, plan: [], status: 'unreachable' as const })
    const blind = saved(wanted, host, { hosts: [unreachable('mon-a'), unreachable('mon-b')] })
    assert.match(summaries(saved(), blind).join(), /mon-a is not in the plan: it was not reached when/)
    assert.match(summaries(blind).join(), /mon-b cannot be compared with the plan: it was not reached/)
  })

  it('comes back from its text, and is the same one', () => {
    const plan = saved(wanted, built(wanted))
    assert.deepEqual(parseSavedPlan(savedPlanText(plan), 'x'), plan)
    assert.ok(isSavedPlan(savedPlanText(plan)))
  })

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['garbage', 'not json', /is not a saved plan/],
    ['a document of --json', '{"promha":1,"command":"plan","hosts":{}}', /is not a saved plan/],
    ['another version', '{"promha":2,"kind":"plan"}', /version 2, and this promha knows version 1/],
    ['a half one', '{"promha":1,"kind":"plan","inventory":"x","hosts":[]}', /not whole/],
  ]
  for (const [name, text, expected] of refused) {
    it(`refuses ${name}`, () => {
      assert.throws(
        () => parseSavedPlan(text, 'plan.json'),
        (thrown: unknown) => {
          assert.ok(thrown instanceof ProblemError)
          assert.match(thrown.problems[0]?.summary ?? '', expected)
          assert.match(thrown.problems[0]?.summary ?? '', /^plan\.json /)
          return true
        },
      )
    })
  }

  it('never takes anything else for a plan, whatever is in the file', () => {
    const text = savedPlanText(saved())
    fc.assert(
      fc.property(fc.nat(text.length - 2), cut => {
        assert.throws(() => parseSavedPlan(text.slice(0, cut), 'x'), ProblemError)
      }),
    )
    fc.assert(
      fc.property(fc.json(), json => {
        assert.throws(() => parseSavedPlan(json, 'x'), ProblemError)
      }),
    )
  })
})
