import assert from 'node:assert/strict'
import { toolProblems } from '../../src/engine/refusal.ts'
import { source } from '../../src/inventory/place.ts'
import { parseYaml } from '../../src/inventory/yaml.ts'
import { prometheus, read } from '../inventory/harness.ts'

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
