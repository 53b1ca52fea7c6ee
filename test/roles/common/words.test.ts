/** The words that every component takes: for all of its hosts, and under `per_host` for a host, a group and a glob. */
import assert from 'node:assert/strict'
import { type ExporterDefinition, oneAddressOf } from '../../../roles/exporters/definition.ts'
import { definitions } from '../../../roles/index.ts'
import { buildInstances } from '../../../roles/instances.ts'
import { releaseIn } from '../../../src/inventory/artifact/own-releases.ts'
import { notesOn } from '../../../src/inventory/schema/schema-words.ts'
import type { Instance } from '../../../src/resource/model.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { read } from '../../inventory/harness.ts'
import { leastBucket, leastOf, placeIn } from '../least.ts'

const hosts = ['mon-a', 'mon-b']

interface Row {
  /** Below a cell. */
  readonly key: readonly [string, ...string[]]
  readonly component: string
  readonly text: object
  readonly exporter?: ExporterDefinition | undefined
  readonly insteadOfHosts?: string | undefined
  /** What the cell says beside it: it shows what others have. */
  readonly beside?: object
  /** Why it listens on one address, if it is no exporter. */
  readonly oneAddress?: string
  /** Its hosts, if they are not all. */
  readonly on?: readonly string[]
  /** All flags are promha's. */
  readonly ownsFlags?: true
}

const pair = { prometheus: { replicas: { a: 'mon-a', b: 'mon-b' }, alertmanagers: [] } }
const oneThanos = 'Thanos listens on one address.'

const special: Readonly<Record<string, Partial<Row>>> = {
  thanos_query: { beside: pair, oneAddress: oneThanos },
  thanos_sidecar: {
    beside: { ...pair, storage: { thanos: { query: ['mon-a', 'mon-b'] } } },
    oneAddress: oneThanos,
    insteadOfHosts: 'It runs beside every replica.',
  },
  thanos_store: {
    beside: { ...pair, storage: { thanos: { query: ['mon-a', 'mon-b'], objstore: leastBucket } } },
    oneAddress: oneThanos,
  },
  thanos_compactor: {
    beside: {
      ...pair,
      storage: {
        thanos: { query: ['mon-a', 'mon-b'], store: ['mon-a', 'mon-b'], objstore: leastBucket },
      },
    },
    oneAddress: oneThanos,
    insteadOfHosts: 'A bucket has exactly one compactor: use "host".',
    on: ['mon-a'],
  },
  grafana: {
    beside: pair,
    oneAddress: 'Grafana listens on one address.',
    ownsFlags: true,
  },
}

/** It has three hosts or more, and its own tests. */
const ofCluster: readonly string[] = [
  'vmstorage',
  'vminsert',
  'vmselect',
  'cortex',
  'mimir',
  'm3db',
  'm3db_etcd',
]

const rows: readonly Row[] = [
  ...definitions.flatMap((definition): readonly Row[] => {
    const { name, key, settings, exporter, parts = [] } = definition
    // The cell says nothing of it: it comes with what others say.
    if (!settings || !key || ofCluster.includes(name)) return []
    const text = leastOf(definition) ?? {}
    const part = parts.find(one => one.key === key[0])
    const insteadOfHosts = notesOn(part?.schema).elsewhere?.hosts
    return [{ key, component: name, text, exporter, insteadOfHosts, ...special[name] }]
  }),
  {
    key: ['exporters', 'mine'],
    component: 'mine_exporter',
    text: { program: 'mine', port: 9999 },
  },
  { key: ['exporters', 'second'], component: 'second_exporter', text: { use: 'node' } },
]

/** What is written, and whether an instance has it. */
const words: Readonly<Record<string, { value: unknown; has: (instance: Instance) => boolean }>> = {
  listen: {
    value: 'self:19000',
    has: ({ service }) => service.ports.some(({ port }) => port === 19_000),
  },
  flags: {
    value: { 'any.flag': ['one', 'two'] },
    has: instance => /--any\.flag=one --any\.flag=two/.test(unitOf(instance).replaceAll(/[\s\\"]+/g, ' ')),
  },
  environment: {
    value: { ANY_NAME: 'any value' },
    has: instance => contentOf(instance, /\/environment\/\w+$/) === 'ANY_NAME="any value"\n',
  },
  files: {
    value: { 'sub/any.pem': 'any.pem' },
    has: instance => contentOf(instance, /^\/etc\/\w+\/sub\/any\.pem$/) === 'any text\n',
  },
  limits: {
    value: { memory: '3G', files: 4321 },
    has: instance => /=3G$/m.test(unitOf(instance)) && /=4321$/m.test(unitOf(instance)),
  },
}

const severalAddresses = ['self:19000', '127.0.0.1:19001']
const isOnBoth = (instance: Instance) =>
  [19_000, 19_001].every(
    port =>
      instance.service.ports.some(one => one.port === port) &&
      new RegExp(`(?:-address|ListenAddr)=\\S+:${port}\\b`).test(unitOf(instance)),
  ) && instance.health.port === 19_000

function unitOf({ resources }: Instance): string {
  return resources.flatMap(one => (one.kind === 'unit' ? [String(one.content)] : [])).join('\n')
}

function contentOf({ resources }: Instance, path: RegExp): string | undefined {
  const found = resources.find(one => one.kind === 'file' && path.test(one.path))
  return found?.kind === 'file' ? String(found.content) : undefined
}

async function reading({ key, text, beside }: Row, further: object) {
  const lab: Record<string, object> = structuredClone({ ...beside }) as Record<string, object>
  placeIn(lab, key, { ...text, ...further })
  const inventory = {
    promha: 1,
    hosts: { 'mon-a': { address: '198.18.0.11' }, 'mon-b': { address: '198.18.0.12' } },
    groups: { first: ['mon-a'] },
    cells: { lab },
  }
  // One line for each value, so that a place tells which one is meant.
  return await read(JSON.stringify(inventory, null, 1), { 'any.pem': 'any text\n', mine: '#!/bin/sh\n' })
}

/** Of the component, by host. */
async function built(row: Row, further: object): Promise<ReadonlyMap<string, Instance>> {
  const { inventory, problems } = await reading(row, further)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  const all = buildInstances(
    inventory,
    buildTopology(inventory),
    name => releaseIn(inventory, name).version,
  ).filter(({ component }) => component === row.component)
  return new Map(all.map(instance => [instance.host, instance]))
}

async function having(row: Row, further: object, has: (instance: Instance) => boolean) {
  const all = await built(row, further)
  const on = row.on ?? hosts
  assert.deepEqual([...all.keys()].sort(), on)
  return on.filter(host => has(all.get(host) ?? assert.fail(host)))
}

describe('every component', () => {
  it('is here, or says nothing in a cell', () => {
    const silent = definitions.filter(({ settings }) => !settings).map(({ name }) => name)
    assert.deepEqual(silent, ['keepalived', 'haproxy', 'firewall'])
    assert.equal(rows.length, definitions.length - silent.length - ofCluster.length + 2)
    for (const one of definitions)
      if (one.settings && !ofCluster.includes(one.name))
        assert.ok(leastOf(one), `${one.name} needs a line in least.ts`)
  })

  for (const row of rows) {
    const name = row.key.join('.')
    for (const [word, { value, has }] of Object.entries(words)) {
      if (word === 'flags' && row.ownsFlags) {
        it(`${name} says that its flags are set`, async () => {
          const { problems } = await reading(row, { [word]: value })
          const [{ summary } = assert.fail()] = problems
          assert.equal(summary, `the flag "any.flag" of ${name} is set by promha`)
        })
        continue
      }
      it(`${name} takes ${word}, and under per_host`, async () => {
        assert.deepEqual(await having(row, {}, has), [])
        assert.deepEqual(await having(row, { [word]: value }, has), row.on ?? hosts)
        for (const pattern of ['mon-a', 'first', '*-a'])
          assert.deepEqual(await having(row, { per_host: { [pattern]: { [word]: value } } }, has), ['mon-a'])
      })
    }

    const instead = row.insteadOfHosts
    if (instead === undefined)
      it(`${name} takes hosts`, async () => {
        assert.deepEqual([...(await built(row, { hosts: ['mon-*'] })).keys()].sort(), hosts)
      })
    else
      it(`${name} says what to use instead of hosts`, async () => {
        const { problems } = await reading(row, { hosts })
        assert.deepEqual(
          problems.map(({ summary, remedy }) => ({ summary, remedy })),
          [{ summary: `unknown key "hosts" in cells.lab.${name}`, remedy: instead }],
        )
      })

    const oneAddress = row.exporter ? oneAddressOf(row.exporter) : row.oneAddress
    if (oneAddress === undefined)
      it(`${name} takes several addresses, and under per_host`, async () => {
        assert.deepEqual(await having(row, { listen: severalAddresses }, isOnBoth), hosts)
        const own = { per_host: { first: { listen: severalAddresses } } }
        assert.deepEqual(await having(row, own, isOnBoth), ['mon-a'])
      })
    else
      it(`${name} says why it takes one address`, async () => {
        for (const further of [
          { listen: severalAddresses },
          { per_host: { first: { listen: severalAddresses } } },
        ]) {
          const { problems } = await reading(row, further)
          assert.deepEqual(
            problems.map(({ summary, detail, source }) => [summary, detail, source?.text?.trim()]),
            [[`listen of ${name}: expected one address, saw 2`, oneAddress, '"127.0.0.1:19001"']],
          )
        }
      })
  }
})
