import assert from 'node:assert/strict'
import { documentOf } from '../../../src/report/format/document.ts'
import { error, warning } from '../../support/problems.ts'
import { change, check, hostPlan, outcome, tally } from '../sample.ts'

describe('report/document', () => {
  it('tells of a second apply that nothing changed, without errors', () => {
    const hosts = [hostPlan('mon-a', 'ok'), hostPlan('mon-b', 'ok')]
    assert.deepEqual(documentOf(outcome({ hosts, checks: [check('pass')] }), tally), {
      promha: 1,
      command: 'apply',
      inventory: 'inventory.yml',
      result: 'ok',
      changed: 0,
      duration_s: 12.35,
      waited_s: 9.8,
      hosts: {
        'mon-a': { cell: 'lab', status: 'ok', changes: [], error: null },
        'mon-b': { cell: 'lab', status: 'ok', changes: [], error: null },
      },
      checks: [{ id: 'alertmanager.cluster', target: 'lab', status: 'pass', detail: '2 of 2 peers' }],
    })
  })

  it('counts changes and leaves the diff out', () => {
    const hosts = [hostPlan('mon-a', 'differs', [change, change])]
    const document = documentOf(outcome({ command: 'plan', result: 'differs', hosts }), tally)
    assert.equal(document.changed, 2)
    const { resource, action, reason, effect } = change
    assert.deepEqual(document.hosts?.['mon-a']?.changes[0], { resource, action, reason, effect })
    assert.equal('errors' in document, false)
    assert.equal('checks' in document, false)
  })

  it('names host, resource and place of each error, and keeps warnings apart', () => {
    const source = { file: 'inventory.yml', line: 3, column: 7, text: 'secret' }
    const problems = [
      {
        ...error('unknown key "promteus"', { source, remedy: 'Did you mean "prometheus"?' }),
        code: 'inventory.unknown-key',
      },
      warning('one replica'),
    ]
    const hosts = [
      hostPlan('mon-b', 'unreachable', [], [error('connection refused', { resource: 'service:x' })]),
    ]
    const document = documentOf(outcome({ result: 'failed', problems, hosts }), tally)
    assert.deepEqual(document.errors, [
      {
        code: 'inventory.unknown-key',
        summary: 'unknown key "promteus"',
        remedy: 'Did you mean "prometheus"?',
        file: 'inventory.yml',
        line: 3,
        column: 7,
      },
      { code: 'test.error', summary: 'connection refused', host: 'mon-b', resource: 'service:x' },
    ])
    assert.deepEqual(document.warnings, [{ code: 'test.warning', summary: 'one replica' }])
    assert.equal(document.hosts?.['mon-b']?.error, 'connection refused')
  })

  it('makes an error of each failed check', () => {
    const checks = [check('pass'), check('fail', { detail: '1 of 2 peers', remedy: 'open port 9094' })]
    const document = documentOf(
      outcome({ command: 'verify', result: 'unverified', hosts: [], checks }),
      tally,
    )
    assert.deepEqual(document.errors, [
      { summary: 'alertmanager.cluster failed for lab: 1 of 2 peers', remedy: 'open port 9094' },
    ])
    assert.equal('changed' in document, false)
  })

  it('has errors, if none at all, on an interrupt', () => {
    assert.deepEqual(documentOf(outcome({ result: 'interrupted', hosts: [] }), tally).errors, [])
  })

  it('counts what was changed until an error ended the run', () => {
    const document = documentOf(outcome({ result: 'failed', problems: [error('lost')] }), {
      ...tally,
      changed: 3,
    })
    assert.equal(document.changed, 3)
  })
})
