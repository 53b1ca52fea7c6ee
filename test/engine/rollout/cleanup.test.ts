import assert from 'node:assert/strict'
import { cleanupHost } from '../../../src/engine/rollout/cleanup.ts'
import { fakeConnection } from '../../support/fake-connection.ts'

/** A host that answers with these sections. */
const answering = (...cleanup: readonly string[]) => fakeConnection('mon-a', { cleanup })

describe('what is told of what was given back', () => {
  it('is files, directories and the unit', async () => {
    const given = 'given prometheus\n/etc/x\ndirectory /etc/prometheus\nenabled prometheus.service\nnoise'
    const { given: told, problems } = await cleanupHost(answering(given, 'end'), 'destroy', ['prometheus'])
    assert.deepEqual(problems, [])
    assert.deepEqual(
      told.map(({ change: { action, resource } }) => `${action} ${resource}`),
      ['create file:/etc/x', 'update directory:/etc/prometheus', 'enable service:prometheus.service'],
    )
  })

  it('is an error where the unit does not run as it did, with what is known and what to do, and no password', async () => {
    const host = answering(
      'given prometheus\n/etc/x',
      'down prometheus',
      'state prometheus\nActiveState=failed\nNRestarts=2\nResult=exit-code',
      'journal prometheus\nopening http://u:hunter2@db/: no such file',
      'manager prometheus\nMain process exited, code=exited, status=203/EXEC',
      'end',
    )
    const { problems } = await cleanupHost(host, 'destroy', ['prometheus'])
    assert.deepEqual(problems, [
      {
        code: 'cleanup.not-running',
        severity: 'error',
        host: 'mon-a',
        resource: 'service:prometheus.service',
        summary: 'prometheus.service was given back, but does not run',
        detail: [
          'It ran before promha was used. systemd says failed (exit-code) and has restarted it 2 times.',
          ...['Its last journal lines:', 'opening http://<masked>@db/: no such file'],
          ...['systemd says:', 'Main process exited, code=exited, status=203/EXEC'],
        ].join('\n'),
        remedy:
          'Fix what its journal says (`journalctl -u prometheus.service` on mon-a), then run `promha destroy --restore` again, which starts it.',
      },
    ])
  })
})
