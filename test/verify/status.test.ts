import assert from 'node:assert/strict'
import type { HostState } from '../../src/shell/host/host-state.ts'
import { statusRows } from '../../src/verify/status.ts'
import { movingCell } from '../roles/moving.ts'
import { state } from './judged.ts'
import { healthyFacts, recorded, recordings, stage } from './stage.ts'

describe('status', () => {
  for (const recording of recordings) {
    it(`tells versions and readiness, with answers of Prometheus ${recording.version}`, async () => {
      const { input } = stage(recording, recorded(recording))
      const rows = await statusRows(input)
      assert.deepEqual(
        rows.map(({ host, component, replica, version, health }) => [
          host,
          component,
          replica,
          version,
          health,
        ]),
        [
          ['mon-a', 'prometheus', 'a', recording.scrapedAt, 'ready'],
          ['mon-b', 'prometheus', 'b', recording.scrapedAt, 'ready'],
          ['mon-a', 'alertmanager', 'mon-1', recording.alertmanager, 'ready'],
          ['mon-b', 'alertmanager', 'mon-2', recording.alertmanager, 'ready'],
          ['mon-a', 'node_exporter', '', recording.node, 'ready'],
        ],
      )
      assert.deepEqual(new Set(rows.map(({ lastChange }) => lastChange)), new Set([1_795_351_000]))
    })
  }

  it('tells what does not run, does not answer or cannot be reached', async () => {
    const recording = recordings[1]
    const answers = recorded(recording, '-one-alertmanager-dead')
    const down = {
      'mon-a/prometheus': 'inactive',
      'mon-a/alertmanager': 'failed',
      'mon-a/node_exporter': 'absent',
    }
    const { input, asked } = stage(recording, answers, {
      facts: (host, component) => ({
        ...healthyFacts,
        active: (down as Record<string, string>)[`${host}/${component}`] ?? 'active',
      }),
    })
    const rows = await statusRows(input)
    assert.deepEqual(
      rows.map(({ health, note }) => [health, note]),
      [
        ['stopped', ''],
        ['ready', ''],
        ['stopped', 'the unit has failed'],
        ['not ready', 'nothing listens on 127.0.0.1:29294'],
        ['absent', ''],
      ],
    )
    assert.deepEqual(
      asked.filter(key => key.startsWith('mon-a')),
      [],
    )
    const away = await statusRows({ ...input, unreachable: new Map([['mon-b', 'no route to host']]) })
    assert.deepEqual(
      away.filter(({ host }) => host === 'mon-b').map(({ health, note }) => [health, note]),
      [
        ['unreachable', 'no route to host'],
        ['unreachable', 'no route to host'],
      ],
    )
  })

  it('calls what its host answers for ready only while systemd says that it runs', async () => {
    const seen = async (
      active: string | undefined,
      table: HostState['table'] = 'whole',
      keepalived: HostState['table'] = 'whole',
    ) => {
      const { input } = stage(recordings[0], {})
      const rows = await statusRows({
        ...input,
        topology: { cells: [movingCell()] },
        hosts: new Set(['mon-a', 'app-01']),
        components: new Set(['keepalived', 'firewall']),
        facts: () => (active === undefined ? undefined : { ...healthyFacts, active }),
        askHost: async () => state([], { table, peers: { keepalived, haproxy: 'missing' } }) as never,
      })
      return rows.map(({ component, health, note }) => `${component} ${health} ${note}`.trim())
    }
    for (const active of ['active', 'reloading', 'refreshing'])
      assert.deepEqual(await seen(active), ['keepalived ready', 'firewall ready'])
    for (const active of ['activating', 'deactivating'])
      assert.deepEqual(await seen(active), [
        `keepalived not ready systemd says ${active}`,
        `firewall not ready systemd says ${active}`,
      ])
    assert.match((await seen(undefined)).join(), /keepalived not ready systemd says nothing/)
    assert.deepEqual(await seen('inactive'), ['keepalived stopped', 'firewall stopped'])
    assert.equal((await seen('active', 'unknown'))[1], 'firewall ready')
    assert.deepEqual(await seen('active', 'whole', 'missing'), [
      'keepalived not ready its table is not as it should be',
      'firewall ready',
    ])
    for (const table of ['changed', 'missing'] as const)
      assert.equal((await seen('active', table))[1], 'firewall not ready its table is not as it should be')
  })
})
