import assert from 'node:assert/strict'
import { prometheusConfig } from '../../../roles/prometheus/config.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { read } from '../../inventory/harness.ts'
import { storeSite, twoNodes } from '../../roles/victoriametrics/site.ts'

async function cellOf(text: string) {
  const { inventory, problems } = await read(text)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  const [settings, cell] = [inventory.cells[0], buildTopology(inventory).cells[0]]
  assert.ok(settings?.prometheus && cell)
  return { cell, prometheus: settings.prometheus }
}

const entry = (host: string, address: string, label = 'prometheus_replica') => ({
  name: `promha-victoriametrics-${host}`,
  url: `http://${address}:8428/api/v1/write`,
  queue_config: { max_shards: 10, retry_on_http_429: true },
  write_relabel_configs: [
    { source_labels: ['__name__', label], regex: 'promha_writer;(.+)', target_label: 'writer' },
    { action: 'labeldrop', regex: label },
  ],
})

describe('what replicas write to a store', () => {
  it('goes to each node directly, without the replica label, and with a mark that says who wrote it', async () => {
    const { cell } = await cellOf(storeSite(twoNodes))
    assert.deepEqual(
      cell.sinks.map(({ entry: _, ...sink }) => sink),
      [
        ['vm-a', '198.18.0.13'],
        ['vm-b', '198.18.0.14'],
      ].map(([member, address]) => ({
        name: `promha-victoriametrics-${member}`,
        url: `http://${address}:8428/api/v1/write`,
        store: 'eu',
        kind: 'victoriametrics',
        member,
      })),
    )
    assert.deepEqual(
      cell.sinks.map(sink => sink.entry),
      [entry('vm-a', '198.18.0.13'), entry('vm-b', '198.18.0.14')],
    )
    assert.deepEqual(cell.remoteWrite, {
      interval: 60_000,
      names: ['promha-victoriametrics-vm-a', 'promha-victoriametrics-vm-b'],
    })
  })

  it('drops a replica label of another name', async () => {
    const { cell } = await cellOf(storeSite(twoNodes, 'replica_label: __of'.replace('__', 'one_')))
    assert.deepEqual(cell.sinks[0]?.entry, entry('vm-a', '198.18.0.13', 'one_of'))
  })

  it("stands in prometheus.yml before the user's own", async () => {
    const own = { url: 'http://sink.example.net/write' }
    const { cell, prometheus } = await cellOf(storeSite(twoNodes, `remote_write: [{ url: "${own.url}" }]`))
    assert.deepEqual(prometheusConfig(cell, prometheus, []).remote_write, [
      entry('vm-a', '198.18.0.13'),
      entry('vm-b', '198.18.0.14'),
      own,
    ])
  })
})
