import assert from 'node:assert/strict'
import { driftLines } from '../../../src/report/text/drift-lines.ts'
import { warning } from '../../support/problems.ts'
import { captured, change, check, hostPlan, outcome } from '../sample.ts'

const stopped = { resource: 'service:prometheus.service', action: 'start', reason: 'not running' } as const

describe('report/drift', () => {
  it('prints a line a difference with four fields, of which only the last has blanks', () => {
    const odd = { ...change, resource: 'file:/etc/a b%c', reason: 'owner is\n a:b,  not c:d' }
    assert.equal(
      driftLines([hostPlan('mon-a', 'differs', [stopped]), hostPlan('mon-b', 'differs', [odd])]),
      'mon-a service:prometheus.service start not running\nmon-b file:/etc/a%20b%25c update owner is a:b, not c:d',
    )
  })

  it('writes the lines and nothing else to standard output', async () => {
    const { reporter, out, err } = await captured()
    const hosts = [hostPlan('mon-a', 'differs', [change]), hostPlan('mon-b', 'ok')]
    const problems = [warning('drift was not repaired')]
    await reporter.finish(outcome({ command: 'drift', result: 'differs', hosts, problems }))
    assert.equal(out(), 'mon-a file:/etc/prometheus/prometheus.yml update content differs\n')
    assert.match(
      err(),
      /^Warning: drift was not repaired\n1 difference\. 2 hosts: 1 differs, 1 ok\. [^\n]+\n$/,
    )
  })

  it('says nothing on standard output where nothing differs', async () => {
    const { reporter, out, err } = await captured()
    await reporter.finish(outcome({ command: 'drift', hosts: [hostPlan('mon-a', 'ok')] }))
    assert.equal(out(), '')
    assert.match(err(), /^No differences\. 1 host: 1 ok\. /)
  })

  it('tells what was repaired, and the checks that failed beside it', async () => {
    const { reporter, out, err } = await captured()
    const hosts = [hostPlan('mon-a', 'changed', [change, stopped]), hostPlan('mon-b', 'ok')]
    const checks = [check('pass'), check('fail', { detail: '1 of 2 peers', remedy: 'look' })]
    await reporter.finish(outcome({ command: 'drift', result: 'unverified', hosts, checks }))
    assert.equal(out().split('\n').length, 3)
    assert.match(
      err(),
      /^fail {2}alertmanager\.cluster {2}lab {2}1 of 2 peers\n {6}To do: look\n2 differences repaired\. /,
    )
  })

  it('prints only the summary when asked for less', async () => {
    const { reporter, out, err } = await captured({ verbosity: 'quiet' })
    const hosts = [hostPlan('mon-a', 'differs', [change])]
    await reporter.finish(outcome({ command: 'drift', result: 'differs', hosts }))
    assert.equal(out(), '')
    assert.match(err(), /^1 difference\. /)
  })

  it('prints the shared document with --json, and not the lines', async () => {
    const { reporter, out } = await captured({ json: true })
    const hosts = [hostPlan('mon-a', 'differs', [change])]
    await reporter.finish(outcome({ command: 'drift', result: 'differs', hosts }))
    const document = JSON.parse(out())
    assert.equal(document.command, 'drift')
    assert.equal(document.changed, 1)
    assert.equal(document.hosts['mon-a'].changes[0].reason, 'content differs')
  })
})
