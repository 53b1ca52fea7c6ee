/** A checkout in /tmp has the node_modules of /tmp above it, which every user may make. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))

describe('a native part of another user', function () {
  this.timeout(30_000)
  let shared: string
  before(() => {
    shared = mkdtempSync(join(tmpdir(), 'promha-native-'))
  })
  after(() => rmSync(shared, { recursive: true, force: true }))

  it('is not loaded from a folder above the program', () => {
    assert.ok(existsSync(join(root, 'dist/promha.js')), 'run `npm run build` first')
    for (const part of ['dist', 'roles', 'package.json'])
      cpSync(join(root, part), join(shared, 'promha', part), { recursive: true })
    const theirs = join(shared, 'node_modules/cpu-features')
    mkdirSync(theirs, { recursive: true })
    const ran = join(shared, 'ran')
    writeFileSync(join(theirs, 'index.js'), `require('fs').writeFileSync(${JSON.stringify(ran)}, '')`)
    const inventory = join(shared, 'inventory.yml')
    writeFileSync(
      inventory,
      [
        'promha: 1',
        'ssh: { port: 1, config: false }',
        'hosts: { mon-a: { address: 127.0.0.1 } }',
        'cells: { eu: { exporters: { node: { hosts: [mon-a] } } } }',
        '',
      ].join('\n'),
    )
    const words = [join(shared, 'promha/dist/promha.js'), 'plan', inventory]
    const { stderr, stdout } = spawnSync(process.execPath, words, { encoding: 'utf8' })
    // ssh2 was loaded: a login was tried.
    assert.match(stderr + stdout, /127\.0\.0\.1:1/)
    assert.equal(existsSync(ran), false)
  })
})
