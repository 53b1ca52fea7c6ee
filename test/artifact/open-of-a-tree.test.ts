/** A release that is unpacked as a whole: fetched from every kind of place, locked, and kept packed in the cache. */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync, gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { type ReleaseDefinition, type UpstreamRelease, wholeTree } from '../../roles/release.ts'
import { listArtifacts } from '../../src/artifact/fetch-all.ts'
import type { Inventory } from '../../src/inventory/model.ts'
import { inventoryOf, opened, problemText, scratch, sha256, testServer } from './support.ts'

/** Laid out as Grafana's: one directory, programs, many files that they read, and a link. */
async function archiveOf(version: string, page = 'page'): Promise<Buffer> {
  const tar = pack()
  const top = `app-${version}`
  tar.entry({ name: `${top}/VERSION` }, version)
  tar.entry({ name: `${top}/bin/app`, mode: 0o755 }, '#!/bin/sh\n')
  for (let number = 0; number < 50; number++)
    tar.entry({ name: `${top}/public/${number}.js` }, `${page} ${number}`)
  tar.entry({ name: `${top}/public/current`, type: 'symlink', linkname: '1.js' })
  tar.finalize()
  return gzipSync(await buffer(tar))
}

const path = '/usr/local/share/app'
const folder = 'oss/release'
const name = (version: string) => `app-${version}.linux-amd64.tar.gz`

const upstream = (base?: string): UpstreamRelease => ({
  ...(base === undefined ? {} : { base }),
  ...{ folder, archive: 'app-$V.linux-$ARCH.tar.gz', checksums: '$ARCHIVE.sha256' },
  members: [wholeTree('app')],
})

function inventoryIn(directory: string, artifacts: object, base?: string, version = '1.2.3'): Inventory {
  const release: ReleaseDefinition = { own: true, version, upstream: upstream(base) }
  const definition = { key: 'app', of: 'app', manual: '', port: 9999, release }
  const cells = [{ name: 'one', hosts: [], exporters: { app_exporter: { job: 'app', definition } } }]
  return { ...inventoryOf(directory, artifacts), cells } as unknown as Inventory
}

describe('artifacts that are a tree', function () {
  this.timeout(30_000)
  const server = testServer()
  const root = scratch()
  let directory = ''
  let content: Buffer

  before(async () => {
    content = await archiveOf('1.2.3')
  })
  beforeEach(async () => {
    directory = await mkdtemp(join(root, 'site-'))
    publish(content)
  })

  const publish = (archive: Buffer, version = '1.2.3') => {
    server.files.set(`/${folder}/${name(version)}`, archive)
    server.files.set(`/${folder}/${name(version)}.sha256`, Buffer.from(sha256(archive)))
  }
  const fetched = async (inventory: Inventory, update = false) => {
    const artifacts = await opened(inventory, update)
    const release = await artifacts.release('app_exporter', 'amd64')
    const [file, another] = release.files
    assert.ok(file && !another)
    const compressed = await artifacts.compressed(release, file)
    await artifacts.save()
    return { artifacts, release, file, compressed, stream: gunzipSync(await readFile(compressed.path)) }
  }
  const lockText = () => readFile(join(directory, 'inventory.lock.yml'), 'utf8')

  for (const [where, of] of Object.entries({
    'a URL with a checksum file beside it': () => inventoryIn(directory, {}, server.url),
    'a mirror of upstream': () => inventoryIn(directory, { from: server.url, kind: 'mirror' }),
    'a directory, flat': () => inventoryIn(directory, { from: join(directory, 'flat'), kind: 'directory' }),
    'a directory laid out like a mirror': () =>
      inventoryIn(directory, { from: join(directory, 'laid-out'), kind: 'directory' }),
  }))
    it(`comes from ${where}, and is one file of the lock with two hashes`, async () => {
      for (const place of ['flat', `laid-out/${folder}`]) {
        await mkdir(join(directory, place), { recursive: true })
        await writeFile(join(directory, place, name('1.2.3')), content)
        await writeFile(join(directory, place, `${name('1.2.3')}.sha256`), sha256(content))
      }
      const { file, stream } = await fetched(of())
      assert.equal(file.path, path)
      assert.equal(file.packed, sha256(stream))
      assert.equal(file.size, stream.length)
      assert.notEqual(file.sha256, file.packed)
      assert.match(stream.toString(), /^f 5 VERSION\n1\.2\.3d bin\nx 10 bin\/app\n.*\nend\n$/s)
      const text = await lockText()
      for (const hash of [sha256(content), file.sha256, file.packed]) assert.ok(text.includes(hash ?? ''))
    })

  it('asks nothing where lock and cache have it, and takes the lock file at its word', async () => {
    const inventory = inventoryIn(directory, { from: server.url, kind: 'mirror' })
    const first = await fetched(inventory)
    await rm(`${first.compressed.path}.verified`)
    server.requests.length = 0
    const second = await fetched(inventory)
    assert.deepEqual(second.file, first.file)
    assert.deepEqual(server.requests, [])
    const [listed] = await listArtifacts(inventory)
    assert.equal(listed?.cached, true)
  })

  it('is fetched again where the cache lost or spoilt it, and is the same then', async () => {
    const inventory = inventoryIn(directory, { from: server.url, kind: 'mirror' })
    const { compressed, file } = await fetched(inventory)
    await rm(compressed.path)
    assert.deepEqual((await fetched(inventory)).file, file)
    await writeFile(compressed.path, gzipSync('something else'))
    const again = await fetched(inventory)
    assert.equal(sha256(again.stream), file.packed)
  })

  it('is refused where the archive is another one than the locked', async () => {
    const inventory = inventoryIn(directory, { from: server.url, kind: 'mirror' })
    const { compressed } = await fetched(inventory)
    await rm(compressed.path)
    publish(await archiveOf('1.2.3', 'another page'))
    assert.match(await problemText(fetched(inventory)), new RegExp(sha256(content)))
  })

  it('is refused where the lock file says that the tree has another hash', async () => {
    const inventory = inventoryIn(directory, { from: server.url, kind: 'mirror' })
    const { compressed, file } = await fetched(inventory)
    await rm(compressed.path)
    await writeFile(
      join(directory, 'inventory.lock.yml'),
      (await lockText()).replace(file.sha256, '0'.repeat(64)),
    )
    await rm(join(inventory.artifacts.cache, 'archives'), { recursive: true })
    assert.match(await problemText(fetched(inventory)), /0000000/)
  })

  it('is looked at again where the lock file names it as a file', async () => {
    const inventory = inventoryIn(directory, { from: server.url, kind: 'mirror' })
    const { file } = await fetched(inventory)
    await writeFile(join(directory, 'inventory.lock.yml'), (await lockText()).replace(/^ +packed: .*\n/m, ''))
    assert.deepEqual((await fetched(inventory)).file, file)
    assert.match(await lockText(), /packed/)
  })

  it('has a hash of its own in each version, and a damaged one leaves nothing behind', async () => {
    const { file } = await fetched(inventoryIn(directory, {}, server.url))
    publish(await archiveOf('1.3.0'), '1.3.0')
    const next = await fetched(inventoryIn(directory, {}, server.url, '1.3.0'))
    assert.notEqual(next.file.sha256, file.sha256)
    const damaged = content.subarray(0, content.length / 2)
    publish(damaged, '1.4.0')
    const inventory = inventoryIn(directory, {}, server.url, '1.4.0')
    assert.match(await problemText(fetched(inventory)), /app-1\.4\.0\.linux-amd64\.tar\.gz/)
    assert.deepEqual(await readdir(join(inventory.artifacts.cache, '.promha-tmp')), [])
  })
})
