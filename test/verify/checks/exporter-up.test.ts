/** Of a component that has no checks of its own. */
import assert from 'node:assert/strict'
import { components } from '../../../roles/index.ts'
import type { VerifyInput } from '../../../src/verify/input.ts'
import { statusRows } from '../../../src/verify/status.ts'
import { proveSite } from '../../../src/verify/verify.ts'
import { type Answers, byName, recorded, recordings, stage, topologyOf } from '../stage.ts'

const recording = recordings[1]
const port = recording.base + 11
const instance = `mon-b:${port}`

const widget = 'widget_exporter'

function input(): Partial<VerifyInput> {
  const [cell] = topologyOf(recording).cells
  assert.ok(cell)
  const local = { address: '127.0.0.1', port }
  const exporters = {
    component: widget,
    job: 'widget',
    metricsPath: '/widgets',
    members: [{ host: 'mon-b', ...local, local }],
  }
  const targets = [{ address: `127.0.0.1:${port}`, instance, labels: {} }]
  const jobs = [...cell.jobs, { name: 'widget', targets }]
  return {
    topology: { cells: [{ ...cell, jobs, exporters: [...cell.exporters, exporters] }] },
    components: new Set([...components, widget]),
  }
}

/** As each replica sees it; what listens above the base is the recording's node_exporter. */
function answers(health: string, lastError = ''): Answers {
  const all = recorded(recording)
  for (const host of ['mon-a', 'mon-b']) {
    all[`${host}/prometheus /api/v1/targets?state=active`]?.body.data.activeTargets.push({
      ...{ discoveredLabels: {}, labels: { instance }, scrapePool: 'widget', scrapeUrl: '' },
      ...{ health, lastError },
    })
  }
  const body = 'widget_exporter_build_info{version="4.2.0"} 1\n'
  return { ...all, 'mon-b/node_exporter /widgets': { status: 200, body } }
}

describe('an exporter without checks of its own', () => {
  it('is up if the replicas scrape it', async () => {
    const checks = byName(await proveSite(stage(recording, answers('up'), input()).input))
    assert.equal(checks['exporter.up mon-b/widget_exporter']?.detail, 'up on a and b')
    const seen = answers('down', 'connection refused')
    const down = byName(await proveSite(stage(recording, seen, input()).input))
    assert.equal(down['exporter.up mon-b/widget_exporter']?.status, 'fail')
  })

  it('is missed on a host where it is not installed', async () => {
    const missing: VerifyInput['missing'] = (_, component) => component === widget
    const made = { ...input(), missing, tellsMissing: true }
    const checks = byName(await proveSite(stage(recording, answers('up'), made).input))
    assert.equal(
      checks['exporter.up mon-b/widget_exporter']?.detail,
      'widget_exporter is not installed on mon-b',
    )
  })

  it('has a line of status with the version that its metrics tell', async () => {
    const rows = await statusRows(stage(recording, answers('up'), input()).input)
    const row = rows.find(({ component }) => component === widget)
    assert.deepEqual([row?.host, row?.health, row?.version, row?.replica], ['mon-b', 'ready', '4.2.0', ''])
  })
})
