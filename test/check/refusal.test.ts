import assert from 'node:assert/strict'
import { buildInstances } from '../../roles/instances.ts'
import { judgedBundle } from '../../src/check/judged.ts'
import { toolProblems } from '../../src/check/refusal.ts'
import { source } from '../../src/inventory/text/source-text.ts'
import { parseYaml } from '../../src/inventory/yaml/yaml.ts'
import { buildTopology } from '../../src/topology/build.ts'
import { head, prometheus, read } from '../inventory/harness.ts'

const log = [
  'time=2026-11-22T20:18:19.290Z level=INFO source=main.go:98 msg="Starting blackbox_exporter" version="(version=0.28.0)"',
  'time=2026-11-22T20:18:19.290Z level=ERROR source=main.go:102 msg="Error loading config" err="error parsing config file: yaml: unmarshal errors:\\n  line 3: field \\"foo\\" not found in type config.plain"',
].join('\n')

const check = {
  program: '/usr/local/bin/blackbox_exporter',
  root: '/etc',
  args: ['--config.check', '--config.file', 'blackbox_exporter.yml'],
}

describe('what a tool refuses', () => {
  it('is told at the line of the user that became the line of the tool', async () => {
    const { value } = parseYaml(source('modules.yml', '# mine\nmodules: { x: { foo: 1 } }\n'))
    const files = [{ name: 'blackbox_exporter.yml', content: 'modules:\n  x:\n    foo: 1\n', value }]
    const { inventory = assert.fail() } = await read(prometheus())
    const [found = assert.fail(), ...more] = await toolProblems(
      { check, component: 'blackbox_exporter', files, cell: inventory.cells[0] },
      log,
      'blackbox_exporter in cell eu',
    )
    assert.equal(found.summary, 'blackbox_exporter refuses the config of blackbox_exporter in cell eu')
    assert.equal(found.detail, 'field "foo" not found in type config.plain')
    assert.deepEqual(found.source, {
      file: 'modules.yml',
      line: 2,
      column: 17,
      length: 3,
      text: 'modules: { x: { foo: 1 } }',
    })
    assert.deepEqual(more, [])
  })
})

describe('what a tool says', () => {
  const promtool = {
    program: '/usr/local/bin/promtool',
    root: '/etc/prometheus',
    args: ['check', 'config', 'prometheus.yml'],
  }
  const told = async (message: string, file: object, name = 'prometheus.yml') => {
    const files = [{ name, content: 'a: b\npassword: hunter2secret\n', ...file }]
    const { inventory = assert.fail() } = await read(prometheus())
    return toolProblems(
      { check: promtool, component: 'prometheus', files, cell: inventory.cells[0] },
      message,
      'prometheus in cell eu',
    )
  }

  it('has no password of a URL and no secret of a file that is shipped', async () => {
    const [url] = await told('FAILED: parse "http://u:S3CRET@h:port/w": invalid port ":port" after host', {})
    assert.equal(url?.detail, 'parse "http://u:****@h:port/w": invalid port ":port" after host')
    const path = 'jobs/a.yml'
    const [shipped] = await told(
      'scrape_configs/a.yml: yaml: unmarshal errors:\n  line 2: cannot unmarshal !!str `hunter2...` into int',
      { path },
      'scrape_configs/a.yml',
    )
    assert.equal(shipped?.detail, 'cannot unmarshal !!str `****` into int')
    assert.deepEqual([shipped?.source?.file, shipped?.source?.line], [path, 2])
    assert.doesNotMatch(JSON.stringify(shipped), /hunter2/)
  })

  it('leads to the component if nothing is known of the place', async () => {
    const [found] = await told('FAILED: something is wrong', { content: 'a: b\n', value: { a: 'b' } })
    assert.match(found?.source?.file ?? '', /inventory\.yml$/)
    assert.equal(found?.source?.line, 7)
  })

  it('names the column of the key, and no value of a key that is nearly that of a secret', async () => {
    const content = 'groups:\n  - name: g\n    passwordx: hunter2secret\n'
    const [found] = await told(
      'rules/a.yml: yaml: unmarshal errors:\n  line 3: field passwordx not found in type rulefmt.RuleGroup',
      { path: 'rules/a.yml', content },
      'rules/a.yml',
    )
    assert.deepEqual(found?.source, { file: 'rules/a.yml', line: 3, column: 5 })
  })

  it('names the field that a recording rule must not have', async () => {
    const content =
      'groups:\n  - name: g\n    rules:\n      - record: a:b\n        expr: up\n        for: 5m\n'
    const [found] = await told(
      'rules/a.yml: 4:17: group "g", rule 1, "a:b": invalid field \'for\' in recording rule',
      { path: 'rules/a.yml', content },
      'rules/a.yml',
    )
    assert.deepEqual([found?.source?.line, found?.source?.column], [6, 9])
  })

  it('shows no line of a file that is concealed', async () => {
    const [found] = await told('x.yml: 1:1: wrong', { path: 'x.yml', concealed: true }, 'x.yml')
    assert.deepEqual(found?.source, { file: 'x.yml', line: 1, column: 1 })
  })

  it('quotes no value of a config that is not shown', async () => {
    const { inventory = assert.fail() } = await read(`${head}cells:
  eu:
    exporters:
      snmp: { hosts: [mon-a], config: { auths: { a: { community: s3cret, port: 16161 } } } }
`)
    const [instance = assert.fail()] = buildInstances(
      inventory,
      buildTopology(inventory),
      () => '1.0.0',
    ).filter(({ component }) => component === 'snmp_exporter')
    const judging = instance.checks.find(({ flags }) => !flags) ?? assert.fail()
    const said = 'line 4: cannot unmarshal !!str `s3cret` into int, at 16161 of auths'
    const problems = await toolProblems(judgedBundle(instance, judging, inventory), said, 'snmp')
    assert.equal(problems[0]?.detail, 'line 4: cannot unmarshal !!str `****` into int, at **** of auths')
    assert.deepEqual(
      instance.resources.flatMap(one => (one.kind === 'file' ? [one.concealed] : [])),
      [true],
    )
  })
})
