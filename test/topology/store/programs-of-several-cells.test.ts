/** A store that several cells write to. */
import assert from 'node:assert/strict'
import { storeRules } from '../../../roles/storage/rules.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { boundCells } from '../../../src/topology/store/bound.ts'
import { writerMark } from '../../../src/topology/store/writer-mark.ts'
import { type Case, tells } from '../../inventory/cases.ts'
import { read } from '../../inventory/harness.ts'

const cellOf = (name: string, a: number, more: string) => `  ${name}:
    hosts: [h${a}, h${a + 1}]
    prometheus:
      replicas: { a: h${a}, b: h${a + 1} }
      alertmanagers: []
      retention: { time: 10d }
${more}`

const central = `  central:
    hosts: [h5, h6]
    storage: { victoriametrics: { hosts: [h5, h6], retention: 365d, read: { vip: 198.18.0.110/24 } } }
`
const shared = (cell = 'central') => `    storage: { cell: ${cell} }\n`
const interval = (text: string) => `      global: { scrape_interval: ${text} }\n`
const head = `promha: 1\nhosts: { 'h[1:6]': { address: '198.18.0.[1:6]' } }\ncells:\n`

function site(eu: string, us: string, store = central): string {
  return `${head}${cellOf('eu', 1, eu)}${cellOf('us', 3, us)}${store}`
}

async function topologyOf(text: string) {
  const { inventory, problems } = await read(text)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  const [eu, us, store] = buildTopology(inventory).cells
  assert.ok(eu && us && store)
  return { eu, us, store, problems }
}

const errors: Readonly<Record<string, Case>> = {
  'a cell that is not there': {
    text: site(shared('§centrall'), shared()),
    summary: /^storage of cell "eu" names "centrall", which is not a cell$/,
    remedy: /"central"/,
  },
  'the cell itself': {
    text: site(shared('§eu'), shared()),
    summary: /^storage of cell "eu" names the cell itself$/,
  },
  'a cell without a store of its own': {
    text: site(shared('§us'), shared()),
    summary: /^storage of cell "eu" names cell "us", which has no store of its own$/,
  },
}

describe('a store that several cells share', () => {
  for (const [what, one] of Object.entries(errors)) it(`is not ${what}`, () => tells(one))

  it('gets the series of all of them, and is scraped by all', async () => {
    const { eu, us, store, problems } = await topologyOf(site(shared(), shared()))
    assert.deepEqual(problems, [])
    for (const cell of [eu, us]) {
      assert.deepEqual(
        cell.sinks.map(({ store: of, member }) => `${of} ${member}`),
        ['central h5', 'central h6'],
      )
      assert.deepEqual(cell.stores, [])
      const job = cell.jobs.find(({ name }) => name === 'victoriametrics')
      assert.deepEqual(
        job?.targets.map(({ instance }) => instance),
        ['h5:8428', 'h6:8428'],
      )
    }
    assert.deepEqual(store.sinks, [])
    assert.deepEqual(
      store.stores[0]?.writers.map(({ cell, replicas }) => [cell, ...replicas.map(({ host }) => host)]),
      [
        ['eu', 'h1', 'h2'],
        ['us', 'h3', 'h4'],
      ],
    )
  })

  it('lets in the replicas of all of them', async () => {
    const { store } = await topologyOf(site(shared(), shared()))
    assert.deepEqual(
      store.firewallRules.map(({ host, rules }) => [host, rules[0]?.from]),
      ['h5', 'h6'].map(host => [host, [1, 2, 3, 4, 5, 6].map(end => `198.18.0.${end}`)]),
    )
  })

  it('is what Grafana asks in each of them', async () => {
    const { eu, store } = await topologyOf(site(shared(), shared()))
    assert.deepEqual(
      eu.storeDatasources.map(({ name, url }) => [name, url]),
      [['VictoriaMetrics', 'http://198.18.0.110:8427']],
    )
    assert.deepEqual(store.storeDatasources, eu.storeDatasources)
    const own = '    storage: { cell: central, victoriametrics: { hosts: [h1, h2], retention: 30d } }\n'
    const both = await topologyOf(site(own, shared()))
    assert.deepEqual(
      both.eu.storeDatasources.map(({ name }) => name),
      ['VictoriaMetrics h1', 'VictoriaMetrics h2', 'VictoriaMetrics of central'],
    )
  })

  it('has its alerts in each of them', async () => {
    const { eu, us } = await topologyOf(site(shared(), ''))
    const names = (cell: typeof eu) => storeRules(cell).map(({ name }) => name)
    assert.deepEqual(names(eu), ['rules/promha-storage.yml', 'rules/promha-victoriametrics.yml'])
    assert.deepEqual(names(us), [])
  })

  it('asks its nodes about the series of all of them', async () => {
    const { store } = await topologyOf(site(shared(), shared()))
    const path = store.proxies[0]?.frontends[0]?.preferred?.path ?? ''
    assert.match(decodeURIComponent(path), /up\{job="prometheus",cell=~"eu\|us"\}/)
  })

  it('removes duplicates by the shortest interval, which is warned of', async () => {
    const { store, problems } = await topologyOf(site(interval('30s') + shared(), interval('15s') + shared()))
    assert.equal(store.stores[0]?.interval, 15_000)
    assert.deepEqual(
      problems.map(({ code, summary }) => [code, summary]),
      [
        [
          'storage.cells-differ',
          'the cells that write to the store of cell "central" have different scrape intervals: "eu" 30s, "us" 15s',
        ],
      ],
    )
  })

  it('does not get what a cell collects from another one that writes to it too', async () => {
    const federation = '    federation: { from: [us], match: [\'{__name__=~"job:.*"}\'] }\n'
    const { eu, us } = await topologyOf(site(shared() + federation, shared()))
    const rules = (cell: typeof eu) => cell.sinks[0]?.entry.write_relabel_configs
    const own = [writerMark('prometheus_replica'), { action: 'labeldrop', regex: 'prometheus_replica' }]
    assert.deepEqual(rules(eu), [{ source_labels: ['cell'], regex: 'us', action: 'drop' }, ...own])
    assert.deepEqual(rules(us), own)
  })

  it('binds the cells together, and no other one', async () => {
    const { inventory } = await read(site(shared(), ''))
    assert.ok(inventory)
    const { cells } = buildTopology(inventory)
    const bound = (...names: string[]) => boundCells(cells, new Set(names)).map(({ name }) => name)
    assert.deepEqual(bound('eu'), ['eu', 'central'])
    assert.deepEqual(bound('central'), ['eu', 'central'])
    assert.deepEqual(bound('us'), ['us'])
    assert.deepEqual(bound(), [])
  })
})
