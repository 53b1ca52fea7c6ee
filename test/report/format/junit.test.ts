import assert from 'node:assert/strict'
import { junitText } from '../../../src/report/format/junit.ts'
import { error } from '../../support/problems.ts'
import { check, hostPlan, outcome, tally } from '../sample.ts'

describe('report/junit', () => {
  it('has a case a host and a case a check', () => {
    const hosts = [hostPlan('mon-a', 'changed'), hostPlan('mon-b', 'unreachable', [], [error('refused')])]
    const checks = [check('pass'), check('fail', { detail: '1 of 2 peers' }), check('skip'), check('warn')]
    const xml = junitText(outcome({ result: 'failed', hosts, checks }), tally)
    assert.match(xml, /<testsuites name="promha apply" time="12\.345">/)
    assert.match(xml, /<testsuite name="hosts" tests="2" failures="0" errors="1" skipped="0">/)
    assert.match(xml, /<testsuite name="checks" tests="4" failures="1" errors="0" skipped="1">/)
    assert.match(xml, /name="mon-b"><error message="refused">refused<\/error>/)
  })

  it('stays XML whatever a tool said', () => {
    const xml = junitText(
      outcome({ result: 'refused', problems: [error('a < b & "c"\n\u0000\ud800')] }),
      tally,
    )
    assert.match(xml, /message="a &lt; b &amp; &quot;c&quot;&#10;\\x00\\ud800"/)
  })
})
