import assert from 'node:assert/strict'
import { type Case, tells } from '../../inventory/cases.ts'
import { read } from '../../inventory/harness.ts'
import { storeSite, twoNodes } from '../victoriametrics/site.ts'
import { thanosSite, twoQueries } from './site.ts'

const bucket = `objstore: { type: S3, config: { bucket: b, endpoint: s3.example.net } }`
const stored = `query: [mon-a, mon-b], store: [st-a, st-b], ${bucket}`

const errors: Readonly<Record<string, Case>> = {
  'several compactors': {
    text: thanosSite(`{ ${stored}, compactor: { host: [§st-a, st-b] } }`),
    summary: /^storage\.thanos\.compactor of cell "eu": expected one host, saw a list of 2$/,
    remedy: /^Write "host: HOST" with one host\.$/,
  },
  'hosts of a compactor': {
    text: thanosSite(`{ ${stored}, compactor: { §hosts: [st-a, st-b] } }`),
    summary: /^unknown key "hosts" in cells\.eu\.storage\.thanos\.compactor$/,
    remedy: /exactly one compactor: use "host"/,
  },
  'a compactor without a host': {
    text: thanosSite(`{ ${stored}, compactor: §{ retention: { raw: 0d } } }`),
    summary: /^storage\.thanos\.compactor of cell "eu" has no host$/,
  },
  'a compactor on an unknown host': {
    text: thanosSite(`{ ${stored}, compactor: { host: §st-x } }`),
    summary: /"st-x"/,
  },
  'a retention without a unit': {
    text: thanosSite(`{ ${stored}, compactor: { host: st-a, retention: { raw: §30 } } }`),
    summary:
      /^retention raw of storage\.thanos\.compactor of cell "eu": expected a duration like 365d, saw "30"$/,
    remedy: /h, d, w or y; 0d keeps everything/,
  },
  'a retention that is too short for coarser resolutions': {
    text: thanosSite(
      `{ ${stored}, compactor: { host: st-a, retention: { raw: 9d, 5m: §9d, 1h: 9d } } }`
        .replace('raw: 9d', 'raw: 9w')
        .replace('1h: 9d', '1h: 9w'),
    ),
    summary: /^retention 5m .*expected 0d, or at least 10d, saw "9d"$/,
  },
  'a bucket that no gateway reads': {
    text: thanosSite(`{ query: [mon-a, mon-b], §${bucket}, compactor: { host: st-a } }`),
    summary: /^storage\.thanos of cell "eu" has an object store and no store gateway$/,
  },
  'a filesystem on several hosts': {
    text: thanosSite(
      '{ query: [mon-a, mon-b], store: [st-a, st-b], compactor: { host: st-a }, objstore: { type: §FILESYSTEM, config: { directory: /b } } }',
    ),
    summary: /is a directory, and several hosts use it: mon-a, mon-b, st-a, st-b$/,
  },
  'a flag of Prometheus that says when it merges blocks': {
    text: thanosSite(
      `{ ${stored}, compactor: { host: st-a } }`,
      'flags: { §storage.tsdb.max-block-duration: 4h }',
    ),
    summary:
      /^the flag "storage\.tsdb\.max-block-duration" of prometheus of cell "eu" is set by promha for Thanos$/,
  },
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

  it('warns of a bucket without a compactor, and of retentions that differ', async () => {
    const said = async (words: string) =>
      (await read(thanosSite(words))).problems.map(({ severity, summary }) => `${severity}: ${summary}`)
    assert.deepEqual(await said(`{ ${stored} }`), [
      'warning: storage.thanos of cell "eu" has an object store and no compactor',
    ])
    assert.deepEqual(await said(`{ ${stored}, compactor: { host: st-a, retention: { raw: 30d } } }`), [
      'warning: the retentions of storage.thanos.compactor of cell "eu" differ: raw 30d, 5m 0d, 1h 0d',
    ])
    const same = '{ raw: 30d, 5m: 30d, 1h: 30d }'
    assert.deepEqual(await said(`{ ${stored}, compactor: { host: st-a, retention: ${same} } }`), [])
  })

  it('refuses compactors of two cells on one bucket', async () => {
    const cell = (name: string, hosts: string, pair: string, text = bucket) =>
      `  ${name}:
    hosts: [${hosts}]
    prometheus: { replicas: ${pair}, alertmanagers: [], retention: { time: 10d } }
    storage: { thanos: { query: [${hosts}], store: [${hosts}], ${text}, compactor: { host: ${hosts.slice(0, 4).replace(',', '')} } } }\n`
    const head = thanosSite(twoQueries).replace(/cells:[\s\S]*/, 'cells:\n')
    const eu = cell('eu', 'mon-a, mon-b', '{ a: mon-a, b: mon-b }').replaceAll('host: mon-', 'host: mon-a')
    const us = (text?: string) => cell('us', 'st-a, st-b', '{ a: st-a, b: st-b }', text)
    const said = async (text: string) => (await read(text)).problems.map(({ summary }) => summary)
    assert.deepEqual(await said(head + eu + us()), [
      'the compactors of the cells "eu" and "us" have the same bucket',
    ])
    assert.deepEqual(await said(head + eu + us(bucket.replace('bucket: b', 'bucket: other'))), [])
  })

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
