/** `standard_rules` of Prometheus: which rules a cell loads, and what they switch on. */
import assert from 'node:assert/strict'
import { parse } from 'yaml'
import { prometheusFiles } from '../../../roles/prometheus/role.ts'
import { wordsOn } from '../../../src/inventory/cell/words-on.ts'
import type { Cell } from '../../../src/inventory/model.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { suggestStandardRules } from '../../../src/topology/rules/standard-rules.ts'
import { type Case, tells } from '../../inventory/cases.ts'
import { head, read, unmark } from '../../inventory/harness.ts'
import { textOf } from '../../roles/standard-rules/promtool.ts'

/** A cell with a pair; its exporters and further lines of its Prometheus. */
const site = (exporters: string, ...lines: readonly string[]) => `${head}cells:
  eu:
    exporters: ${exporters}
    prometheus:
      replicas: { a: mon-a, b: mon-b }
      alertmanagers: []
${lines.map(line => `      ${line}\n`).join('')}`

const two = '{ node: {}, postgres: {}, postgres_reports: { use: postgres, listen: "self:9188" } }'

async function cellOf(text: string, files: Readonly<Record<string, string>> = {}): Promise<Cell> {
  const { inventory, problems } = await read(text, files)
  return inventory?.cells[0] ?? assert.fail(JSON.stringify(problems))
}

/** Rule files of a cell by their names. */
async function rulesOf(text: string): Promise<ReadonlyMap<string, string>> {
  const { inventory = assert.fail() } = await read(text)
  const [cell = assert.fail()] = buildTopology(inventory).cells
  const settings = inventory.cells[0]?.prometheus ?? assert.fail()
  const files = new Map(prometheusFiles(cell, settings).map(({ path, content }) => [path, String(content)]))
  const config = parse(files.get('/etc/prometheus/prometheus.yml') ?? '')
  return new Map(
    config.rule_files.map((name: string) => [
      name,
      files.get(`/etc/prometheus/${name}`) ?? assert.fail(name),
    ]),
  )
}

const errors: Readonly<Record<string, Case>> = {
  'an exporter that is misspelt': {
    text: site(two, 'standard_rules: [node, §postgers]'),
    summary: /^standard_rules: promha has no standard rules for "postgers"$/,
    remedy: /^Did you mean "postgres"\?$/,
  },
  'an exporter that is like none': {
    text: site(two, 'standard_rules: [§xyz]'),
    summary: /has no standard rules for "xyz"$/,
    remedy: /^Write one of node, apache, /,
  },
  'a word that is not "all"': {
    text: site(two, 'standard_rules: §none'),
    summary: /^standard_rules: expected a list or all, saw "none"$/,
    remedy: /^Write "all", or a list of node, /,
  },
  'a map': {
    text: site(two, 'standard_rules: §{ node: true }'),
    summary: /^"standard_rules" of cells\.eu\.prometheus: expected a text or a list, saw a map$/,
  },
  'a rule file of the same name': {
    text: site(two, 'standard_rules: all', 'rule_files: [§rules/promha-node.yml]'),
    files: { 'rules/promha-node.yml': 'groups: []\n' },
    summary: /is that of promha's own rules/,
  },
}

describe('standard rules', () => {
  for (const [name, found] of Object.entries(errors)) it(`are refused for ${name}`, () => tells(found))

  it('are those of all exporters of the cell, of some of them, or none', async () => {
    const keys = async (...lines: string[]) =>
      (await cellOf(site(two, ...lines))).prometheus?.standardRules?.map(({ key }) => key)
    assert.deepEqual(await keys('standard_rules: all'), ['node', 'postgres'])
    assert.deepEqual(await keys('standard_rules: [postgres]'), ['postgres'])
    assert.deepEqual(await keys('standard_rules: []'), [])
    assert.equal(await keys(), undefined)
    assert.equal(await keys('standard_rules:'), undefined)
  })

  it('are warned of if the cell lacks the exporter', async () => {
    const { text, places } = unmark(site('{ node: {} }', 'standard_rules: [node, §redis]'))
    const { inventory, problems } = await read(text)
    assert.ok(inventory)
    assert.deepEqual(
      problems.map(({ severity, summary }) => [severity, summary]),
      [['warning', 'standard_rules: this cell has no exporter "redis"']],
    )
    assert.deepEqual(
      [problems[0]?.source?.line, problems[0]?.source?.column],
      [places[0]?.line, places[0]?.column],
    )
  })

  it('leave a name to the user that is not loaded', async () => {
    const files = { 'rules/promha-node.yml': 'groups: []\n' }
    const cell = await cellOf(site(two, 'rule_files: [rules/promha-node.yml]'), files)
    assert.equal(cell.prometheus?.rules[0]?.name, 'rules/promha-node.yml')
  })

  it('are shipped as they are, for the jobs that the cell has', async () => {
    const rules = await rulesOf(site(two, 'standard_rules: all'))
    assert.deepEqual(
      [...rules.keys()],
      ['rules/promha.yml', 'rules/promha-node.yml', 'rules/promha-postgres.yml'],
    )
    assert.equal(rules.get('rules/promha-node.yml'), textOf('node_exporter/rules/node.yml'))
    const both = rules.get('rules/promha-postgres.yml') ?? ''
    assert.match(
      both,
      /up\{job=~"\(postgres\|postgres_reports\)\(-probe\(-\[0-9\]\+\)\?\)\?", cell=""\} == 0/,
    )
    assert.doesNotMatch(both, /job=~?"postgres/)
    const one = '{ reports: { use: postgres }, devices: { use: snmp, config: { auths: {} } } }'
    const renamed = await rulesOf(site(one, 'standard_rules: all'))
    assert.match(
      renamed.get('rules/promha-postgres.yml') ?? '',
      /pg_up\{job=~"\(reports\)\(-probe\(-\[0-9\]\+\)\?\)\?"/,
    )
    assert.match(renamed.get('rules/promha-snmp.yml') ?? '', /up\{job=~"\(devices\)", cell=""\}/)
    assert.match(
      renamed.get('rules/promha-snmp.yml') ?? '',
      /up\{job=~"\(devices\)-probe\(-\[0-9\]\+\)\?", cell=""\}/,
    )
  })

  it('leave one alert for a target that is down', async () => {
    const own = textOf('prometheus/rules/promha.yml')
    assert.equal((await rulesOf(site(two))).get('rules/promha.yml'), own)
    const with2 = (await rulesOf(site(two, 'standard_rules: all'))).get('rules/promha.yml')
    const jobs =
      'prometheus|alertmanager|node|postgres(-probe(-[0-9]+)?)?|postgres_reports(-probe(-[0-9]+)?)?'
    assert.equal(with2, own.replace('job!~"prometheus|alertmanager"', `job!~"${jobs}"`))
    assert.notEqual(with2, own)
  })

  it('switch on the collectors that they need, unless the inventory says otherwise', async () => {
    const node =
      '{ node: { flags: { collector.systemd.unit-include: a }, per_host: { mon-b: { flags: { collector.systemd: false } } } } }'
    const flags = async (text: string) => {
      const settings = (await cellOf(text)).exporters?.node_exporter ?? assert.fail()
      return ['mon-a', 'mon-b'].map(host => wordsOn(settings, host).flags)
    }
    const needed = { 'collector.systemd': true, 'collector.systemd.enable-restarts-metrics': true }
    const own = { 'collector.systemd.unit-include': 'a' }
    assert.deepEqual(await flags(site(node, 'standard_rules: all')), [
      { ...needed, ...own },
      { ...needed, ...own, 'collector.systemd': false },
    ])
    for (const lines of [[], ['standard_rules: []']])
      assert.deepEqual(await flags(site(node, ...lines)), [own, { ...own, 'collector.systemd': false }])
  })

  it('switch on the collector of MongoDB only with its rules', async () => {
    const mongodb = '{ mongodb: { hosts: [mon-a], environment: { MONGODB_URI: "mongodb://localhost" } } }'
    const flags = async (...lines: readonly string[]) =>
      (await cellOf(site(mongodb, ...lines))).exporters?.mongodb_exporter?.flags
    assert.deepEqual(await flags('standard_rules: [mongodb]'), { 'collector.diagnosticdata': true })
    assert.deepEqual(await flags('standard_rules: []'), {})
  })

  it('are suggested once, only to cells that have exporters and say nothing of them', async () => {
    const suggested = async (text: string) =>
      suggestStandardRules((await read(text)).inventory?.cells ?? assert.fail()).map(
        ({ summary, detail }) => [summary, detail],
      )
    assert.deepEqual(await suggested(site(two)), [
      ['cell "eu" loads none of promha\'s standard alert rules', 'promha has rules for node, postgres.'],
    ])
    for (const text of [site(two, 'standard_rules: []'), site(two, 'standard_rules: [node]'), site('{}')])
      assert.deepEqual(await suggested(text), [])
    const cells = ['eu', 'us'].map(
      name => `  ${name}:
    hosts: [mon-${name === 'eu' ? 'a' : 'b'}]
    prometheus: { replicas: { a: mon-${name === 'eu' ? 'a' : 'b'} }, alertmanagers: [] }
    exporters: { node: {} }
`,
    )
    assert.deepEqual(await suggested(`${head}cells:\n${cells.join('')}`), [
      ["some cells load none of promha's standard alert rules", 'promha has rules for node.'],
    ])
  })
})
