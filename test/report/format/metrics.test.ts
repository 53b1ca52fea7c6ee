import assert from 'node:assert/strict'
import fc from 'fast-check'
import { visibleLine } from '../../../src/diagnostic/visible.ts'
import { type DriftRun, driftMetrics, lastSuccessIn } from '../../../src/report/format/metrics.ts'
import { change, hostPlan } from '../sample.ts'

const run: DriftRun = {
  inventory: '/srv/inventory.yml',
  ended: 2000,
  duration: 1.25,
  succeeded: true,
  lastSuccess: 1000,
  hosts: [
    hostPlan('mon-a', 'differs', [change, change]),
    hostPlan('mon-b', 'changed', [change]),
    hostPlan('app-01', 'ok'),
    hostPlan('app-02', 'unreachable'),
    hostPlan('app-03', 'rolled-back', [change]),
  ],
}

describe('report/metrics', () => {
  it('has every family with its help and type', () => {
    assert.equal(
      driftMetrics(run),
      `# HELP promha_drift_last_run_timestamp_seconds When the last drift run ended.
# TYPE promha_drift_last_run_timestamp_seconds gauge
promha_drift_last_run_timestamp_seconds{inventory="/srv/inventory.yml"} 2000
# HELP promha_drift_last_success_timestamp_seconds When the last drift run ended that succeeded; 0 before the first.
# TYPE promha_drift_last_success_timestamp_seconds gauge
promha_drift_last_success_timestamp_seconds{inventory="/srv/inventory.yml"} 2000
# HELP promha_drift_success Whether the last drift run looked at every host and no repair failed.
# TYPE promha_drift_success gauge
promha_drift_success{inventory="/srv/inventory.yml"} 1
# HELP promha_drift_duration_seconds How long the last drift run took.
# TYPE promha_drift_duration_seconds gauge
promha_drift_duration_seconds{inventory="/srv/inventory.yml"} 1.25
# HELP promha_drift_differences Differences that the last drift run found and left.
# TYPE promha_drift_differences gauge
promha_drift_differences{inventory="/srv/inventory.yml",host="mon-a"} 2
promha_drift_differences{inventory="/srv/inventory.yml",host="mon-b"} 0
promha_drift_differences{inventory="/srv/inventory.yml",host="app-01"} 0
# HELP promha_drift_repairs Differences that the last drift run put right.
# TYPE promha_drift_repairs gauge
promha_drift_repairs{inventory="/srv/inventory.yml",host="mon-a"} 0
promha_drift_repairs{inventory="/srv/inventory.yml",host="mon-b"} 1
promha_drift_repairs{inventory="/srv/inventory.yml",host="app-01"} 0
`,
    )
  })

  it('keeps the time of the last success where a run failed', () => {
    const failed = driftMetrics({ ...run, succeeded: false })
    assert.match(failed, /^promha_drift_success\{[^}]*\} 0$/m)
    assert.equal(lastSuccessIn(failed), 1000)
    assert.equal(lastSuccessIn(driftMetrics(run)), 2000)
    assert.equal(lastSuccessIn(''), 0)
  })

  it('can be read back whatever the inventory is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), inventory => {
        const text = driftMetrics({ ...run, inventory })
        const lines = text.split('\n').filter(line => line.startsWith('promha_drift_differences{'))
        const read = lines.map(line => /^[^{]*\{inventory="((?:[^"\\]|\\.)*)",/s.exec(line)?.[1])
        const unescaped = read.map(label => label?.replaceAll(/\\(.)/gs, (_, c) => (c === 'n' ? '\n' : c)))
        const shown = visibleLine(inventory)
        assert.deepEqual(unescaped, [shown, shown, shown])
        assert.equal(lastSuccessIn(text), 2000)
      }),
      { examples: [['a"b\\c\nd}'], ['\\n'], ['\r'], ['\u2028 9']] },
    )
  })
})
