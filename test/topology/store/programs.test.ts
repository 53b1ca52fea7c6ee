import assert from 'node:assert/strict'
import { buildTopology } from '../../../src/topology/build.ts'
import { read } from '../../inventory/harness.ts'
import { readable, storeSite, twoNodes } from '../../roles/victoriametrics/site.ts'

async function cellOf(text: string) {
  const { inventory, problems } = await read(text)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  const [cell] = buildTopology(inventory).cells
  assert.ok(cell)
  return cell
}

const of = (cell: Awaited<ReturnType<typeof cellOf>>, host: string) =>
  cell.firewallRules.find(one => one.host === host)?.rules

const four = ['198.18.0.11', '198.18.0.12', '198.18.0.13', '198.18.0.14']

describe('the programs of a store', () => {
  it('are scraped, and know by whom and how often they are written to', async () => {
    const cell = await cellOf(storeSite(twoNodes, 'global: { scrape_interval: 15s }'))
    const [store] = cell.stores
    assert.deepEqual(
      {
        ...store,
        members: store?.members.map(({ host, port }) => `${host}:${port}`),
        writing: store?.writing.map(({ host, address }) => `${host} ${address}`),
      },
      {
        ...{ component: 'victoriametrics', job: 'victoriametrics', metricsPath: '/metrics' },
        ...{ store: 'victoriametrics', writers: ['eu'], interval: 15_000 },
        replicaLabel: 'prometheus_replica',
        members: ['vm-a:8428', 'vm-b:8428'],
        writing: ['mon-a 198.18.0.11', 'mon-b 198.18.0.12'],
      },
    )
    assert.ok(cell.jobs.some(({ name, targets }) => name === 'victoriametrics' && targets.length === 2))
  })

  it('have ports that are closed to all but writers and their own hosts, without a firewall too', async () => {
    const rule = { protocol: 'tcp', port: 8428, from: four, what: 'victoriametrics' }
    const cell = await cellOf(storeSite(twoNodes))
    assert.deepEqual(cell.firewallRules, [
      { host: 'vm-a', rules: [rule] },
      { host: 'vm-b', rules: [rule] },
    ])
    const guarded = await cellOf(`${storeSite(twoNodes)}    firewall: { enabled: true }\n`)
    assert.deepEqual(of(guarded, 'vm-a'), [rule])
  })

  it('let in the HAProxies that lead to them from elsewhere', async () => {
    const cell = await cellOf(storeSite(readable.replace('read: {', 'read: { hosts: [vm-c, mon-a],')))
    assert.deepEqual(of(cell, 'vm-a')?.[0]?.from, [...four, '198.18.0.15'])
    assert.deepEqual(
      cell.proxies.map(({ host }) => host),
      ['vm-c', 'mon-a'],
    )
  })
})
