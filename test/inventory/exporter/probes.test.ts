/** `probes:`, which the blackbox exporter and exporters that ask other machines take alike. */
import assert from 'node:assert/strict'
import { type Case, tells } from '../cases.ts'
import { head, read } from '../harness.ts'

const pair = 'prometheus: { replicas: { a: mon-a, b: mon-b }, alertmanagers: [] }'
const probers = {
  blackbox: ['blackbox:', '  hosts: [mon-a]', '  modules: { if_mib: { prober: http } }'],
  'exporters.snmp': [
    'exporters:',
    '  snmp:',
    '    hosts: [mon-a]',
    '    config: { modules: { if_mib: {} }, auths: { public_v2: {} } }',
  ],
}
type Prober = keyof typeof probers

/** A cell with a pair and a prober with one probe. */
function site(prober: Prober, probe: string): string {
  const lines = [...probers[prober], `${prober === 'blackbox' ? '' : '  '}  probes: [${probe}]`]
  return `${head}cells:\n  eu:\n    ${pair}\n${lines.map(line => `    ${line}\n`).join('')}`
}

const mistakes = (of: Prober): Readonly<Record<string, Case>> => ({
  'an unknown module': {
    text: site(of, '{ module: §if_mob, targets: [x] }'),
    summary: new RegExp(`^a probe of ${of} names the module "if_mob", which is not under "modules"$`),
    remedy: /Did you mean "if_mib"\?/,
  },
  'a key that it does not take': {
    text: site(of, '{ module: if_mib, §auth_module: x, targets: [y] }'),
    ...(of === 'blackbox'
      ? { summary: /^unknown key "auth_module"/, remedy: /The known keys are .*module/ }
      : {
          summary: /^a probe of exporters.snmp has the key "auth_module", which it does not take$/,
          remedy: /It takes module, auth, targets, labels, interval, timeout\./,
        }),
  },
  'a key that no prober takes': {
    text: site(of, '{ module: if_mib, §target: [x], targets: [y] }'),
    summary: /^unknown key "target"/,
    remedy: /Did you mean "targets"\?/,
  },
  'a module that is a list': {
    text: site(of, '{ module: §[if_mib], targets: [x] }'),
    summary: /module.*: expected .*, saw a list$/,
  },
  'a reference as its module': {
    text: site(of, '{ module: "§${env:HOME}", targets: [x] }'),
    summary: /cannot contain the reference/,
  },
  'no targets': {
    text: site(of, '§{ module: if_mib }'),
    summary: new RegExp(`^a probe of ${of} has no targets$`),
  },
  'a target twice': {
    text: site(of, '{ module: if_mib, targets: [x, §x] }'),
    summary: new RegExp(`^a probe of ${of} names the target "x" twice$`),
  },
  'an empty target': {
    text: site(of, '{ module: if_mib, targets: [§""] }'),
    summary: new RegExp(`^a target of a probe of ${of} is empty$`),
  },
  'a target with a line break': {
    text: site(of, '{ module: if_mib, targets: [§"x\\ny"] }'),
    summary: new RegExp(`^a target of a probe of ${of} has a line break or another control character$`),
  },
  ...Object.fromEntries(
    ['job', 'instance', 'cell', 'module', 'prometheus_replica'].map(label => [
      `the label ${label}`,
      {
        text: site(of, `{ module: if_mib, targets: [x], labels: { §${label}: y } }`),
        summary: new RegExp(`^the label "${label}" of a probe of ${of} is .*promha`),
      },
    ]),
  ),
  'a label of a wrong name': {
    text: site(of, '{ module: if_mib, targets: [x], labels: { §__tmp: y } }'),
    summary: /begins with "__"/,
  },
  'a timeout that is longer than the interval': {
    text: site(of, '{ module: if_mib, targets: [x], interval: 1s, timeout: §10s }'),
    summary: new RegExp(`^a probe of ${of} has the timeout 10s, which is longer than its interval 1s$`),
    remedy: /set a longer "interval"/,
  },
  'a timeout that is longer than the global interval': {
    text: site(of, '{ module: if_mib, targets: [x], timeout: §30s }').replace(
      'alertmanagers: []',
      'alertmanagers: [], global: { scrape_interval: 5s }',
    ),
    summary: /has the timeout 30s, which is longer than the global scrape_interval 5s$/,
  },
  "a timeout that is longer than Prometheus' own interval": {
    text: site(of, '{ module: if_mib, targets: [x], timeout: §61s }'),
    summary: /has the timeout 61s, which is longer than the global scrape_interval 1m$/,
  },
  'an interval that is none': {
    text: site(of, '{ module: if_mib, targets: [x], interval: §1min }'),
    summary: new RegExp(`^interval of a probe of ${of}: expected a duration`),
  },
})

for (const of of Object.keys(probers) as Prober[]) {
  describe(`probes of ${of}`, () => {
    for (const [name, mistake] of Object.entries(mistakes(of))) it(`refuse ${name}`, () => tells(mistake))

    it('may have no targets yet, with a warning', async () => {
      const { problems } = await read(site(of, '{ module: if_mib, targets: [] }'))
      const told = problems.filter(({ summary }) => summary === `a probe of ${of} has no targets`)
      assert.deepEqual(
        told.map(({ severity }) => severity),
        ['warning'],
      )
    })

    it('need a Prometheus', async () => {
      const text = site(of, '{ module: if_mib, targets: [x] }')
      const { problems } = await read(text.replace(`    ${pair}\n`, ''))
      const told = problems.filter(({ summary }) => /has probes but no Prometheus to run them/.test(summary))
      assert.equal(told.length, 1)
    })
  })
}

describe('probes', () => {
  it('of two probers need a Prometheus, which is told once', async () => {
    const probes = 'probes: [{ module: if_mib, targets: [x] }]'
    const lines = Object.values(probers)
      .flat()
      .flatMap(line => (/modules:/.test(line) ? [line, line.replace(/\S.*/, probes)] : [line]))
    const { problems } = await read(`${head}cells:\n  eu:\n${lines.map(line => `    ${line}\n`).join('')}`)
    assert.equal(problems.filter(({ summary }) => /has probes but no Prometheus/.test(summary)).length, 1)
  })

  it('of the blackbox exporter need a module', () =>
    tells({
      text: site('blackbox', '§{ targets: [x] }'),
      summary: /^a probe of blackbox has no module$/,
      remedy: /^Add "module: NAME"/,
    }))

  it('of snmp may name several modules, each of which is there', async () => {
    const two = site('exporters.snmp', '{ module: "if_mib,system", auth: public_v2, targets: [x] }')
    const { inventory } = await read(two.replace('if_mib: {}', 'if_mib: {}, system: {}'))
    const [probe] = inventory?.cells[0]?.exporters?.snmp_exporter?.probes ?? []
    assert.deepEqual(probe?.parameters, { module: 'if_mib,system', auth: 'public_v2' })
    await tells({ text: two.replace('module: ', 'module: §'), summary: /names the module "system"/ })
  })

  it('of snmp name an auth of the config', () =>
    tells({
      text: site('exporters.snmp', '{ module: if_mib, auth: §public, targets: [x] }'),
      summary: /names the auth "public", which is not under "auths"$/,
    }))

  it('name whatever the program knows itself if its config has no such map', async () => {
    const text = site('exporters.snmp', '{ module: any, auth: any, targets: [x] }')
    const { inventory, problems } = await read(text.replace(/config: .*/, 'config: { version: 2 }'))
    assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  })
})
