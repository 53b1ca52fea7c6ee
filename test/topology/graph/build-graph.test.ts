import assert from 'node:assert/strict'
import type { CellGraph } from '../../../src/topology/graph/graph.ts'
import { graphOf, graphWith, manyHosts, shipped } from './sites.ts'

const said = ({ edges }: CellGraph, label: string) =>
  edges.filter(edge => edge.label === label).map(({ from, to }) => `${from} > ${to}`)

describe('the graph of a topology', () => {
  it('has the pair, the cluster, and who sends alerts to whom', async () => {
    const [cell] = (await graphOf('lab.yml')).cells
    assert.ok(cell)
    assert.deepEqual(said(cell, 'watch each other'), ['lab/mon-a/prometheus > lab/mon-b/prometheus'])
    assert.deepEqual(said(cell, 'one cluster'), ['lab/mon-a/alertmanager > lab/mon-b/alertmanager'])
    assert.equal(said(cell, 'alerts').length, 4)
    assert.deepEqual(said(cell, 'scrape'), [
      'lab/mon-a/prometheus > lab/hosts',
      'lab/mon-b/prometheus > lab/hosts',
    ])
  })

  it('has each address with what it leads to, and what one cell collects from another', async () => {
    const { cells, between } = await graphOf('two-regions.yml')
    const [eu, us] = cells
    assert.ok(eu && us)
    assert.deepEqual(
      eu.addresses.map(({ label, detail }) => `${label} ${detail}`),
      ['198.18.0.100:9091 pushes', '198.18.0.102:9115 probes', '198.18.0.101:9090 queries'],
    )
    assert.deepEqual(said(eu, 'leads to').slice(0, 2), [
      'eu/address pushgateway > eu/eu-mon-a/pushgateway',
      'eu/address pushgateway > eu/eu-mon-b/pushgateway',
    ])
    assert.equal(said(eu, 'takes over').length, 2)
    assert.deepEqual(
      eu.hosts[0]?.programs.filter(({ row }) => row === 'pushgateway').map(({ detail }) => detail),
      ['active'],
    )
    assert.deepEqual(between, [{ from: 'us', to: 'eu', label: 'federation' }])
  })

  it('has who writes to a store, and the address to read it at', async () => {
    const [cell] = (await graphOf('long-term.yml')).cells
    assert.ok(cell)
    assert.deepEqual(said(cell, 'remote write'), [
      'eu/mon-a/prometheus > eu/vm-a',
      'eu/mon-a/prometheus > eu/vm-b',
      'eu/mon-b/prometheus > eu/vm-a',
      'eu/mon-b/prometheus > eu/vm-b',
    ])
    assert.ok(
      cell.edges.some(({ from, to }) => from.endsWith('address victoriametrics') && to === 'eu/vm-a/haproxy'),
    )
  })

  it('shows many hosts of exporters as one box with their count', () => {
    const [cell] = graphWith(manyHosts).cells
    assert.equal(cell?.hosts.length, 3)
    assert.equal(cell?.hosts[2]?.label, '48 hosts: app-1 … app-48')
    assert.deepEqual(
      cell?.hosts[2]?.programs.map(({ label, detail }) => `${label} ${detail}`),
      ['node ×48'],
    )
  })

  for (const name of shipped)
    it(`gives every node of ${name} an id of its own, and has edges between nodes only`, async () => {
      const { cells } = await graphOf(name)
      for (const { hosts, addresses, edges } of cells) {
        const ids = [...addresses, ...hosts, ...hosts.flatMap(({ programs }) => programs)].map(({ id }) => id)
        assert.ok(ids.length > 4)
        assert.equal(new Set(ids).size, ids.length)
        assert.ok(edges.every(({ from, to }) => ids.includes(from) && ids.includes(to)))
      }
    })
})
