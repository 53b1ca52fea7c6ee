import assert from 'node:assert/strict'
import {
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import {
  compressedPath,
  newFile,
  openCache,
  prepareCache,
  temporaryPath,
  unpackedPath,
} from '../../../src/artifact/cache/cache.ts'
import { recallContents, rememberContents } from '../../../src/artifact/cache/contents.ts'
import { checkCompressed, checkUnpacked, commit, unpack } from '../../../src/artifact/cache/verified.ts'
import { fetchAll } from '../../../src/artifact/fetch-all.ts'
import { claimPartial } from '../../../src/artifact/http/partial.ts'
import { openArtifacts } from '../../../src/artifact/open.ts'
import { directorySource } from '../../../src/artifact/source/directory.ts'
import { type Problem, ProblemError } from '../../../src/diagnostic/problem.ts'
import { sha256 } from '../../../src/resource/hash.ts'
import { findForeignBelow, isOurs } from '../../../src/trust/ours.ts'
import { inventoryOf, makeRelease, testServer } from '../../artifact/support.ts'
import { requireRoot } from '../support/root.ts'
import { stranger } from '../support/stranger.ts'

const good = Buffer.from('the program')
const bad = Buffer.from('the pr0gram')
const file = { path: '/usr/local/bin/prometheus', sha256: sha256(good), size: good.length }
const members = [{ member: 'x/prometheus', path: file.path, mode: 0o755 }]

/** The mark that says that the file as it is now was verified. */
function mark(path: string): void {
  const { size, mtimeNs, ctimeNs, ino } = lstatSync(path, { bigint: true })
  writeFileSync(`${path}.verified`, `${size} ${mtimeNs} ${ctimeNs} ${ino}\n`)
}

describe('marks of another user', () => {
  before(requireRoot)
  const server = testServer()
  let folder: string
  let directory: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'promha-marks-'))
    directory = join(folder, 'cache')
    mkdirSync(directory)
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('are believed if they are ours', async () => {
    const cache = openCache(directory)
    writeFileSync(compressedPath(cache, file.sha256), gzipSync(bad))
    mark(compressedPath(cache, file.sha256))
    assert.notEqual(await checkCompressed(cache, file), undefined)
  })

  it('are not believed in a cache that is ours', async () => {
    const cache = openCache(directory)
    const path = compressedPath(cache, file.sha256)
    writeFileSync(path, gzipSync(bad))
    mark(path)
    chownSync(`${path}.verified`, stranger, stranger)
    assert.equal(await checkCompressed(cache, file), undefined)
  })

  it('are not believed of a file that is theirs, which is copied before it is used', async () => {
    const cache = openCache(directory)
    const path = compressedPath(cache, file.sha256)
    writeFileSync(path, gzipSync(bad))
    chownSync(path, stranger, stranger)
    mark(path)
    assert.equal(await checkCompressed(cache, file), undefined)
    writeFileSync(path, gzipSync(good))
    assert.notEqual(await checkCompressed(cache, file), undefined)
    assert.equal(lstatSync(path).uid, process.geteuid?.())
  })

  it('are not believed of an unpacked program', async () => {
    const cache = openCache(directory)
    await prepareCache(cache)
    const path = unpackedPath(cache, file)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, bad, { mode: 0o755 })
    mark(path)
    chownSync(join(path, '..'), stranger, stranger)
    assert.equal(await checkUnpacked(cache, file), false)
    writeFileSync(compressedPath(cache, file.sha256), gzipSync(good))
    await assert.rejects(unpack(cache, file), ProblemError)
    assert.deepEqual(readFileSync(path), bad)
  })

  it('are neither believed nor written in a cache of theirs, of which copies are used', async () => {
    const theirs = compressedPath({ directory }, file.sha256)
    writeFileSync(theirs, gzipSync(good))
    chownSync(directory, stranger, stranger)
    const cache = openCache(directory)
    const size = await checkCompressed(cache, file)
    assert.equal(size, gzipSync(good).length)
    // What they put in its place after the check is not what is sent.
    writeFileSync(theirs, gzipSync(bad))
    assert.deepEqual(gunzipSync(readFileSync(compressedPath(cache, file.sha256))), good)
    assert.ok(await unpack(cache, file))
    await prepareCache(cache)
    assert.deepEqual(readdirSync(directory), [`${file.sha256}.gz`])
  })

  it('do not let a link, a pipe or an endless file of theirs be read', async () => {
    const theirs = compressedPath({ directory }, file.sha256)
    writeFileSync(join(folder, 'elsewhere'), gzipSync(good))
    symlinkSync(join(folder, 'elsewhere'), theirs)
    chownSync(directory, stranger, stranger)
    assert.equal(await checkCompressed(openCache(directory), file), undefined)
    rmSync(theirs)
    writeFileSync(theirs, Buffer.alloc(1 << 16))
    assert.equal(await checkCompressed(openCache(directory), file), undefined)
  })

  it('do not say what an archive held', async () => {
    const cache = openCache(directory)
    await prepareCache(cache)
    const temporary = temporaryPath(cache)
    writeFileSync(temporary, gzipSync(good))
    await commit(cache, temporary, compressedPath(cache, file.sha256))
    await rememberContents(cache, 'a'.repeat(64), members, [file])
    assert.notEqual(await recallContents(cache, 'a'.repeat(64), members), undefined)
    chownSync(join(directory, 'archives', `${'a'.repeat(64)}.json`), stranger, stranger)
    assert.equal(await recallContents(cache, 'a'.repeat(64), members), undefined)
  })

  it('do not lead to old files elsewhere being removed', async () => {
    const victim = join(folder, 'victim')
    mkdirSync(victim)
    writeFileSync(join(victim, 'old'), '')
    utimesSync(join(victim, 'old'), 0, 0)
    symlinkSync(victim, join(directory, '.promha-tmp'))
    chownSync(directory, stranger, stranger)
    await prepareCache(openCache(directory))
    assert.ok(existsSync(join(victim, 'old')))
  })

  it('do not have a file exchanged between its check and its place', async () => {
    const cache = openCache(directory)
    mkdirSync(join(directory, '.promha-tmp'))
    chownSync(join(directory, '.promha-tmp'), stranger, stranger)
    await assert.rejects(prepareCache(cache), /.promha-tmp belongs to uid 61234/)
    writeFileSync(compressedPath(cache, file.sha256), gzipSync(good))
    chownSync(compressedPath(cache, file.sha256), stranger, stranger)
    await assert.rejects(checkCompressed(cache, file), /.promha-tmp belongs to uid 61234/)
  })

  it('are not needed of what this user wrote, whatever the umask', async () => {
    const before = process.umask(0)
    try {
      const cache = openCache(join(directory, 'new'))
      await prepareCache(cache)
      await pipeline(Readable.from([gzipSync(good)]), newFile(temporaryPath(cache)))
      const [name = ''] = readdirSync(join(directory, 'new/.promha-tmp'))
      await commit(cache, join(directory, 'new/.promha-tmp', name), compressedPath(cache, file.sha256))
      await rememberContents(cache, 'b'.repeat(64), members, [file])
      assert.notEqual(await recallContents(cache, 'b'.repeat(64), members), undefined)
      assert.ok(await unpack(cache, file))
    } finally {
      process.umask(before)
    }
    assert.equal(findForeignBelow(directory), undefined)
  })

  it('do not have a download go on in a second name of a file', async () => {
    const victim = join(folder, 'victim')
    writeFileSync(victim, 'x')
    for (const name of ['link', 'hard'] as const) {
      const at = join(directory, file.sha256)
      if (name === 'link') symlinkSync(victim, at)
      else linkSync(victim, at)
      const partial = await claimPartial(directory, file.sha256)
      assert.equal(partial.size, 0)
      assert.notEqual(lstatSync(partial.path).ino, lstatSync(victim).ino)
      assert.ok(lstatSync(partial.path).isFile())
    }
  })

  it('cause a warning with the command to type, when something has to be fetched', async () => {
    server.publish(await makeRelease('prometheus', '3.13.2'))
    chownSync(directory, stranger, stranger)
    const inventory = inventoryOf(folder, { cache: directory, from: server.url, kind: 'mirror' })
    const warnings: Problem[] = []
    const warn = (problem: Problem) => void warnings.push(problem)
    const artifacts = await openArtifacts(inventory, { emit: () => {}, warn })
    const release = await artifacts.release('prometheus', 'amd64')
    for (const one of release.files) {
      const { path } = await artifacts.compressed(release, one)
      assert.ok(!path.startsWith(directory) && isOurs(path))
    }
    assert.deepEqual(readdirSync(directory), [])
    const ofCache = warnings.filter(({ summary }) => summary.includes(directory))
    assert.deepEqual(
      ofCache.map(({ severity, remedy }) => [severity, remedy?.split(' if ')[0]]),
      [['warning', `Run \`chown 0 ${directory}\``]],
    )
  })

  it('are not believed of an archive in a directory of theirs, which is copied first', async () => {
    const release = await makeRelease('prometheus', '3.13.2')
    const from = join(folder, 'archives')
    mkdirSync(from)
    writeFileSync(join(from, release.archive), release.content)
    writeFileSync(join(from, 'sha256sums.txt'), `${sha256(release.content)}  ${release.archive}\n`)
    chownSync(from, stranger, stranger)
    const place = { directory: join(folder, 'tmp'), prepare: async () => void mkdirSync(join(folder, 'tmp')) }
    const source = directorySource(from, place, () => false)
    const key = { component: 'prometheus', version: '3.13.2', arch: 'amd64' } as const
    const [archive] = await source.resolve(key)
    assert.ok(archive)
    const { path, dispose } = await source.obtain(key, archive)
    writeFileSync(join(from, release.archive), 'another')
    assert.deepEqual(readFileSync(path), release.content)
    await dispose()
    assert.deepEqual(readdirSync(place.directory), [])
  })

  it('stop `artifacts fetch`, which would keep nothing', async () => {
    chownSync(directory, stranger, stranger)
    const inventory = inventoryOf(folder, { cache: directory })
    await assert.rejects(fetchAll(inventory, { emit: () => {} }), ({ problems }: ProblemError) => {
      assert.match(problems[0]?.summary ?? '', /nothing is kept in the cache/)
      assert.match(problems[0]?.remedy ?? '', new RegExp(`chown 0 ${directory}`))
      return true
    })
  })
})
