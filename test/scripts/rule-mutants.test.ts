import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

const root = fileURLToPath(new URL('../..', import.meta.url))

describe('scripts/rule-mutants', function () {
  this.timeout(60_000)

  it('refuses an exporter that has no rules', async () => {
    const { exitCode, stdout, stderr } = await execa(
      process.execPath,
      ['--import=tsx', 'scripts/rule-mutants.ts', 'node', 'postgress'],
      { cwd: root, reject: false },
    )
    assert.equal(exitCode, 2)
    assert.equal(stdout, '')
    assert.match(stderr, /^no rules of postgress; there are those of node, apache, .*, postgres, /)
  })
})
