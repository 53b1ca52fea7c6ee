import assert from 'node:assert/strict'
import { type Case, tells } from '../../inventory/cases.ts'
import { read, unmark } from '../../inventory/harness.ts'
import { ringSite, threeHosts } from '../../roles/ring/site.ts'
import { readable, storeSite, twoNodes } from '../../roles/victoriametrics/site.ts'

const errors: Readonly<Record<string, Case>> = {
  'an entry of the URL of one of its own': {
    text: storeSite(twoNodes, 'remote_write: [{ url: §"http://198.18.0.13:8428/api/v1/write" }]'),
    summary: /has the URL of one that promha writes for its store victoriametrics$/,
  },
  'an entry of the name of one of its own': {
    text: storeSite(
      twoNodes,
      'remote_write: [{ name: §promha-victoriametrics-vm-b, url: "http://sink.example.net/write" }]',
    ),
    summary: /has the name of one that promha writes/,
  },
  'a member whose address is a name': {
    text: storeSite('{ hosts: [vm-a, named], retention: 365d }').replace('storage:', '§storage:'),
    summary: /closed to all but some hosts, and host "named" has the name "vm\.example\.net"/,
    remedy: /Give host "named" an IP address/,
  },
  'an address for readers on a host whose address is a name': {
    text: storeSite(
      '{ hosts: [vm-a, vm-b], retention: 365d, read: { vip: 198.18.0.110/24, hosts: [vm-c, named] } }',
    ).replace('vip: 198', 'vip: §198'),
    summary: /^vip of storage\.victoriametrics\.read of cell "eu": host "named" has the name/,
  },
  'the same in a cell with a firewall': {
    text: `${storeSite(
      '{ hosts: [vm-a, vm-b], retention: 365d, read: { vip: §198.18.0.110/24, hosts: [vm-c, named] } }',
    )}    firewall: { enabled: true }\n`,
    summary: /^vip of storage\.victoriametrics\.read of cell "eu": host "named" has the name/,
  },
  'a member whose address is a name in a cell with a firewall': {
    text: `${storeSite('{ hosts: [vm-a, named], retention: 365d }')}    firewall: { enabled: §true }\n`,
    summary:
      /^the firewall of cell "eu" needs IP addresses, and host "named" has the name "vm\.example\.net"/,
  },
  'a member whose address is a name behind an address for readers': {
    text: storeSite(
      '{ hosts: [vm-a, named], retention: 365d, read: { hosts: [vm-b, vm-c], vip: 198.18.0.110/24 } }',
    ).replace('storage:', '§storage:'),
    summary: /^HAProxy for readers of victoriametrics of cell "eu" needs IP addresses, and host "named"/,
  },
  'a job of the user that has the name of its own': {
    text: storeSite(
      twoNodes,
      'scrape_configs: [{ job_name: §victoriametrics, static_configs: [{ targets: ["10.0.0.1:1"] }] }]',
    ),
    summary: /victoriametrics/,
  },
}

interface Warned {
  readonly text: string
  readonly summary: RegExp
  readonly detail?: RegExp
}

const job = (name: string, interval: string) =>
  `{ job_name: ${name}, scrape_interval: ${interval}, static_configs: [{ targets: ["10.0.0.1:1"] }] }`

const warnings: Readonly<Record<string, Warned>> = {
  'jobs of other intervals, by their names': {
    text: storeSite(
      twoNodes,
      'global: { scrape_interval: 15s }',
      'scrape_configs:',
      `  - ${job('fast', '§5s')}`,
      `  - ${job('slow', '1m')}`,
      `  - ${job('same', '15s')}`,
    ),
    summary: /^some jobs of cell "eu" do not have the global scrape_interval 15s/,
    detail:
      /^The store keeps one sample every 15s of "fast"\.\nIt keeps the samples of both replicas of "slow"\.$/,
  },
  'a Prometheus that would go on keeping 15 days': {
    text: storeSite(twoNodes)
      .replace('      retention: { time: 10d }\n', '')
      .replace('prometheus:', '§prometheus:'),
    summary: /^prometheus of cell "eu" has no retention, so it keeps 15 days beside the store$/,
  },
  'a store that nothing writes to': {
    text: storeSite(twoNodes)
      .replace(/ {4}prometheus:[\s\S]*?(?= {4}storage:)/, '')
      .replace('storage:', '§storage:'),
    summary: /^nothing writes to the store of cell "eu"/,
  },
}

describe('a store and what writes to it', () => {
  for (const [what, one] of Object.entries(errors)) it(`refuses ${what}`, () => tells(one))

  for (const [what, { text: marked, summary, detail }] of Object.entries(warnings))
    it(`warns of ${what}`, async () => {
      const { text, places } = unmark(marked)
      const { inventory, problems } = await read(text)
      assert.ok(inventory, problems.map(one => one.summary).join('\n'))
      const found = problems.filter(one => summary.test(one.summary))
      assert.deepEqual(
        found.map(({ source, severity }) => [severity, source?.line, source?.column]),
        places.map(({ line, column }) => ['warning', line, column]),
      )
      if (detail) assert.match(found[0]?.detail ?? '', detail)
    })

  it('says nothing of intervals where the store takes the samples of one replica', async () => {
    for (const store of ['cortex', 'mimir']) {
      const prometheus = ['global: { scrape_interval: 15s }', 'scrape_configs:', `  - ${job('slow', '1m')}`]
      const second = `  us:
    hosts: [c4, c5]
    prometheus:
      replicas: { a: c4, b: c5 }
      alertmanagers: []
      retention: { time: 10d }
      global: { scrape_interval: 30s }
      scrape_configs: [${job('slower', '2m')}]
    storage: { cell: eu }
`
      const text = ringSite(threeHosts, { store, prometheus })
        .replace("'c[1:4]': { address: '198.18.0.[13:16]' }", "'c[1:5]': { address: '198.18.0.[13:17]' }")
        .replace('  eu:\n', '  eu:\n    hosts: [mon-a, mon-b, c1, c2, c3]\n')
      const { inventory, problems } = await read(text + second)
      assert.ok(inventory, problems.map(one => one.summary).join('\n'))
      assert.deepEqual(
        problems.map(({ summary }) => summary).filter(summary => /interval/.test(summary)),
        [],
      )
    }
  })

  it('is nothing to warn of if all is well', async () => {
    for (const words of [twoNodes, readable]) {
      const { inventory, problems } = await read(storeSite(words).replace(/ {2}(vm-c|named):.*\n/g, ''))
      assert.ok(inventory)
      assert.deepEqual(problems, [])
    }
  })
})
