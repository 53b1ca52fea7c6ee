import assert from 'node:assert/strict'
import type { Emit } from '../../src/engine/event.ts'
import { danglingEndpoint, failStep, hostResult, newProgress, nowDiffers } from '../../src/engine/progress.ts'
import { planOf } from './plans.ts'
import { runOf } from './runs.ts'

const [a, b] = [planOf('mon-a', 'prometheus'), planOf('mon-b', 'prometheus')]

describe('what became of a run', () => {
  it('tells that the pair differs where b fails after a', () => {
    const progress = newProgress()
    progress.results.set(a, 'changed').set(b, 'rolled-back')
    const problem = nowDiffers(progress, b, [a, b, planOf('mon-a', 'alertmanager')])
    assert.equal(
      problem?.summary,
      'the pair now differs: prometheus has the change on mon-a, and not on mon-b',
    )
    assert.equal(problem?.host, 'mon-b')
    assert.equal(problem?.detail, 'What succeeded on mon-a stays as it is.')
  })

  it('tells nothing of that where the first one fails, or what stands alone', () => {
    const progress = newProgress()
    progress.results.set(a, 'rolled-back')
    assert.equal(nowDiffers(progress, a, [a, b]), undefined)
    const [x, y] = [planOf('app-01', 'node_exporter'), planOf('app-02', 'node_exporter')]
    progress.results.set(x, 'changed').set(y, 'failed')
    assert.equal(nowDiffers(progress, y, [x, y]), undefined)
  })

  it('tells where Prometheus has its new config, and what leads to others not', () => {
    const progress = newProgress()
    const proxy = planOf('mon-a', 'haproxy')
    assert.equal(danglingEndpoint(progress, proxy, [a, b, proxy]), undefined)
    progress.results.set(a, 'changed').set(b, 'changed').set(proxy, 'rolled-back')
    const problem = danglingEndpoint(progress, proxy, [a, b, proxy])
    assert.equal(
      problem?.summary,
      'haproxy on mon-a was not changed, but prometheus on mon-a, mon-b has its new config',
    )
    assert.match(problem?.detail ?? '', /change a port of haproxy on mon-a, prometheus gets no answer there/)
    const vip = planOf('mon-a', 'keepalived')
    const addresses = [{ address: '192.0.2.9', peers: [] }]
    const moving = { ...vip, instance: { ...vip.instance, addresses } }
    assert.match(danglingEndpoint(progress, moving, [a, b])?.detail ?? '', /was to change 192\.0\.2\.9, /)
    assert.equal(problem?.severity, 'warning')
    assert.equal(danglingEndpoint(progress, b, [a, b, proxy]), undefined)
  })

  it('counts nothing as changed that the checks before it have ruled out', () => {
    const ruledOut = runOf('mon-a', { plan: [a], status: 'failed' })
    assert.deepEqual(hostResult(ruledOut, newProgress()), ruledOut.result)
  })

  it('spares the rest of a host whose exporter failed and is undone, and still counts it as failed', () => {
    const outcome = (component: string, undone: boolean, rest: Parameters<typeof planOf>[2] = {}) => {
      const [failing, next] = [planOf('mon-a', component, rest), a]
      const progress = newProgress()
      const told: string[] = []
      const result = {
        status: 'failed',
        problems: [],
        ...(undone ? ({ undone: true } as const) : {}),
      } as const
      const emit: Emit = event => told.push(event.type)
      failStep({ progress, request: { emit } }, failing.instance, result)
      progress.results.set(failing, 'failed').set(next, 'changed')
      const run = runOf('mon-a', { plan: [failing, next] })
      return [progress.abandoned.has('mon-a'), told, hostResult(run, progress).status]
    }
    for (const name of ['node_exporter', 'postgres_exporter'])
      assert.deepEqual(outcome(name, true), [false, ['host-failed'], 'failed'], name)
    assert.deepEqual(outcome('postgres_exporter', false), [true, ['host-failed'], 'failed'])
    assert.deepEqual(outcome('postgres_exporter', true, { retired: true }), [true, ['host-failed'], 'failed'])
    for (const name of ['alertmanager', 'prometheus'])
      assert.deepEqual(outcome(name, true), [true, ['host-failed'], 'failed'], name)
  })

  it('says what was begun and what was left', () => {
    const host = (plan: typeof a) => runOf(plan.instance.host, { plan: [plan] })
    const progress = newProgress()
    progress.results.set(a, 'changed')
    assert.equal(hostResult(host(a), progress).status, 'changed')
    const left = hostResult(host(b), progress)
    assert.equal(left.status, 'skipped')
    assert.deepEqual(left.made, [])
    assert.equal(left.problems[0]?.severity, 'warning')
  })
})
