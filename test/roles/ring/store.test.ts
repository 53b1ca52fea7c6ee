/** How replicas write to a ring, and who is let in. */
import assert from 'node:assert/strict'
import { prometheusConfig } from '../../../roles/prometheus/config.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { read } from '../../inventory/harness.ts'
import { rest, ringSite, threeHosts } from './site.ts'

async function topologyOf(text: string) {
  const { inventory, problems } = await read(text)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  return { cells: buildTopology(inventory).cells, settings: inventory.cells }
}

const members = ['c1 198.18.0.13:9009', 'c2 198.18.0.14:9009', 'c3 198.18.0.15:9009']

describe('writing to a ring', () => {
  it('goes through the HAProxy of each replica’s own host to all members in turn', async () => {
    const { cells, settings } = await topologyOf(ringSite(threeHosts))
    const [cell] = cells
    const [{ prometheus } = assert.fail()] = settings
    assert.ok(cell && prometheus)
    assert.deepEqual(prometheusConfig(cell, prometheus, []).remote_write, [
      {
        name: 'promha-cortex',
        url: 'http://127.0.0.1:9010/api/v1/push',
        // The label by which it knows the replicas stays.
        queue_config: { max_shards: 10, retry_on_http_429: true, batch_send_deadline: '2s' },
      },
    ])
    assert.deepEqual(
      cell.proxies.map(({ host }) => host),
      ['mon-a', 'mon-b'],
    )
    for (const { frontends } of cell.proxies) {
      const [one] = frontends
      assert.deepEqual(
        [one?.name, one?.listen, one?.balance, one?.checkPath, one?.component],
        ['cortex-write', { address: '127.0.0.1', port: 9010 }, 'turns', '/ready', 'cortex'],
      )
      assert.deepEqual(
        one?.servers.map(({ host, address, port }) => `${host} ${address}:${port}`),
        members,
      )
    }
  })

  it('has the port that the inventory says', async () => {
    const { cells } = await topologyOf(ringSite(`{ hosts: [c1, c2, c3], ${rest}, write: { port: 9999 } }`))
    assert.equal(cells[0]?.proxies[0]?.frontends[0]?.listen.port, 9999)
    assert.equal(cells[0]?.sinks[0]?.url, 'http://127.0.0.1:9999/api/v1/push')
  })

  it('is let in, with the members themselves and those who lead readers', async () => {
    const { cells } = await topologyOf(
      ringSite(`{ hosts: [c1, c2, c3], ${rest}, read: { vip: 198.18.0.110/24, hosts: [c4, c1] } }`),
    )
    const rules = cells[0]?.firewallRules.find(({ host }) => host === 'c2')?.rules
    const from = [11, 12, 13, 14, 15, 16].map(end => `198.18.0.${end}`)
    assert.deepEqual(
      rules?.map(rule => [rule.port, rule.from]),
      [9009, 9095, 7946].map(port => [port, from]),
    )
  })

  it('leads to the store of another cell too, from the hosts that write', async () => {
    const own = (name: string, a: number) => `  ${name}:
    hosts: [h${a}, h${a + 1}]
    prometheus:
      replicas: { a: h${a}, b: h${a + 1} }
      alertmanagers: []
      retention: { time: 10d }
      LABEL
    storage: { cell: central }
`
    const text = (label: string) => `promha: 1
hosts: { 'h[1:7]': { address: '198.18.0.[1:7]' } }
cells:
${own('eu', 1).replace('LABEL', '')}${own('us', 3).replace('LABEL', label)}  central:
    hosts: [h5, h6, h7]
    storage: { cortex: { hosts: [h5, h6, h7], ${rest} } }
`
    const { cells } = await topologyOf(text(''))
    assert.deepEqual(
      cells.map(({ proxies }) => proxies.map(({ host, frontends }) => [host, frontends[0]?.name])),
      [
        [
          ['h1', 'cortex-write-central'],
          ['h2', 'cortex-write-central'],
        ],
        [
          ['h3', 'cortex-write-central'],
          ['h4', 'cortex-write-central'],
        ],
        [],
      ],
    )
    assert.deepEqual(
      cells[1]?.proxies[0]?.frontends[0]?.servers.map(({ host }) => host),
      ['h5', 'h6', 'h7'],
    )
    const { problems } = await read(text('replica_label: other'))
    assert.deepEqual(
      problems.map(({ summary }) => summary),
      [
        'the cells that write to the store of cell "central" have different replica labels: "eu" prometheus_replica, "us" other',
      ],
    )
  })
})
