// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the inventory's own references look so
/** A secret must not leave as a host name, a path or a label: only what promha hands on may hold a reference. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inventorySchema } from '../../../src/inventory/schema/schema.ts'
import type { Schema } from '../../../src/inventory/schema/schema-walk.ts'
import { head, prometheus, read, unmark } from '../../inventory/harness.ts'

type Path = readonly (string | number)[]

/** Every place of the schema at which a text could be written, in maps and lists of one member. */
function placesOf(schema: Schema, path: Path = []): readonly Path[] {
  const { innerType, shape, valueType, element, options } = schema._zod.def
  if (innerType) return placesOf(innerType, path)
  if (options) return options.flatMap(option => placesOf(option, path))
  if (shape) return Object.entries(shape).flatMap(([key, of]) => placesOf(of, [...path, key]))
  if (valueType) return placesOf(valueType, [...path, 'x'])
  return element ? placesOf(element, [...path, 0]) : [path]
}

/** The place of `wanted` alone, as an inventory. */
function withValueAt(path: Path, value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => (key === 0 ? [inner] : { [key]: inner }), value)
}

/** All that may hold a reference; below upstream's own maps the schema knows nothing. */
const allowed = [
  'ssh.sudo.password',
  'hosts.x.ssh.sudo.password',
  ...['defaults', 'cells.x'].flatMap(cell =>
    [
      ...['scrape_configs', 'remote_write', 'remote_read', 'alert_relabel_configs', 'alertmanagers'].map(
        key => `prometheus.${key}.0.x`,
      ),
      ...['storage', 'tracing', 'otlp', 'runtime'].map(key => `prometheus.${key}.x`),
      'alertmanager.config.x',
      'blackbox.modules.x',
      'exporters.x.config.x',
      'grafana.config',
      ...['thanos', 'cortex', 'mimir'].map(store => `storage.${store}.objstore.x`),
      ...[
        'prometheus',
        'alertmanager',
        'pushgateway',
        'blackbox',
        'exporters.x',
        ...['victoriametrics', 'cortex', 'mimir', 'm3db'].map(store => `storage.${store}`),
        ...['query', 'sidecar', 'store', 'compactor'].map(part => `storage.thanos.${part}`),
        ...['select', 'cluster.storage', 'cluster.insert', 'cluster.select'].map(
          part => `storage.victoriametrics.${part}`,
        ),
        'storage.m3db.etcd',
        'grafana',
      ].flatMap(component => [`${component}.environment.x`, `${component}.per_host.x.environment.x`]),
    ].map(key => `${cell}.${key}`),
  ),
]

describe('a reference in an address, or wherever else promha reads the value itself', () => {
  let directory = ''
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'promha-reference-'))
  })
  after(() => rmSync(directory, { recursive: true }))

  const places = [...new Map(placesOf(inventorySchema as Schema).map(path => [path.join('.'), path]))]

  it('is looked for in the whole schema', () => {
    assert.ok(places.length > 100, String(places.length))
    for (const name of [...allowed, 'hosts.x.address', 'artifacts.cache', 'cells.x.prometheus.flags.x'])
      assert.ok(
        places.some(([place]) => place === name),
        name,
      )
  })

  it('is allowed in the environment of every program', () => {
    const environments = places.map(([place]) => place).filter(place => place.endsWith('.environment.x'))
    assert.ok(environments.length > 20, String(environments.length))
    assert.deepEqual(
      environments.filter(place => !allowed.includes(place)),
      [],
    )
  })

  it('is refused at every place but those few, and nothing is run for it', async function () {
    // An inventory is read for each place.
    this.timeout(60_000)
    const ran = join(directory, 'ran')
    const reference = `\${cmd:touch ${ran}}`
    const taken: string[] = []
    for (const [name, path] of places) {
      const { problems } = await read(JSON.stringify(withValueAt(path, reference)))
      const [refusal] = problems.filter(({ summary }) => summary.includes('cannot contain the reference'))
      if (refusal === undefined) {
        taken.push(name)
        assert.ok(existsSync(ran), `${name} was neither refused nor resolved`)
        rmSync(ran)
      } else {
        assert.match(refusal.summary, new RegExp(`^${name.replaceAll('.', '\\.')} cannot`))
        assert.equal(refusal.severity, 'error')
        assert.equal(existsSync(ran), false, name)
      }
    }
    assert.deepEqual(taken.sort(), [...allowed].sort())
  })

  const named: Readonly<Record<string, string>> = {
    'the address of a host': head.replace('198.18.0.11', '"§${env:HOME}.example.net"'),
    'the name of a jump host': `${head}ssh: { jump: "ops@§\${file:/etc/hostname}" }\n`,
    'a path that is opened': `${head}ssh: { known_hosts: "/tmp/§\${env:HOME}" }\n`,
    'a name of a job': prometheus('scrape_configs: [{ job_name: "§${env:HOME}" }]'),
    'a label': prometheus('external_labels: { region: "§${env:HOME}" }'),
    'a flag': prometheus('flags: { web.external-url: "http://§${env:HOME}" }'),
    'a target of a probe': `${head}cells: { eu: { blackbox: { hosts: [mon-a], probes: [{ module: m, targets: ["https://x/§\${env:HOME}"] }] } } }\n`,
    'an address that moves': `${head}cells: { eu: { loadbalancer: { vip: "§\${env:HOME}/24" } } }\n`,
  }
  for (const [name, marked] of Object.entries(named)) {
    it(`is refused with its place in ${name}`, async () => {
      const { text, places: expected } = unmark(marked)
      for (const secrets of [true, false]) {
        const { problems } = await read(text, {}, { secrets })
        const refusal = problems.find(({ summary }) => /cannot contain the reference/.test(summary))
        assert.equal(refusal?.severity, 'error')
        assert.deepEqual([{ line: refusal?.source?.line, column: refusal?.source?.column }], expected)
      }
    })
  }
})
