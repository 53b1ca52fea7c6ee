import assert from 'node:assert/strict'
import { checks } from '../../../roles/grafana/checks.ts'
import type { CellTopology } from '../../../src/topology/model.ts'
import { api } from '../../../src/verify/answer/answers.ts'
import type { AskedCell } from '../../../src/verify/checks/facet.ts'

const member = (host: string) => {
  const place = { address: '198.18.0.11', port: 3000 }
  return { host, ...place, local: place }
}
const cell = { name: 'eu', grafanas: [member('mon-a'), member('mon-b')] } as unknown as CellTopology

function asked(selected: (host: string) => boolean) {
  const chosen = {
    cell,
    selected: (all: readonly { host: string }[]) => all.filter(({ host }) => selected(host)),
  }
  return checks.cellChecks?.(chosen as unknown as AskedCell).own ?? []
}

describe('grafana.ready', () => {
  it('is one check for each that is chosen, and one row of status each', () => {
    const targets = (all: ReturnType<typeof asked>) => all.map(({ id, target }) => `${id} ${target}`)
    assert.deepEqual(targets(asked(() => true)), [
      'grafana.ready mon-a/grafana',
      'grafana.ready mon-b/grafana',
    ])
    assert.deepEqual(targets(asked(host => host === 'mon-b')), ['grafana.ready mon-b/grafana'])
    assert.deepEqual(
      checks.rows?.(cell).map(({ component, host }) => `${host} ${component}`),
      ['mon-a grafana', 'mon-b grafana'],
    )
  })

  it('passes only if the database is ok too', () => {
    const judged = (body: string) => {
      const [check = assert.fail('no check')] = asked(host => host === 'mon-a')
      const answer = api.database.read(body)
      const { detail, status } = check.judge(() => ({ kind: 'answer', answer }) as never)
      return `${status}: ${detail}`
    }
    assert.equal(judged('{"database":"ok","version":"13.0.1"}'), 'pass: ready, and its database is ok')
    assert.equal(judged('{"database":"failing"}'), 'fail: its database is failing')
    assert.throws(() => judged('{"version":"13.0.1"}'))
    assert.throws(() => judged('<html>'))
  })
})
