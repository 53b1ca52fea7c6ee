import assert from 'node:assert/strict'
import type { Change } from '../../../src/plan/model.ts'
import { plain, styleFor } from '../../../src/report/style.ts'
import { changesText, effectText } from '../../../src/report/text/changes.ts'
import { change, hostPlan } from '../sample.ts'

const changes: readonly Change[] = [
  change,
  { resource: 'file:/etc/prometheus/file_sd/x.yml', action: 'delete', reason: 'left', effect: 'none' },
  { resource: 'service:prometheus.service', action: 'restart', reason: 'why', effect: 'restart' },
]

describe('report/changes', () => {
  it('tells of each change why it happens and what it interrupts', () => {
    const text = changesText([hostPlan('mon-a', 'differs', changes)], {
      diff: false,
      verbosity: 'normal',
      style: plain,
    })
    assert.deepEqual(
      text.split('\n').map(line => line.trim().split(/ {2,}/)),
      [
        ['mon-a'],
        ['prometheus'],
        ['update', 'file:/etc/prometheus/prometheus.yml', 'content differs', 'reloads prometheus'],
        ['delete', 'file:/etc/prometheus/file_sd/x.yml', 'left', 'interrupts nothing'],
        ['restart', 'service:prometheus.service', 'why', 'restarts prometheus'],
      ],
    )
  })

  it('shows the difference of what is removed', () => {
    const gone: Change = {
      ...change,
      action: 'delete',
      diff: '--- /etc/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-old\n',
    }
    const style = styleFor({ isTTY: true }, { TERM: 'xterm' })
    const text = changesText([hostPlan('mon-a', 'differs', [gone])], {
      diff: true,
      verbosity: 'normal',
      style,
    })
    assert.match(text, new RegExp(`${'\u001b'}\\[31mdelete${'\u001b'}\\[39m`))
    assert.ok(text.includes(style.red('-old')))
  })

  it('says what becomes of the service', () => {
    const of = (action: Change['action'], effect?: Change['effect']) =>
      effectText('prometheus', { resource: 'service:x', action, reason: '', ...(effect ? { effect } : {}) })
    assert.equal(of('start', 'none'), 'starts prometheus')
    assert.equal(of('stop', 'restart'), 'stops prometheus')
    assert.equal(of('enable', 'none'), 'interrupts nothing')
    assert.equal(of('adopt'), '')
  })
})
