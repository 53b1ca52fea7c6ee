/** An inventory says where the cache is: nothing is removed or written there but what promha itself puts there. */
import assert from 'node:assert/strict'
import {
  existsSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import {
  compressedPath,
  openCache,
  prepareCache,
  temporaryDirectory,
  unpackedPath,
} from '../../../src/artifact/cache/cache.ts'
import { rememberContents } from '../../../src/artifact/cache/contents.ts'
import { checkCompressed, checkUnpacked, unpack } from '../../../src/artifact/cache/verified.ts'
import { sha256 } from '../../artifact/support.ts'
import { eachCase, putReleases } from '../support/programs.ts'

const old = (path: string) => utimesSync(path, 0, 0)

describe('security: a cache that the author names', function () {
  this.timeout(60_000)
  const current = eachCase()
  const file = { path: 'usr/bin/promtool', sha256: sha256('good'), size: 4 }
  let folder: string
  let victim: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'promha-named-cache-'))
    victim = join(folder, 'victim')
    mkdirSync(join(victim, 'tmp/deep'), { recursive: true })
    for (const name of ['plain', 'tmp/plain', 'tmp/deep/plain']) writeFileSync(join(victim, name), 'x')
    for (const name of ['plain', 'tmp/plain', 'tmp/deep']) old(join(victim, name))
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const isWhole = () => ['plain', 'tmp/plain', 'tmp/deep/plain'].every(name => existsSync(join(victim, name)))

  it('has no file of another program removed by validate', async () => {
    const { promha, inventory, write } = current()
    putReleases(current(), 'programs')
    write(`{ from: ./programs, cache: ${victim} }`)
    await promha(['validate', inventory])
    assert.ok(isWhole())
  })

  it('has none removed through a committed link', async () => {
    const { promha, inventory, write } = current()
    putReleases(current(), 'programs')
    for (const name of ['tmp', '.promha-tmp']) {
      const cache = join(folder, name)
      mkdirSync(cache)
      symlinkSync(victim, join(cache, name))
      write(`{ from: ./programs, cache: ${cache} }`)
      await promha(['validate', inventory])
      assert.ok(isWhole(), name)
      assert.deepEqual(readdirSync(victim).sort(), ['plain', 'tmp'], name)
    }
  })

  it('loses only what has a name of promha’s own, and is a plain file', async () => {
    const cache = openCache(join(folder, 'cache'))
    const temporary = temporaryDirectory(cache)
    mkdirSync(temporary, { recursive: true })
    const made = [`7-${'a'.repeat(16)}`, 'b'.repeat(64), `${'c'.repeat(64)}.host.7.0a0a0a0a`]
    const others = ['notes', `7-${'a'.repeat(15)}`, 'b'.repeat(63), `x${'b'.repeat(64)}`]
    for (const name of [...made, ...others]) writeFileSync(join(temporary, name), 'x')
    const directory = `8-${'d'.repeat(16)}`
    mkdirSync(join(temporary, directory))
    const link = `9-${'e'.repeat(16)}`
    symlinkSync(victim, join(temporary, link))
    lutimesSync(join(temporary, link), 0, 0)
    for (const name of readdirSync(temporary)) if (name !== link) old(join(temporary, name))
    await prepareCache(cache)
    assert.deepEqual(readdirSync(temporary).sort(), [...others, directory, link].sort())
    assert.ok(isWhole())
  })

  it('is not written to through a link in it', async () => {
    const cache = openCache(join(folder, 'cache'))
    await prepareCache(cache)
    writeFileSync(compressedPath(cache, file.sha256), gzipSync('good'))
    symlinkSync(victim, join(cache.directory, 'bin'))
    await assert.rejects(unpack(cache, file), /bin is a link/)
    rmSync(join(cache.directory, 'bin'))
    mkdirSync(join(cache.directory, 'bin'))
    symlinkSync(victim, dirname(unpackedPath(cache, file)))
    await assert.rejects(unpack(cache, file), /is a link/)
    writeFileSync(join(victim, 'promtool'), 'good')
    assert.equal(await checkUnpacked(cache, file), false)
    symlinkSync(victim, join(cache.directory, 'archives'))
    await assert.rejects(rememberContents(cache, 'a'.repeat(64), [], [file]), /archives is a link/)
    assert.deepEqual(readdirSync(victim).sort(), ['plain', 'promtool', 'tmp'])
  })

  it('is not read through a link that never ends', async () => {
    const cache = openCache(join(folder, 'cache'))
    await prepareCache(cache)
    symlinkSync('/dev/zero', compressedPath(cache, file.sha256))
    assert.equal(await checkCompressed(cache, file), undefined)
    mkdirSync(dirname(unpackedPath(cache, file)), { recursive: true })
    symlinkSync('/dev/zero', unpackedPath(cache, file))
    assert.equal(await checkUnpacked(cache, file), false)
    rmSync(compressedPath(cache, file.sha256))
    writeFileSync(compressedPath(cache, file.sha256), gzipSync('good'))
    symlinkSync('/dev/zero', `${compressedPath(cache, file.sha256)}.verified`)
    assert.ok(await checkCompressed(cache, file))
  })
})
