import assert from 'node:assert/strict'
import { generatedJobs } from '../../../src/topology/rules/generated-jobs.ts'

describe('names of scrape jobs that are reserved', () => {
  const generated = generatedJobs({ exporters: { snmp: {}, postgres_reports: { use: 'postgres' } } })

  it('are those of the exporters of the cell, and of what they probe', () => {
    for (const job of ['snmp', 'snmp-probe', 'snmp-probe-2', 'postgres_reports', 'node'])
      assert.ok(generated(job), job)
  })

  it('are no others', () => {
    for (const job of ['postgres', 'snmp-probes', 'snmp-probe-x', 'snmp-2', 'blackbox'])
      assert.ok(!generated(job), job)
  })
})
