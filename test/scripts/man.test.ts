import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { assemble } from '../../src/cli/assemble.ts'
import { requireProgram } from '../support/debian-package.ts'

const root = join(import.meta.dirname, '../..')
const page = 'man/promha.1'

function run(program: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: 'utf8' })
  return { status, out: stdout + stderr }
}

describe('the man page', function () {
  this.timeout(300_000)

  it('is what the commands say now; `npm run man` writes it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'promha-man-'))
    try {
      const written = join(directory, 'promha.1')
      assert.deepEqual(run(process.execPath, ['--import=tsx', 'scripts/man.ts', written]), {
        status: 0,
        out: '',
      })
      assert.equal(readFileSync(join(root, page), 'utf8'), readFileSync(written, 'utf8'))
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it('is shipped, and named in package.json', () => {
    assert.equal(manifest.man, `./${page}`)
    assert.ok(manifest.files.includes(page))
  })

  it('has nothing that mandoc warns of but its empty date', () => {
    requireProgram('mandoc')
    const { out } = run('mandoc', ['-T', 'lint', '-W', 'warning', page])
    assert.deepEqual(
      out.split('\n').filter(line => line !== '' && !/missing date/.test(line)),
      [],
    )
  })

  it('has nothing that groff warns of', () => {
    requireProgram('groff')
    assert.deepEqual(run('groff', ['-man', '-ww', '-b', '-Tutf8', '-z', page]), { status: 0, out: '' })
  })

  it('shows every command and flag as it is typed', async () => {
    requireProgram('mandoc')
    const { out } = run('mandoc', ['-T', 'ascii', '-O', 'width=110', page])
    // Bold is a letter over itself.
    const parts = out.split('\b')
    const text = parts.map((part, at) => (at < parts.length - 1 ? part.slice(0, -1) : part)).join('')
    const program = await assemble(() => true, '0')
    const all = program.commands.flatMap(command => [command, ...command.commands])
    for (const command of all.filter(one => one.commands.length === 0)) {
      assert.ok(text.includes(` ${command.name()} [options]`), command.name())
      for (const { flags } of command.createHelp().visibleOptions(command))
        assert.ok(text.includes(flags), flags)
    }
  })
})
