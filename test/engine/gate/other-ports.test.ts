import assert from 'node:assert/strict'
import { withJournal } from '../../../src/engine/gate/gate.ts'
import { type Asked, withOtherPorts } from '../../../src/engine/gate/other-ports.ts'
import { serviceProblem } from '../../../src/verify/messages.ts'
import { fakeConnection } from '../../support/fake-connection.ts'
import { planOf } from '../plans.ts'

const { instance } = planOf('mon-a', 'node_exporter')
const late = serviceProblem.notReady(
  { host: 'mon-a', resource: 'service:node_exporter.service' },
  {
    component: 'node_exporter',
    host: 'mon-a',
    waited: 300_000,
    seen: 'does not listen yet (127.0.0.1:9100)',
  },
)

function told(listens: readonly number[], over: Partial<Asked> = {}) {
  return withOtherPorts(late, { ...instance, ...over }, { listens })
}

describe('a program that opens another port than the one where it is asked', () => {
  it('is told by both ports, with the keys of an own program', () => {
    const { code, summary, detail, remedy, host } = told([9200], { ownPort: 'port' })
    assert.equal(code, 'gate.other-port-of-own')
    assert.equal(summary, 'node_exporter listens on 9200 instead of 9100')
    assert.equal(detail, late.summary)
    assert.match(remedy ?? '', /at port 9200, set `port:` to that\. Otherwise set `listen_flag:` to the flag/)
    assert.equal(host, 'mon-a')
    assert.match(told([9200, 9300], { ownPort: 'listen' }).remedy ?? '', /9200 or 9300, set `listen:`/)
  })

  it('is told with the usual remedy if promha knows its flag', () => {
    assert.equal(told([9200]).remedy, late.remedy)
  })

  it('is no such thing if it has the port, none, or only those that are meant', () => {
    for (const listens of [[], [9100], [9100, 9200]]) assert.equal(told(listens), late)
    const service = { ...instance.service, ports: [{ protocol: 'tcp', port: 9125 }] } as const
    assert.equal(told([9125], { service }), late)
    const other = { ...late, code: 'service.config-refused' }
    assert.equal(withOtherPorts(other, instance, { listens: [9200] }), other)
  })

  it('is looked for in the same command as the journal, also if that is withheld', async () => {
    const connection = fakeConnection('mon-a', {
      diagnosis: ['state', 'journal\nListening', 'listens\n9200'],
    })
    const asked = { ...instance, ownPort: 'port' } as const
    const unit = 'node_exporter.service'
    const { summary, detail } = await withJournal(connection, { unit, checks: [], asked }, late, 5)
    assert.equal(summary, 'node_exporter listens on 9200 instead of 9100')
    assert.deepEqual(detail?.split('\n'), [late.summary, 'Its last journal lines:', 'Listening'])
    const checks = [{ program: 'x', root: '/', args: [], withheld: true }] as const
    const concealed = await withJournal(connection, { unit, checks, asked }, late, 5)
    assert.equal(concealed.summary, summary)
    assert.doesNotMatch(concealed.detail ?? '', /Listening/)
    assert.equal(connection.commands, 2)
    assert.doesNotMatch(connection.sent[1]?.script ?? 'journalctl', /journalctl/)
  })
})
