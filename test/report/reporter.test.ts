import assert from 'node:assert/strict'
import { error, warning } from '../support/problems.ts'
import { captured, change, check, hostPlan, outcome } from './sample.ts'

describe('report/reporter', () => {
  it('prints one JSON document on standard output and the rest on standard error', async () => {
    const { reporter, out, err } = await captured({ json: true })
    reporter.emit({ type: 'stage-begin', stage: 'probe', total: 1, unit: 'hosts' })
    reporter.emit({ type: 'stage-end', stage: 'probe', elapsed: 300 })
    await reporter.finish(outcome({ result: 'refused', problems: [error('unknown key')] }))
    const document = JSON.parse(out())
    assert.equal(document.result, 'refused')
    assert.deepEqual(document.errors, [{ code: 'test.error', summary: 'unknown key' }])
    assert.match(err(), /^Hosts looked at: 1 host, 0\.30 s\nError: unknown key\n/)
  })

  it('shows no secret in any form', async () => {
    for (const json of [true, false]) {
      let xml = ''
      const junit = async (text: string) => {
        xml = text
      }
      const { reporter, out, err } = await captured({ json, verbosity: 'verbose', diff: 'full', junit })
      reporter.hide(['hunter22"x'])
      const detail = 'password is hunter22"x'
      const leaky = { ...change, reason: detail, diff: `-${detail}\n` }
      reporter.emit({ type: 'host-failed', host: 'mon-a', status: 'failed', problems: [error(detail)] })
      reporter.emit({ type: 'changed', host: 'mon-a', component: 'prometheus', change: leaky })
      const hosts = [hostPlan('mon-a', 'failed', [leaky], [error('no', { detail })])]
      await reporter.finish(outcome({ result: 'failed', hosts, checks: [check('fail', { detail })] }))
      for (const text of [out(), err(), xml]) {
        assert.equal(text.includes('hunter22'), false, text)
        assert.ok(text.includes('****'), text)
      }
    }
  })

  it('keeps its own words where a secret is one of them', async () => {
    const { reporter, out } = await captured({ json: true })
    reporter.hide(['changed', 'update', 'apply'])
    reporter.emit({ type: 'changed', host: 'mon-a', component: 'prometheus', change })
    await reporter.finish(outcome({ result: 'changed', hosts: [hostPlan('mon-a', 'changed', [change])] }))
    const document = JSON.parse(out())
    assert.equal(document.result, 'changed')
    assert.equal(document.hosts['mon-a'].changes[0].action, 'update')
  })

  it('shows what would move the cursor as an escape', async () => {
    const { reporter, err } = await captured()
    await reporter.finish(outcome({ result: 'failed', problems: [error('bad \u001b[2J\u0007 text')] }))
    assert.match(err(), /bad \\x1b\[2J\\x07 text/)
  })

  it('tells before the changes what they mean: of a plan above them, of an apply before it makes them', async () => {
    const problem = warning('another port', { host: 'mon-a', first: true })
    const { reporter, out, err } = await captured({ diff: 'full' })
    reporter.emit({ type: 'problem', problem })
    assert.equal(err(), '')
    reporter.emit({ type: 'stage-begin', stage: 'push' })
    assert.equal(err(), 'Warning: mon-a: another port\n')
    reporter.emit({ type: 'problem', problem: warning('something else') })
    await reporter.finish(outcome({ hosts: [hostPlan('mon-a', 'changed', [change])] }))
    assert.match(out(), /mon-a/)
    const [before = '', after = ''] = err().split('Warning: something else')
    assert.ok(after !== '' && before.endsWith('Warning: another port\n  on mon-a\n\n'), err())
  })

  it('says that nothing changed', async () => {
    const { reporter, out, err } = await captured()
    const hosts = [hostPlan('mon-a', 'ok'), hostPlan('mon-b', 'ok')]
    await reporter.finish(outcome({ hosts, checks: [check('pass')] }))
    assert.match(out(), /^Nothing changed\. 2 hosts: 2 ok\. 1 check passed\. (\d+ min )?[\d.]+ s\n$/)
    assert.equal(err(), '')
  })

  it('shows changes, reasons and differences of a plan', async () => {
    const { reporter, out } = await captured({ diff: 'full', verbosity: 'verbose' })
    const hosts = [hostPlan('mon-a', 'differs', [change]), hostPlan('mon-b', 'ok')]
    await reporter.finish(outcome({ command: 'plan', result: 'differs', hosts }))
    const lines = out().split('\n')
    assert.deepEqual(lines.slice(0, 4), [
      'mon-a',
      '  prometheus',
      '    update  file:/etc/prometheus/prometheus.yml  content differs  reloads prometheus',
      '      --- a',
    ])
    assert.ok(lines.includes('      +scrape_interval: 15s'))
    assert.match(out(), /1 change to make\. 2 hosts: 1 differs, 1 ok\./)
  })

  it('tells all problems of a host at the end, and those of events once', async () => {
    const { reporter, err } = await captured()
    const one = warning('one replica only')
    reporter.emit({ type: 'problem', problem: one })
    const problems = [error('port 9090 is taken', { remedy: 'stop it' }), error('no systemd')]
    await reporter.finish(
      outcome({ result: 'failed', problems: [one], hosts: [hostPlan('mon-b', 'failed', [], problems)] }),
    )
    assert.equal(err().split('one replica only').length, 2)
    assert.match(
      err(),
      /mon-b: failed\n {2}Error: port 9090 is taken\n {4}What to do: stop it\n {2}Error: no systemd/,
    )
  })

  it('prints errors and the summary only when asked for less', async () => {
    const { reporter, out, err } = await captured({ verbosity: 'quiet' })
    reporter.emit({ type: 'problem', problem: warning('one replica only') })
    const checks = [check('pass'), check('fail', { detail: '1 of 2 peers' })]
    await reporter.finish(
      outcome({ command: 'verify', result: 'unverified', hosts: [hostPlan('mon-a', 'ok')], checks }),
    )
    assert.match(out(), /^1 host: 1 ok\. 1 check passed, 1 failed\. [^\n]+\n$/)
    assert.match(err(), /^fail {2}alertmanager\.cluster {2}lab {2}1 of 2 peers\n/)
    assert.equal(err().includes('one replica'), false)
  })

  it('aligns the status table', async () => {
    const { reporter, out } = await captured()
    const row = {
      cell: 'lab',
      host: 'mon-a',
      component: 'prometheus',
      replica: 'a',
      version: '3.13.2',
    } as const
    const status = [
      { ...row, health: 'ready', lastChange: 0, note: '' },
      { ...row, health: 'ready', lastChange: 1e300, note: '' },
      {
        ...row,
        component: 'node_exporter',
        replica: '',
        version: '',
        health: 'stopped',
        lastChange: null,
        note: 'unit failed',
      },
    ] as const
    await reporter.finish(outcome({ command: 'status', status }))
    assert.deepEqual(out().split('\n').slice(0, 4), [
      'HOST   COMPONENT      VERSION  HEALTH   LAST CHANGE',
      'mon-a  prometheus a   3.13.2   ready    1970-01-01 00:00',
      'mon-a  prometheus a   3.13.2   ready    -',
      'mon-a  node_exporter  -        stopped  -',
    ])
    assert.match(out(), /^ {4}unit failed$/m)
    assert.match(out(), /2 of 3 programs ready\./)
  })
})
