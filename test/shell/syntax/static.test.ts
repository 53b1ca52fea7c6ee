/** The shell that lies in files of its own. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { staticShell } from '../../../src/shell/syntax/static.ts'
import { requireProgram } from '../../support/debian-package.ts'

const root = join(import.meta.dirname, '../../..')
/** No value is written into a `.sh.ejs`: it is a script as it stands. */
const files = ['src/shell', 'roles'].flatMap(folder =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => /\.sh(\.ejs)?$/.test(file))
    .map(file => join(folder, file)),
)

describe('static shell', function () {
  this.timeout(300_000)

  before('shellcheck is there, or comes from Debian', () => requireProgram('shellcheck'))

  for (const file of files)
    it(`has nothing that shellcheck finds: ${file}`, () => {
      const { status, stdout, stderr } = spawnSync('shellcheck', ['-f', 'gcc', file], {
        cwd: root,
        encoding: 'utf8',
      })
      assert.equal(status, 0, stdout + stderr)
    })

  it('is loaded without its comments', () => {
    assert.ok(files.some(file => file.startsWith('src/')) && files.some(file => file.startsWith('roles/')))
    const text = staticShell('syntax/way.sh')
    assert.match(text, /^service= uid= /)
    assert.doesNotMatch(text, /^ *# /m)
  })
})
