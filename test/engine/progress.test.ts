import assert from 'node:assert/strict'
import { ledAstray, newProgress, nowDiffers, settle } from '../../src/engine/progress.ts'
import type { HostPlan } from '../../src/plan/model.ts'
import { planOf } from './plans.ts'

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
    assert.equal(ledAstray(progress, proxy, [a, b, proxy]), undefined)
    progress.results.set(a, 'changed').set(b, 'changed').set(proxy, 'rolled-back')
    const problem = ledAstray(progress, proxy, [a, b, proxy])
    assert.equal(problem?.summary, 'Prometheus on mon-a, mon-b has its new config, and haproxy not')
    assert.equal(problem?.severity, 'warning')
    assert.equal(ledAstray(progress, b, [a, b, proxy]), undefined)
  })

  it('counts nothing as changed that the checks before it have ruled out', () => {
    const ruledOut: HostPlan = {
      host: 'mon-a',
      cells: ['eu'],
      instances: [a],
      problems: [],
      status: 'failed',
    }
    assert.deepEqual(settle(ruledOut, newProgress()).instances[0]?.changes, [])
  })

  it('says what was begun and what was left', () => {
    const host = (plan: typeof a): HostPlan => ({
      host: plan.instance.host,
      cells: ['eu'],
      instances: [plan],
      problems: [],
      status: 'differs',
    })
    const progress = newProgress()
    progress.results.set(a, 'changed')
    assert.equal(settle(host(a), progress).status, 'changed')
    const left = settle(host(b), progress)
    assert.equal(left.status, 'skipped')
    assert.deepEqual(left.instances[0]?.changes, [])
    assert.equal(left.problems[0]?.severity, 'warning')
  })
})
