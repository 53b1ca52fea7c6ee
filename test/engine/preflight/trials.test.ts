/** What is tried before anything is changed: by whom, when, and how it is told. */
import assert from 'node:assert/strict'
import { definitionOf } from '../../../roles/index.ts'
import type { Trial, TrialFinding } from '../../../roles/trial.ts'
import { type Problem, ProblemError } from '../../../src/diagnostic/problem.ts'
import { apply, drift, plan } from '../../../src/engine/command/run.ts'
import type { Event } from '../../../src/engine/event.ts'
import { carryOutTrials } from '../../../src/engine/preflight/trials.ts'
import { planOf } from '../plans.ts'
import { contextOf, runOf } from '../runs.ts'
import { type Fleet, startFleet } from '../support/fleet.ts'

const finding = (words: string, severity: Problem['severity'] = 'error'): TrialFinding => ({
  key: words,
  problem: from => ({ code: 'test.trial', severity, summary: `${words}: ${from}` }),
})

/** Finds nothing, and notes where it was run. */
const noting = (run: string[], host: string) => async () => {
  run.push(host)
  return []
}

const hosts = ['st-a', 'st-b', 'st-c']

/** What is told of a trial on hosts, on each of which one component changes. */
async function told(
  trial: (host: string) => Trial | undefined,
  of: (host: string) => ReturnType<typeof planOf>[] = host => [planOf(host, 'node_exporter')],
) {
  const events: Event[] = []
  const request = { emit: (event: Event) => void events.push(event), inventory: { cells: [] } } as never
  const runs = hosts.map(host => runOf(host, { plan: of(host), connection: { host } }))
  const thrown = await carryOutTrials(contextOf(runs, { request }), ({ host }) => trial(host)).then(
    () => [],
    failure => {
      assert.ok(failure instanceof ProblemError)
      return failure.problems
    },
  )
  const warnings = events.flatMap(event => (event.type === 'problem' ? [event.problem.summary] : []))
  return { errors: thrown.map(one => one.summary), warnings }
}

describe('trials before a change', () => {
  it('tell hosts together that find the same', async () => {
    const { errors, warnings } = await told(host => ({
      key: 'k',
      run: async () => [finding(host === 'st-b' ? 'denied' : 'no bucket'), finding('slow', 'warning')],
    }))
    assert.deepEqual(errors, ['no bucket: st-a, st-c', 'denied: st-b'])
    assert.deepEqual(warnings, ['slow: st-a, st-b, st-c'])
  })

  it('leave out an exporter of the inventory, which has no definition', async () => {
    const component = 'units_twin_exporter'
    const known = planOf('st-a', 'node_exporter')
    const own = { ...known, component, instance: { ...known.instance, component } }
    const run = runOf('st-a', { plan: [own], connection: { host: 'st-a' } })
    const request = { emit: () => {}, inventory: { cells: [] } } as never
    await carryOutTrials(contextOf([run], { request }))
  })

  it('are carried out once a host, whatever number of its components wants them', async () => {
    const run: string[] = []
    await told(
      host => ({ key: 'k', run: noting(run, host) }),
      host => [planOf(host, 'node_exporter'), planOf(host, 'prometheus')],
    )
    assert.deepEqual(run, hosts)
  })

  it('are for what changes, and not for what leaves', async () => {
    const run: string[] = []
    const trial = (host: string): Trial => ({ key: 'k', run: noting(run, host) })
    await told(trial, host => [
      planOf(host, 'node_exporter', host === 'st-a' ? { changes: [] } : { retired: host === 'st-b' }),
    ])
    assert.deepEqual(run, ['st-c'])
  })

  it('harm one host only if they break', async () => {
    const { errors } = await told(host => ({
      key: 'k',
      run: async () => {
        if (host === 'st-a') throw new Error('odd')
        return []
      },
    }))
    assert.equal(errors.length, 1)
    assert.match(errors[0] ?? '', /st-a.*odd/)
  })

  describe('in a run', () => {
    const definition = definitionOf('node_exporter') as { trial?: unknown }
    let fleet: Fleet
    let tried: string[]
    before(async () => {
      fleet = await startFleet()
    })
    after(() => fleet.close())
    beforeEach(() => {
      tried = []
      definition.trial = ({ host }: { host: string }): Trial => ({
        key: 'k',
        run: async () => {
          tried.push(host)
          return [finding('no bucket')]
        },
      })
    })
    afterEach(() => {
      delete definition.trial
    })

    it('refuse it before anything is changed', async () => {
      const { request, asked } = fleet.request()
      await assert.rejects(apply(request), /no bucket: mon-a, mon-b, app-c/)
      assert.deepEqual(tried.toSorted(), ['app-c', 'mon-a', 'mon-b'])
      for (const kinds of asked.values()) assert.ok(!kinds.includes('change'), kinds.join())
    })

    it('are no part of a plan, and of a look at the drift', async () => {
      await plan(fleet.request().request)
      await drift(fleet.request().request, false)
      assert.deepEqual(tried, [])
    })
  })
})
