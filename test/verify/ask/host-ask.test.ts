import assert from 'node:assert/strict'
import type { Connection } from '../../../src/ssh/connection.ts'
import { hostState, notifyLog, reach, runHostAsk, unitRuns } from '../../../src/verify/ask/host-ask.ts'
import type { HostAsk } from '../../../src/verify/ask/question.ts'

/** Asks a host whose script prints these sections. */
function asked<A>(ask: HostAsk<A>, sections: readonly string[], stderr = ''): Promise<A> {
  const connection = {
    host: 'mon-a',
    run: async ({ script, root }: { readonly script: string; readonly root?: boolean }) => {
      assert.equal(root, ask.script.root)
      const [, nonce = ''] = /((?:promha-)?[0-9a-f]{16,}) /.exec(script) ?? []
      return { stdout: Buffer.from(sections.map(text => `${nonce} ${text}\n`).join('')), stderr, code: 0 }
    },
  } as unknown as Connection
  return runHostAsk(connection, ask)
}

describe('a question to a host itself', () => {
  it('has the type of its answer', async () => {
    const state = await asked(hostState, [
      'addresses\n1: eth0 inet 198.18.0.11/24',
      'tables\npromha whole',
      'end',
    ])
    assert.deepEqual([state.addresses, state.table], [['198.18.0.11'], 'whole'])
    const { open } = await asked(reach([{ address: '198.18.0.12', port: 9094 }]), [
      'reached\n198.18.0.12 9094 open',
      'end',
    ])
    assert.deepEqual(open, [{ address: '198.18.0.12', port: 9094 }])
    assert.deepEqual(await asked(notifyLog, ['lines\nmsg="Notify for alerts failed"', 'end']), [
      'msg="Notify for alerts failed"',
    ])
  })

  it('takes a unit that reloads for one that runs', async () => {
    const said = async (word: string) =>
      (await asked(unitRuns('x.service'), [`state\nActiveState=${word}`, 'journal', 'end'])).runs
    assert.deepEqual(
      await Promise.all(['active', 'reloading', 'refreshing', 'activating', 'failed'].map(said)),
      [true, true, true, false, false],
    )
  })

  it('is not answered if the script did not end, which is said with what the host says', async () => {
    await assert.rejects(asked(hostState, ['addresses'], 'sh: ip: not found\n'), {
      reason: 'failed',
      message: 'its network state could not be read: sh: ip: not found',
    })
    await assert.rejects(asked(reach([]), ['reached\nnone', 'end']), { reason: 'impossible' })
  })
})
