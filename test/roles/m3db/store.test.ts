/** How replicas write to M3DB, how it is read, and who is let in. */
import assert from 'node:assert/strict'
import { haproxyConfig } from '../../../roles/haproxy/role.ts'
import { prometheusConfig } from '../../../roles/prometheus/config.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { read } from '../../inventory/harness.ts'
import { etcd, m3dbSite } from './site.ts'

async function cellOf(text: string) {
  const { inventory, problems } = await read(text)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  const [cell] = buildTopology(inventory).cells
  const [settings] = inventory.cells
  assert.ok(cell && settings?.prometheus)
  return { cell, prometheus: settings.prometheus }
}

const withRead = `{ hosts: [m1, m2, m3], ${etcd}, retention: 30d, read: { vip: 198.18.0.110/24, hosts: [mon-a] } }`

describe('writing to M3DB', () => {
  it('goes from every replica to every node, as samples to aggregate', async () => {
    const { cell, prometheus } = await cellOf(m3dbSite())
    assert.deepEqual(
      prometheusConfig(cell, prometheus, []).remote_write,
      ['m1', 'm2', 'm3'].map((host, index) => ({
        name: `promha-m3db-${host}`,
        url: `http://198.18.0.${13 + index}:7201/api/v1/prom/remote/write`,
        headers: { 'M3-Write-Type': 'aggregate' },
        queue_config: { max_shards: 10, retry_on_http_429: true },
        write_relabel_configs: [
          {
            source_labels: ['__name__', 'prometheus_replica'],
            regex: 'promha_writer;(.+)',
            target_label: 'writer',
          },
          { action: 'labeldrop', regex: 'prometheus_replica' },
        ],
      })),
    )
    assert.deepEqual(cell.proxies, [])
    assert.deepEqual(
      cell.sinks.map(({ member }) => member),
      ['m1', 'm2', 'm3'],
    )
  })

  it('is scraped where it tells its metrics', async () => {
    const { cell } = await cellOf(m3dbSite())
    const targets = (name: string) =>
      cell.jobs.find(job => job.name === name)?.targets.map(({ instance }) => instance)
    assert.deepEqual(targets('m3db'), ['m1:7203', 'm2:7203', 'm3:7203'])
    assert.deepEqual(targets('m3db_etcd'), ['m1:2381', 'm2:2381', 'm3:2381'])
    const dropped = (name: string) => cell.jobs.find(job => job.name === name)?.metricRelabelConfigs
    const rule = (regex: string) => [{ source_labels: ['__name__'], regex, action: 'drop' }]
    assert.deepEqual(dropped('m3db'), rule('.+_bucket'))
    assert.deepEqual(dropped('m3db_etcd'), rule('grpc_server_.+'))
    assert.equal(dropped('prometheus'), undefined)
  })

  it('is let in, and nobody but members at the ports of members', async () => {
    const { cell } = await cellOf(m3dbSite(withRead))
    const rules = cell.firewallRules.find(({ host }) => host === 'm2')?.rules
    const at = (...ends: number[]) => ends.map(end => `198.18.0.${end}`)
    const all = at(11, 12, 13, 14, 15)
    assert.deepEqual(
      rules?.map(rule => [rule.port, rule.from]),
      [
        [2381, all],
        [2379, at(13, 14, 15)],
        [2380, at(13, 14, 15)],
        [7201, all],
        [7203, all],
        [9000, at(13, 14, 15)],
      ],
    )
  })
})

describe('reading from M3DB', () => {
  it('goes through a HAProxy that says what is to be read', async () => {
    const { cell } = await cellOf(m3dbSite(withRead))
    const [proxy] = cell.proxies
    assert.ok(proxy)
    const lines = haproxyConfig(cell, proxy).split('\n')
    const own = lines.slice(lines.indexOf('listen m3db')).map(line => line.trim())
    assert.ok(own.includes("http-request set-header M3-Metrics-Type 'aggregated'"), own.join('\n'))
    assert.ok(own.includes("http-request set-header M3-Storage-Policy '15s:720h'"))
    // One that is not founded yet, or still reads, answers nothing of it.
    assert.ok(own.includes("http-check send meth GET uri '/ready'"))
    assert.ok(own.includes(`http-check expect string '"id":"aggregated"'`))
    const ports = own.filter(line => /^server m\d /.test(line))
    assert.match(ports[0] ?? '', /198\.18\.0\.13:7201 check/)
    assert.equal(ports.length, 6)
    assert.deepEqual(
      cell.storeDatasources.map(({ name, url }) => [name, url]),
      [['M3DB', 'http://198.18.0.110:7211']],
    )
  })

  it('is not offered to Grafana without that', async () => {
    const { cell } = await cellOf(m3dbSite())
    assert.deepEqual(cell.storeDatasources, [])
  })

  it('keeps a sample for each scrape interval of those who write', async () => {
    const { cell } = await cellOf(m3dbSite(withRead, '1500ms'))
    assert.equal(cell.proxies[0]?.frontends[0]?.headers?.['M3-Storage-Policy'], '1.5s:720h')
  })
})
