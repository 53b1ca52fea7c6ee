import assert from 'node:assert/strict'
import { type Case, tells } from '../../inventory/cases.ts'
import { read } from '../../inventory/harness.ts'
import { storeSite, twoNodes } from '../victoriametrics/site.ts'
import { thanosSite, twoQueries } from './site.ts'

const errors: Readonly<Record<string, Case>> = {
  'one query': {
    text: thanosSite('{ §query: [mon-a] }'),
    summary: /^storage\.thanos\.query of cell "eu": expected two hosts or more, saw one$/,
    remedy: /^Add another host\.$/,
  },
  'no query': { text: thanosSite('{ §query: [] }'), summary: /^storage\.thanos\.query of cell "eu"/ },
  'a query named twice': {
    text: thanosSite('{ query: [mon-a, §mon-a] }'),
    summary: /names "mon-a" twice/,
  },
  'a query on an unknown host': { text: thanosSite('{ query: [mon-a, §mon-x] }'), summary: /"mon-x"/ },
  'gateways without an object store': {
    text: thanosSite('{ query: [mon-a, mon-b], §store: [st-a, st-b] }'),
    summary: /^storage\.thanos\.store of cell "eu" needs an object store, and there is none$/,
    remedy: /Add "objstore: objstore\.yml", or remove "store"/,
  },
  'a compactor without an object store': {
    text: thanosSite('{ query: [mon-a, mon-b], §compactor: { host: st-a } }'),
    summary: /^storage\.thanos\.compactor of cell "eu" needs an object store/,
  },
  'a flag that promha sets': {
    text: thanosSite('{ query: { hosts: [mon-a, mon-b], flags: { §query.replica-label: x } } }'),
    summary: /the flag "query\.replica-label" of storage\.thanos\.query is set by promha$/,
    remedy: /replica_label/,
  },
  'a flag of the sidecar that promha sets': {
    text: thanosSite('{ query: [mon-a, mon-b], sidecar: { flags: { §objstore.config: x } } }'),
    summary: /"objstore\.config" of storage\.thanos\.sidecar/,
  },
  'a port that another program of the host has': {
    text: thanosSite('{ query: { hosts: [mon-a, mon-b], listen: §"0.0.0.0:10902" } }'),
    summary: /10902/,
  },
  'the gRPC port of another program': {
    text: thanosSite('{ query: { hosts: [mon-a, mon-b], listen: §"0.0.0.0:10901" } }'),
    summary: /10901/,
  },
  'an address to read at with the port of the queries, which is closed there': {
    text: thanosSite(
      '{ query: { hosts: [mon-a, mon-b], listen: self:10903 }, read: { vip: 198.18.0.110/24, port: §10903 } }',
    ),
    summary: /^storage\.thanos\.query of cell "eu" and its "read" address have the same port, 10903$/,
    remedy: /10913/,
  },
}

describe('storage.thanos', () => {
  for (const [what, one] of Object.entries(errors)) it(`refuses ${what}`, () => tells(one))

  it('needs a Prometheus in its cell', () =>
    tells({
      text: thanosSite(`§${twoQueries}`).replace(/ {4}prometheus:[\s\S]*10d }\n/, ''),
      summary: /^storage\.thanos of cell "eu" has no Prometheus to read from$/,
    }))

  it('cannot be the store of another cell, since nothing is pushed to it', () =>
    tells({
      text: `${thanosSite(twoQueries)}  us:
    hosts: [st-b]
    prometheus: { replicas: { a: st-b }, alertmanagers: [], retention: { time: 10d } }
    storage: { cell: §eu }
`.replace('  eu:\n', '  eu:\n    hosts: [mon-a, mon-b, st-a]\n'),
      summary: /^storage of cell "us" names cell "eu", whose store is thanos: nothing can be pushed to it$/,
    }))

  it('says nothing of intervals and of a shorter local retention, since the replicas keep all that there is', async () => {
    const text = thanosSite(
      twoQueries,
      'scrape_configs: [{ job_name: slow, scrape_interval: 5m, static_configs: [{ targets: ["x:1"] }] }]',
    ).replace('      retention: { time: 10d }\n', '')
    const { problems } = await read(text)
    assert.deepEqual(
      problems.map(({ summary }) => summary),
      [],
    )
    const pushed = storeSite(twoNodes).replace('      retention: { time: 10d }\n', '')
    assert.match((await read(pushed)).problems.map(({ summary }) => summary).join(), /keeps 15 days/)
  })
})
