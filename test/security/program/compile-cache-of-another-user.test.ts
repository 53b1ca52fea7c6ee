import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileCacheDirectory } from '../../../src/cli/process/compile-cache.ts'
import { program } from '../../cli/promha.ts'
import { requireRoot } from '../support/root.ts'
import { stranger } from '../support/stranger.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
/** Tells where the program wants compiled code to be kept, on versions of Node too that keep none. */
const told = `data:text/javascript,${encodeURIComponent(
  "import m from 'node:module'; m.enableCompileCache = at => process.stderr.write('kept in ' + at + '\\n')",
)}`

describe('a compile cache of another user', function () {
  this.timeout(60_000)
  before(requireRoot)
  let folder: string
  let home: string
  let code: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'promha-compiled-'))
    chmodSync(folder, 0o755)
    home = join(folder, 'home')
    mkdirSync(home)
    mkdirSync(join(folder, 'dist/chunks'), { recursive: true })
    code = join(folder, 'dist/promha.js')
    for (const name of ['promha.js', 'chunks/a.js']) writeFileSync(join(folder, 'dist', name), '')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const place = (environment: NodeJS.ProcessEnv = {}) =>
    compileCacheDirectory(code, { XDG_CACHE_HOME: join(home, 'cache'), ...environment })
  const usual = () => join(home, 'cache/promha/compiled')

  /** What the program itself asks Node for, run by that user with that home. */
  function asked(uid: number, environment: NodeJS.ProcessEnv = {}): string | undefined {
    const user = ['--reuid', String(uid), '--regid', String(uid), '--clear-groups']
    const words = [...program, 'validate', join(folder, 'none.yml')]
    const { stderr } = spawnSync('setpriv', [...user, process.execPath, '--import', told, ...words], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, HOME: home, XDG_CACHE_HOME: '', ...environment },
    })
    assert.match(stderr, /none\.yml/)
    return /kept in (.*)/.exec(stderr)?.[1]
  }

  it('is used if it belongs to the user alone', () => {
    assert.equal(place(), usual())
    assert.equal(statSync(usual()).mode & 0o777, 0o700)
    assert.equal(place(), usual())
    assert.equal(asked(0), join(home, '.cache/promha/compiled'))
  })

  it('is not used as root in the home of another user, in which nothing is made', () => {
    chownSync(home, stranger, stranger)
    assert.equal(asked(0), undefined)
    assert.deepEqual(readdirSync(home), [])
    assert.equal(asked(stranger), join(home, '.cache/promha/compiled'))
  })

  it('is not used behind a link of theirs, nor in a directory that they may write', () => {
    mkdirSync(join(home, 'cache/promha'), { recursive: true })
    mkdirSync(join(folder, 'theirs'))
    chownSync(join(folder, 'theirs'), stranger, stranger)
    symlinkSync(join(folder, 'theirs'), usual())
    assert.equal(place(), undefined)
    rmSync(usual())
    symlinkSync(join(folder, 'dist'), usual())
    lchownSync(usual(), stranger, stranger)
    assert.equal(place(), undefined)
    rmSync(usual())
    for (const mode of [0o777, 0o755]) {
      mkdirSync(usual())
      chmodSync(usual(), mode)
      assert.equal(place(), undefined, mode.toString(8))
      rmSync(usual(), { recursive: true })
    }
  })

  it('is not used for a program that another user can change', () => {
    for (const part of ['dist', 'dist/promha.js', 'dist/chunks', 'dist/chunks/a.js']) {
      chownSync(join(folder, part), stranger, stranger)
      assert.equal(place(), undefined, part)
      chownSync(join(folder, part), 0, 0)
      chmodSync(join(folder, part), 0o777)
      assert.equal(place(), undefined, part)
      chmodSync(join(folder, part), 0o755)
    }
    assert.equal(place(), usual())
    assert.equal(place({ PROMHA_TRUST_OWNER: String(stranger) }), usual())
  })

  it('is not looked for in the current folder where there is no home', () => {
    for (const HOME of ['', 'relative']) assert.equal(asked(0, { HOME }), undefined)
    assert.ok(!existsSync(join(root, 'relative')))
    assert.equal(asked(0, { XDG_CACHE_HOME: 'relative' }), join(home, '.cache/promha/compiled'))
  })

  it('is never the shared temporary directory', () => {
    const shared = join(folder, 'shared')
    mkdirSync(shared)
    chmodSync(shared, 0o1777)
    const version = [...program, '--version']
    spawnSync(process.execPath, version, { cwd: root, env: { ...process.env, HOME: home, TMPDIR: shared } })
    assert.equal(existsSync(join(home, '.cache')), false)
    for (const uid of [0, stranger]) assert.ok((asked(uid, { TMPDIR: shared }) ?? home).startsWith(home))
    assert.ok(!readdirSync(shared).includes('node-compile-cache'))
  })
})
