import assert from 'node:assert/strict'
import { byName, type HostRun } from '../../../src/engine/host-run.ts'
import { notChecked, notInstalled } from '../../../src/engine/session/not-installed.ts'
import type { Component } from '../../../src/inventory/model.ts'
import { planOf } from '../plans.ts'
import { runOf } from '../runs.ts'

interface Unit {
  readonly load?: string
  readonly active?: string
}

/** A host as a probe saw it; `confirmed`: components that have passed a gate. */
function seen(
  name: string,
  units: Readonly<Partial<Record<Component, Unit>>>,
  confirmed: readonly Component[] = [],
): HostRun {
  const components = Object.keys(units) as Component[]
  const observed = {
    units: new Map(
      components.map(component => [
        `${component}.service`,
        { load: 'loaded', active: 'inactive', ...units[component] },
      ]),
    ),
    records: new Map(confirmed.map(component => [component, {}])),
  }
  const desired = components.map(component => planOf(name, component).instance)
  return runOf(name, { desired, observed })
}

const none = { load: 'not-found' }
const runs = { active: 'active' }

describe('what a failed run left uninstalled', () => {
  it('had no unit before, and has passed no gate', () => {
    const before = [
      seen('mon-a', { prometheus: none, alertmanager: none, node_exporter: none }),
      seen('mon-b', { prometheus: none, alertmanager: runs }, ['alertmanager']),
    ]
    const now = [
      seen('mon-a', { prometheus: { active: 'failed' }, alertmanager: none, node_exporter: runs }, [
        'node_exporter',
      ]),
      seen('mon-b', { prometheus: none, alertmanager: { active: 'failed' } }, ['alertmanager']),
    ]
    assert.deepEqual(notInstalled(byName(before), byName(now)), [
      { host: 'mon-a', component: 'prometheus' },
      { host: 'mon-a', component: 'alertmanager' },
      { host: 'mon-b', component: 'prometheus' },
    ])
  })

  it('is not what ran before without promha, what runs now, or what nobody looked at', () => {
    const [before, now] = [
      seen('a', { prometheus: runs, alertmanager: none }),
      seen('a', { prometheus: none, alertmanager: runs }),
    ]
    assert.deepEqual(notInstalled(byName([before]), byName([now])), [])
    assert.deepEqual(notInstalled(byName([{ ...before, session: {} }]), byName([now])), [])
    assert.deepEqual(notInstalled(new Map(), byName([now])), [])
  })

  it('is told in one line, with a few of many hosts', () => {
    assert.equal(notChecked([]), undefined)
    const many = Array.from({ length: 9 }, (_, at) => ({
      host: `app-0${at}`,
      component: 'node_exporter' as const,
    }))
    const problem = notChecked([
      { host: 'mon-a', component: 'prometheus' },
      { host: 'mon-b', component: 'prometheus' },
      ...many,
    ])
    assert.equal(problem?.severity, 'warning')
    assert.equal(
      problem?.summary,
      'not checked, because the run failed before it was installed: prometheus on mon-a, mon-b; ' +
        'node_exporter on app-00, app-01, app-02, app-03, app-04 and 4 more',
    )
  })
})
