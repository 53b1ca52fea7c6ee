import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Inventory } from '../../src/inventory/model.ts'
import { buildTopology } from '../../src/topology/build.ts'
import type { CellTopology } from '../../src/topology/model.ts'
import { host, inventory, labCell, prometheusSettings, randomInventory } from './sample.ts'

function onlyCell(built: Inventory): CellTopology {
  const [cell] = buildTopology(built).cells
  assert.ok(cell)
  return cell
}

describe('buildTopology', () => {
  it('says who is what in a cell', () => {
    const prometheus = prometheusSettings({ externalLabels: { region: 'eu' } })
    const cell = onlyCell(inventory([labCell({ prometheus })]))
    assert.deepEqual(cell.replicas[0], {
      name: 'a',
      host: 'mon-a',
      address: '198.18.0.11',
      port: 9090,
      local: { address: '127.0.0.1', port: 9090 },
    })
    assert.deepEqual(cell.peers[0], {
      host: 'mon-a',
      address: '198.18.0.11',
      port: 9093,
      local: { address: '127.0.0.1', port: 9093 },
      peerName: 'mon-a',
      cluster: { address: '198.18.0.11', port: 9094 },
      advertise: { address: '198.18.0.11', port: 9094 },
    })
    assert.deepEqual(cell.externalLabels, {
      cell: 'lab',
      region: 'eu',
      prometheus_replica: `$${'{REPLICA}'}`,
    })
    assert.deepEqual(
      cell.jobs.map(job => job.name),
      ['prometheus', 'alertmanager', 'node'],
    )
    assert.deepEqual(cell.jobs[2]?.targets[2], {
      address: '198.18.0.21:9100',
      instance: 'app-01:9100',
      labels: { tier: 'web' },
    })
  })

  it('leaves advertising to Alertmanager where only a name is known', () => {
    const hosts = [host('mon-a', 'mon-a.example.net'), host('mon-b', '2001:db8::2'), host('app-01', 'app')]
    const { peers, jobs } = onlyCell(inventory([labCell()], { hosts }))
    assert.deepEqual(
      peers.map(peer => peer.advertise),
      [undefined, { address: '2001:db8::2', port: 9094 }],
    )
    assert.equal(jobs[1]?.targets[1]?.address, '[2001:db8::2]:9093')
  })

  it('follows the path under which a program serves', () => {
    const flags = { 'web.external-url': 'https://example.net/prom/' }
    const moved = onlyCell(inventory([labCell({ prometheus: prometheusSettings({ flags }) })]))
    assert.equal(moved.replicas[0]?.pathPrefix, '/prom')
    assert.equal(moved.jobs[0]?.metricsPath, '/prom/metrics')
    assert.equal(moved.jobs[1]?.metricsPath, undefined)
    const routed = { ...flags, 'web.route-prefix': '/' }
    const cell = onlyCell(inventory([labCell({ prometheus: prometheusSettings({ flags: routed }) })]))
    assert.equal(cell.replicas[0]?.pathPrefix, undefined)
  })

  it('makes every replica see every replica, Alertmanager and exporter', () => {
    fc.assert(
      fc.property(randomInventory, built => {
        for (const [index, cell] of buildTopology(built).cells.entries()) {
          const settings = built.cells[index]
          const instancesOf = (name: string) =>
            cell.jobs
              .find(job => job.name === name)
              ?.targets.map(target => target.instance.replace(/:\d+$/, '')) ?? []
          const sorted = (names: readonly string[] | undefined) => [...(names ?? [])].sort()
          assert.deepEqual(
            sorted(instancesOf('prometheus')),
            sorted(settings?.prometheus?.replicas.map(r => r.host)),
          )
          assert.deepEqual(sorted(instancesOf('alertmanager')), sorted(settings?.alertmanager?.hosts))
          assert.deepEqual(sorted(instancesOf('node')), sorted(settings?.exporters?.node_exporter?.hosts))
          for (const job of cell.jobs) {
            assert.equal(new Set(job.targets.map(target => target.instance)).size, job.targets.length)
          }
        }
      }),
    )
  })

  it('orders the members of a cluster by their names, whatever the inventory’s order', () => {
    fc.assert(
      fc.property(randomInventory, built => {
        for (const { peers } of buildTopology(built).cells) {
          const names = peers.map(peer => peer.peerName)
          assert.deepEqual(names, [...names].sort())
        }
      }),
    )
  })

  it('drops the replica label before anything else happens to an alert', () => {
    fc.assert(
      fc.property(randomInventory, built => {
        for (const { externalLabels, replicaLabel, alertRelabelConfigs } of buildTopology(built).cells) {
          assert.equal(externalLabels[replicaLabel], `$${'{REPLICA}'}`)
          assert.deepEqual(alertRelabelConfigs[0], { action: 'labeldrop', regex: replicaLabel })
        }
      }),
    )
  })
})
