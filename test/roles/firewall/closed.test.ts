import assert from 'node:assert/strict'
import { firewallClosed, peersClosed, strangerTo, strangerToPeers } from '../../../roles/firewall/closed.ts'
import type { HostState } from '../../../src/shell/host/host-state.ts'
import { exporterMembers } from '../../../src/topology/member/members.ts'
import type { CellTopology, Member } from '../../../src/topology/model.ts'
import { judged, state } from '../../verify/judged.ts'
import { movingCell } from '../moving.ts'

const cell = movingCell()
const [guarded] = cell.firewallRules
assert.ok(guarded)

/** The exporters of the cell, and one more. */
function exportersWith({ exporters }: CellTopology, further: Member): CellTopology['exporters'] {
  return exporters.map(one => ({ ...one, members: [...one.members, further] }))
}

describe('peers.closed', () => {
  const [peered] = cell.peered
  assert.ok(peered)
  const app = { ...exporterMembers(cell)[0], host: 'app-02', address: '198.18.0.22' } as never
  const stranger = strangerToPeers({ ...cell, exporters: exportersWith(cell, app) }, peered, () => true)

  it('is tried from a host that is no member', () => {
    assert.deepEqual(stranger, { host: 'app-02', targets: [{ address: '198.18.0.11', port: 8406 }] })
    const members = strangerToPeers(cell, peered, () => true)
    assert.equal(members, undefined)
    const { haproxy, ...without } = peered
    assert.equal(
      strangerToPeers(cell, without, () => true),
      undefined,
    )
  })

  it('fails if a part of the table is gone or changed, or if a stranger comes in', () => {
    const seen = (peers: Partial<HostState['peers']>, reached?: object) =>
      judged(peersClosed(peered, ['keepalived', 'haproxy'], stranger), {
        'mon-a state': state([], {
          peers: { keepalived: 'whole', haproxy: 'whole', ...peers },
        }),
        ...(reached === undefined ? {} : { 'app-02 reach 198.18.0.11 8406': reached }),
      })
    const out = { open: [], silent: [{ port: 8406 }] }
    assert.deepEqual(seen({}, out), { status: 'pass', detail: 'app-02 is kept out of 8406' })
    assert.deepEqual(seen({}), {
      status: 'pass',
      detail: 'the table inet promha_peers is loaded as its files say',
    })
    assert.match(seen({ haproxy: 'unknown' }).detail, /its rules could not be compared there$/)
    const gone = seen({ keepalived: 'missing' }, out)
    assert.equal(gone.status, 'fail')
    assert.equal(gone.detail, 'the chain keepalived of the table inet promha_peers is not loaded')
    assert.match(gone.remedy ?? '', /reload-or-restart promha-keepalived\.service` on mon-a/)
    assert.equal(
      seen({ haproxy: 'changed' }).detail,
      'the chain haproxy of the table inet promha_peers is not what /etc/promha/peers-haproxy.nft says',
    )
    assert.equal(seen({}, { open: [{ port: 8406 }], silent: [] }).status, 'fail')
  })

  it('asks nothing of a program that is not selected', () => {
    const found = judged(peersClosed(peered, ['haproxy'], undefined), {
      'mon-a state': state([], { peers: { keepalived: 'missing', haproxy: 'whole' } }),
    })
    assert.equal(found.status, 'pass')
  })
})

describe('firewall.closed', () => {
  const stranger = strangerTo(
    {
      ...cell,
      exporters: exportersWith(cell, {
        ...exporterMembers(cell)[0],
        host: 'app-02',
        address: '198.18.0.22',
      } as never),
    },
    guarded,
    () => true,
  )

  it('is tried from a host that must not reach it', () => {
    assert.deepEqual(stranger, { host: 'app-02', targets: [{ address: '198.18.0.21', port: 9100 }] })
    assert.equal(
      strangerTo(cell, guarded, () => true),
      undefined,
    )
    assert.equal(
      strangerTo(cell, guarded, () => false),
      undefined,
    )
  })

  it('fails where the table is gone, or a stranger comes in all the same', () => {
    const seen = (table: HostState['table'], open: unknown, silent: unknown = [{ port: 9100 }]) =>
      judged(firewallClosed(guarded, stranger), {
        'app-01 state': state([], { table }),
        ...(open === undefined ? {} : { 'app-02 reach 198.18.0.21 9100': { open, silent } }),
      })
    assert.deepEqual(seen('whole', []), { status: 'pass', detail: 'app-02 is kept out of 9100' })
    assert.equal(seen('missing', []).status, 'fail')
    assert.deepEqual(
      seen('changed', []).detail,
      'the table inet promha is not what /etc/promha/firewall.nft says',
    )
    assert.match(seen('whole', [{ address: '198.18.0.21', port: 9100 }]).detail, /^app-02 reaches 9100/)
    // Where nothing can be compared, that is said, whatever else is seen.
    const loaded = 'the table inet promha is loaded; its rules could not be compared there'
    assert.deepEqual(seen('unknown', [], []), { status: 'pass', detail: loaded })
    assert.equal(seen('unknown', []).detail, `app-02 is kept out of 9100; ${loaded}`)
    // Who cannot try proves nothing, and disproves nothing; nor does a port that refuses.
    assert.equal(seen('whole', [], []).detail, 'the table inet promha is loaded as its file says')
    assert.deepEqual(seen('whole', undefined), {
      status: 'pass',
      detail: 'the table inet promha is loaded as its file says',
    })
  })

  it('warns of another firewall', () => {
    const found = judged(firewallClosed(guarded, undefined), {
      'app-01 state': state([], { firewalls: ['firewalld'] }),
    })
    assert.equal(found.status, 'warn')
    assert.match(found.detail, /^firewalld is active too/)
    assert.match(found.remedy ?? '', /9100\/tcp, 9094\/udp/)
  })
})
