import assert from 'node:assert/strict'
import { plain, toolProblem } from '../../src/engine/refusal.ts'

const log = [
  'time=2026-11-22T20:18:19.290Z level=INFO source=main.go:98 msg="Starting blackbox_exporter" version="(version=0.28.0)"',
  'time=2026-11-22T20:18:19.290Z level=ERROR source=main.go:102 msg="Error loading config" err="error parsing config file: yaml: unmarshal errors:\\n  line 3: field \\"foo\\" not found in type config.plain"',
].join('\n')

describe('what a tool refuses', () => {
  it('is the error of its log alone', () => {
    assert.equal(
      plain(log),
      'error parsing config file: yaml: unmarshal errors:\n  line 3: field "foo" not found in type config.plain',
    )
    assert.equal(plain('ts=1 level=error msg="no" err=EOF\nsaid besides'), 'EOF\nsaid besides')
  })

  it('is what it says where that is no log', () => {
    for (const said of ['', 'blackbox_exporter: error: unknown long flag', 'a\nlevel=info msg=x\nb'])
      assert.equal(plain(said), said)
  })

  it('is told with the line of the generated file', () => {
    const program = '/usr/local/bin/blackbox_exporter'
    const check = {
      program,
      root: '/etc',
      args: ['--config.check', '--config.file', 'blackbox_exporter.yml'],
    }
    const files = [{ name: 'blackbox_exporter.yml', content: 'modules:\n  x:\n    foo: 1\n' }]
    const found = toolProblem(check, 'blackbox_exporter', 'eu', log, files, check.args.at(-1) ?? '')
    assert.equal(found.summary, 'blackbox_exporter refuses the config of blackbox_exporter in cell eu')
    assert.deepEqual(found.source, {
      file: 'blackbox_exporter.yml (as generated)',
      line: 3,
      column: 1,
      text: '    foo: 1',
    })
  })
})
