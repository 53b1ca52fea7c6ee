/** After a failed run: what was never installed is no matter of verify, and what is there is compared without it. */

import assert from 'node:assert/strict'
import { components } from '../../../roles/index.ts'
import type { Component } from '../../../src/inventory/model.ts'
import { exporterMembers } from '../../../src/topology/member/members.ts'
import { checksIn } from '../../../src/verify/checks/cell.ts'
import { knownComponents } from '../../../src/verify/checks/known.ts'
import type { VerifyInput } from '../../../src/verify/input.ts'
import { proveSite } from '../../../src/verify/verify.ts'
import { movingCell } from '../../roles/moving.ts'
import { byName, healthyFacts, recorded, recordings, stage } from '../stage.ts'

const recording = recordings[1]
const isIn =
  (...names: readonly string[]): NonNullable<VerifyInput['missing']> =>
  (host, component) =>
    names.includes(`${host}/${component}`)

/** The recorded pair, of which these are not installed: nothing listens there. */
function without(...names: readonly string[]) {
  const answers = recorded(recording)
  for (const host of ['mon-a', 'mon-b']) answers[`${host}/prometheus /api/v1/rules`]?.body.data.groups.shift()
  for (const [key, answer] of Object.entries(answers)) {
    if (names.includes(key.replace(/ .*/, ''))) answer.refused = true
    if (!key.endsWith('state=active')) continue
    for (const target of answer.body.data.activeTargets) {
      const [host] = target.labels.instance.split(':')
      const component = target.scrapePool === 'node' ? 'node_exporter' : target.scrapePool
      if (names.includes(`${host}/${component}`))
        Object.assign(target, { health: 'down', lastError: 'refused' })
    }
  }
  const facts = (host: string, component: Component) =>
    names.includes(`${host}/${component}`) ? { ...healthyFacts, active: 'absent' } : healthyFacts
  return stage(recording, answers, { facts, patience: 60_000, afterChange: false, missing: isIn(...names) })
}

describe('verify of what a failed run left uninstalled', () => {
  it('has no check about it, and waits for nothing', async () => {
    const began = performance.now()
    const { input, asked } = without('mon-b/prometheus')
    const checks = await proveSite(input)
    assert.ok(performance.now() - began < 5_000)
    assert.deepEqual(
      asked.filter(key => key.startsWith('mon-b/prometheus')),
      [],
    )
    assert.deepEqual(
      checks.filter(({ status, target }) => status === 'fail' || target === 'mon-b/prometheus'),
      [],
    )
    const seen = byName(checks)
    assert.doesNotMatch(seen['prometheus.targets_up mon-a/prometheus']?.detail ?? 'mon-b', /mon-b:29291/)
    assert.equal(seen['prometheus.ready mon-a/prometheus']?.status, 'pass')
    assert.equal(seen['alertmanager.cluster lab']?.status, 'pass')
    assert.equal(seen['exporter.up mon-a/node_exporter']?.detail, 'up on a')
  })

  it('says why members are not compared, if only one is there', async () => {
    const seen = byName(await proveSite(without('mon-b/prometheus', 'mon-b/alertmanager').input))
    for (const [name, component] of [
      ['prometheus.config_identical lab', 'prometheus'],
      ['prometheus.targets_identical lab', 'prometheus'],
      ['prometheus.mutual lab', 'prometheus'],
      ['alertmanager.cluster lab', 'alertmanager'],
      ['alertmanager.config_identical lab', 'alertmanager'],
    ] as const) {
      assert.equal(seen[name]?.status, 'skip', name)
      assert.equal(seen[name]?.detail, `${component} is not installed on mon-b`)
    }
    assert.equal(seen['prometheus.alertmanagers mon-a/prometheus']?.detail, 'sends to 1 of 1 Alertmanagers')
    assert.match(seen['alert.deduplicated lab']?.detail ?? '', /one alert on 1 of 1 Alertmanagers/)
  })

  it('is silent if nothing of a component is there', async () => {
    const { input, asked } = without(
      'mon-a/prometheus',
      'mon-b/prometheus',
      'mon-a/alertmanager',
      'mon-b/alertmanager',
    )
    assert.deepEqual(await proveSite(input), [])
    assert.deepEqual(asked, [])
  })

  it('fails one check of its own, if no run has told of it', async () => {
    const { input } = without('mon-b/prometheus', 'mon-b/alertmanager', 'mon-a/node_exporter')
    const checks = await proveSite({ ...input, tellsMissing: true })
    assert.deepEqual(
      checks
        .filter(({ status }) => status === 'fail')
        .map(({ id, target, detail }) => `${id} ${target}: ${detail}`),
      [
        'prometheus.ready mon-b/prometheus: prometheus is not installed on mon-b',
        'alertmanager.ready mon-b/alertmanager: alertmanager is not installed on mon-b',
        'exporter.up mon-a/node_exporter: node_exporter is not installed on mon-a',
      ],
    )
  })

  it('still checks what was there before, and does not wait for what is down', async () => {
    const { input } = without('mon-b/prometheus')
    const began = performance.now()
    const seen = byName(await proveSite({ ...input, missing: () => false }))
    assert.ok(performance.now() - began < 5_000)
    const ready = seen['prometheus.ready mon-b/prometheus']
    assert.equal(ready?.detail, 'prometheus on mon-b: it is not installed')
    assert.match(ready?.remedy ?? '', /promha apply/)
    assert.equal(seen['prometheus.mutual lab']?.status, 'fail')
  })

  it('asks no host for what is missing there, in a cell with everything', async () => {
    const known = await knownComponents()
    const cell = movingCell()
    const hosts = new Set(
      [...cell.replicas, ...exporterMembers(cell), ...cell.firewallRules].map(({ host }) => host),
    )
    const gone = [...hosts][1] ?? assert.fail()
    for (const component of components) {
      const missing = isIn(`${gone}/${component}`)
      const chosen = {
        hosts,
        components: new Set(components),
        unreachable: new Map(),
        facts: () => healthyFacts,
        missing,
      }
      const asked = checksIn(cell, chosen, known)
      const wrong = asked.filter(
        ({ target, needs }) =>
          target === `${gone}/${component}` ||
          needs.some(
            need =>
              need.kind === 'http' && need.program.host === gone && need.program.component === component,
          ),
      )
      assert.deepEqual(
        wrong.map(({ id, target }) => `${id} ${target}`),
        [],
        component,
      )
      const all = checksIn(cell, { ...chosen, missing: () => true }, known)
      assert.deepEqual(
        all.map(({ id }) => id),
        [],
      )
    }
  })
})
