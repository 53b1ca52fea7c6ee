import assert from 'node:assert/strict'
import { deduplicated } from '../../../../roles/prometheus/checks/watchdog.ts'
import type { CellTopology } from '../../../../src/topology/model.ts'
import { judged } from '../../../verify/judged.ts'

const peer = {
  ...{ host: 'mon-a', component: 'alertmanager', instance: 'mon-a:9093' },
  local: { address: '127.0.0.1', port: 9093 },
}
const cell = { name: 'eu', externalLabels: {}, alertRelabelConfigs: [], peers: [] } as unknown as CellTopology

/** An Alertmanager that holds the alert once for each of these sets of labels. */
function holding(...alerts: readonly Readonly<Record<string, string>>[]): string {
  const check = deduplicated(cell, [], [peer])
  const [need] = check.needs
  assert.ok(need?.kind === 'http')
  const body = alerts.map((labels, at) => ({
    ...{ fingerprint: `f${at}`, updatedAt: '2026-12-01T06:00:00Z' },
    labels: { promha: 'watchdog', ...labels },
  }))
  return judged(check, { [`mon-a/alertmanager ${need.path}`]: JSON.stringify(body) }).detail ?? ''
}

describe('alert.deduplicated', () => {
  it('names the labels in which two of the alert differ, also one that only one of them has', () => {
    assert.equal(
      holding({ zone: 'x', team: 'a', region: 'r' }, { zone: 'y', team: 'a' }),
      'the Watchdog: mon-a holds 2 of it, which differ in zone, region',
    )
  })

  it('bears an Alertmanager that holds very many, each with a label of its own', () => {
    const many = Array.from({ length: 20_000 }, (_, at) => ({ [`label_${at}`]: 'x' }))
    assert.match(holding(...many), /mon-a holds 20000 of it, which differ in label_0, .* and 19995 more$/)
  }).timeout(10_000)
})
