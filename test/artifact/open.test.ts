import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { addHashes } from '../../src/artifact/cache/hash-list.ts'
import type { DownloadProgress } from '../../src/artifact/model.ts'
import { openArtifacts } from '../../src/artifact/open.ts'
import type { Inventory } from '../../src/inventory/model.ts'
import {
  cut,
  inventoryOf,
  listsIn,
  type MadeRelease,
  makeRelease,
  nowhere,
  opened,
  problemText,
  scratch,
  send,
  sha256,
  testServer,
} from './support.ts'

describe('artifacts from a mirror', function () {
  this.timeout(30_000)
  const root = scratch()
  const server = testServer()
  let release: MadeRelease
  let inventory: Inventory
  let archiveUrl = ''

  before(async () => {
    release = await makeRelease('prometheus', '3.13.2')
    archiveUrl = `/${release.folder}/${release.archive}`
  })
  beforeEach(async () => {
    server.publish(release)
    inventory = inventoryOf(await mkdtemp(join(root, 'run-')), { from: server.url, kind: 'mirror' })
  })

  const fetchAll = async (of = inventory, update = false) => {
    const artifacts = await opened(of, update)
    const found = await artifacts.release('prometheus', 'amd64')
    const files = await Promise.all(found.files.map(file => artifacts.compressed(found, file)))
    await artifacts.save()
    return { artifacts, found, files }
  }
  const archiveRequests = () => server.requests.filter(line => line.includes('.tar.gz'))
  const lockFile = () => join(inventory.directory, 'inventory.lock.yml')
  const partials = () => join(inventory.artifacts.cache, '.promha-tmp')
  const temporaries = () => readdir(partials())

  it('fetches, verifies, recompresses and locks', async () => {
    const { found, files } = await fetchAll()
    assert.deepEqual(
      found.files.map(({ path, sha256: hash }) => [path, hash]),
      ['prometheus', 'promtool'].map(name => [
        `/usr/local/bin/${name}`,
        sha256(release.programs[name] ?? ''),
      ]),
    )
    const unpacked = gunzipSync(await readFile(files[0]?.path ?? ''))
    assert.ok(unpacked.equals(release.programs.prometheus ?? Buffer.alloc(0)))
    assert.match(await readFile(lockFile(), 'utf8'), new RegExp(sha256(release.content)))
    assert.deepEqual(await temporaries(), [])
  })

  it('touches no network where lock and cache are filled', async () => {
    const { found } = await fetchAll()
    server.requests.length = 0
    const again = await opened({
      ...inventory,
      artifacts: { ...inventory.artifacts, from: await nowhere() },
    })
    assert.equal(again.version('prometheus'), '3.13.2')
    const same = await again.release('prometheus', 'amd64')
    assert.deepEqual(same, found)
    for (const file of same.files) await again.compressed(same, file)
    const before = await stat(lockFile(), { bigint: true })
    await again.save()
    assert.equal((await stat(lockFile(), { bigint: true })).ino, before.ino)
    assert.deepEqual(server.requests, [])
  })

  it('fetches once for many callers at the same time', async () => {
    const artifacts = await opened(inventory)
    const releases = await Promise.all([1, 2, 3].map(() => artifacts.release('prometheus', 'amd64')))
    await Promise.all(releases.flatMap(one => one.files.map(file => artifacts.compressed(one, file))))
    assert.equal(archiveRequests().length, 1)
  })

  it('shares its cache with another process', async () => {
    const elsewhere = { ...inventory, directory: await mkdtemp(join(root, 'other-')) }
    const [one, two] = await Promise.all([fetchAll(), fetchAll(elsewhere)])
    assert.deepEqual(one.found, two.found)
    assert.deepEqual(await temporaries(), [])
  })

  it('fetches no archive again for a new inventory', async () => {
    const { found } = await fetchAll()
    server.requests.length = 0
    const other = { ...inventory, directory: await mkdtemp(join(root, 'other-')) }
    assert.deepEqual((await fetchAll(other)).found, found)
    assert.deepEqual(archiveRequests(), [])
  })

  it('resumes within a run after the connection was cut', async () => {
    let tries = 0
    server.handler = (request, response) => {
      if (request.url !== archiveUrl || tries++ > 0) return false
      cut(response, release.content, 100_000, partials())
      return true
    }
    await fetchAll()
    assert.deepEqual(archiveRequests().length, 2)
    assert.match(archiveRequests()[1] ?? '', / bytes=[1-9]\d*-$/)
  })

  it('resumes in a later run what an earlier one left', async () => {
    server.handler = (request, response) => {
      if (request.url !== archiveUrl) return false
      if (request.headers.range) response.writeHead(403).end()
      else cut(response, release.content, 150_000, partials())
      return true
    }
    assert.match(await problemText(fetchAll()), /HTTP 403/)
    assert.deepEqual(await temporaries(), [sha256(release.content)])
    server.handler = undefined
    server.requests.length = 0
    await fetchAll()
    assert.match(archiveRequests()[0] ?? '', / bytes=[1-9]\d*-$/)
    assert.deepEqual(await temporaries(), [])
  })

  it('begins again where the server has no ranges', async () => {
    server.ranges = false
    let tries = 0
    server.handler = (request, response) => {
      if (request.url !== archiveUrl || tries++ > 0) return false
      cut(response, release.content, 100_000, partials())
      return true
    }
    const { found } = await fetchAll()
    assert.equal(found.files.length, 2)
  })

  it('begins again where the rest is of another file', async () => {
    const partial = join(inventory.artifacts.cache, '.promha-tmp', sha256(release.content))
    await mkdir(dirname(partial), { recursive: true })
    await writeFile(partial, Buffer.alloc(90_000, 7))
    await fetchAll()
    assert.equal(archiveRequests().length, 2)
  })

  it('takes a download that was already whole, and one that is too long', async () => {
    const partial = join(inventory.artifacts.cache, '.promha-tmp', sha256(release.content))
    await mkdir(dirname(partial), { recursive: true })
    await writeFile(partial, release.content)
    await fetchAll()
    const fresh = inventoryOf(await mkdtemp(join(root, 'run-')), { from: server.url, kind: 'mirror' })
    const longer = join(fresh.artifacts.cache, '.promha-tmp', sha256(release.content))
    await mkdir(dirname(longer), { recursive: true })
    await writeFile(longer, Buffer.concat([release.content, Buffer.alloc(10)]))
    await fetchAll(fresh)
  })

  it('tries again after a server error, within bounds', async () => {
    let tries = 0
    server.handler = (_, response) => {
      if (tries++ > 1) return false
      response.writeHead(503).end()
      return true
    }
    await fetchAll()
    server.handler = (_, response) => {
      response.writeHead(503).end()
      return true
    }
    server.requests.length = 0
    const fresh = inventoryOf(await mkdtemp(join(root, 'run-')), { from: server.url, kind: 'mirror' })
    assert.match(await problemText(fetchAll(fresh)), /HTTP 503/)
    assert.equal(server.requests.length, 4)
  })

  it('follows redirects', async () => {
    server.handler = (request, response) => {
      if (request.url?.startsWith('/moved')) {
        const content = server.files.get(request.url.slice('/moved'.length))
        if (content) send(response, content, undefined)
        return content !== undefined
      }
      response.writeHead(302, { location: `/moved${request.url}` }).end()
      return true
    }
    await fetchAll()
  })

  it('sends credentials, and shows them in no message', async () => {
    const withPassword = server.url.replace('//', '//me:hush@')
    let authorization: string | undefined
    server.handler = request => {
      authorization = request.headers.authorization
      return false
    }
    server.files.clear()
    const of = { ...inventory, artifacts: { ...inventory.artifacts, from: withPassword } }
    const said = await problemText(fetchAll(of))
    assert.equal(authorization, `Basic ${Buffer.from('me:hush').toString('base64')}`)
    assert.doesNotMatch(said, /hush/)
    assert.match(said, /prometheus 3\.13\.2 for amd64 was not found[\s\S]*sha256sums\.txt/)
  })

  it('refuses an archive that is not what its publisher says, and keeps nothing of it', async () => {
    const damaged = Buffer.from(release.content)
    damaged[5000] = (damaged[5000] ?? 0) ^ 1
    server.files.set(archiveUrl, damaged)
    const said = await problemText(fetchAll())
    assert.match(said, /checksum mismatch/)
    assert.match(said, new RegExp(`${sha256(release.content)}.*${sha256(damaged)}`, 's'))
    assert.deepEqual(await readdir(inventory.artifacts.cache), ['.promha-tmp'])
    assert.deepEqual(await temporaries(), [])
    await assert.rejects(stat(lockFile()))
  })

  it('refuses an archive with the right hash that is none', async () => {
    server.publish({ ...release, content: Buffer.from('no archive at all') })
    assert.match(await problemText(fetchAll()), /cannot be unpacked/)
    assert.deepEqual(await temporaries(), [])
  })

  it('refuses an archive that lacks a program', async () => {
    const other = await makeRelease('alertmanager', '0.34.0')
    server.publish({ ...release, content: other.content })
    assert.match(await problemText(fetchAll()), /holds no prometheus-3\.13\.2\.linux-amd64\/prometheus/)
    assert.deepEqual(await temporaries(), [])
  })

  it('says what an architecture lacks', async () => {
    const artifacts = await opened(inventory)
    assert.match(
      await problemText(artifacts.release('prometheus', 'arm64')),
      /no prometheus-3\.13\.2\.linux-arm64/,
    )
    assert.match(
      await problemText(artifacts.release('prometheus', 's390x' as 'arm64')),
      /s390x is not supported/,
    )
  })

  it('says what to do without a network', async () => {
    const of = { ...inventory, artifacts: { ...inventory.artifacts, from: await nowhere() } }
    assert.match(await problemText(fetchAll(of)), /connection was refused[\s\S]*promha artifacts fetch/)
  })

  it('adds to the lock file where a version changes', async () => {
    await fetchAll()
    server.publish(await makeRelease('prometheus', '3.14.0'))
    const newer = { ...inventory, versions: { prometheus: '3.14.0' } }
    const { found } = await fetchAll(newer)
    assert.equal(found.version, '3.14.0')
    assert.match(await readFile(lockFile(), 'utf8'), /"3\.13\.2"[\s\S]*"3\.14\.0"/)
    server.requests.length = 0
    assert.equal((await opened(inventory)).version('prometheus'), '3.14.0')
    assert.equal(
      (await opened({ ...inventory, versions: { prometheus: '3.13.2' } })).version('prometheus'),
      '3.13.2',
    )
    assert.deepEqual(server.requests, [])
  })

  it('refuses other bytes for a locked version, and takes them with update', async () => {
    await fetchAll()
    const lock = await readFile(lockFile(), 'utf8')
    const other = await makeRelease('prometheus', '3.13.2')
    server.publish(other)
    const emptied = {
      ...inventory,
      artifacts: { ...inventory.artifacts, cache: `${inventory.artifacts.cache}-2` },
    }
    const said = await problemText(fetchAll(emptied))
    assert.match(said, /the lock file says[\s\S]*--update/)
    assert.match(said, new RegExp(`${sha256(release.content)}.*${sha256(other.content)}`, 's'))
    assert.equal(await readFile(lockFile(), 'utf8'), lock)
    const { found } = await fetchAll(emptied, true)
    assert.equal(found.files[0]?.sha256, sha256(other.programs.prometheus ?? ''))
    assert.match(await readFile(lockFile(), 'utf8'), new RegExp(sha256(other.content)))
  })

  it('with update, fetches nothing again that is still the same', async () => {
    await fetchAll()
    server.requests.length = 0
    await fetchAll(inventory, true)
    assert.deepEqual(server.requests, [`GET /${release.folder}/sha256sums.txt`])
  })

  it('finds a damaged file in the cache and fetches it again', async () => {
    const { files } = await fetchAll()
    const path = files[0]?.path ?? ''
    const content = await readFile(path)
    content[content.length >> 1] = (content[content.length >> 1] ?? 0) ^ 1
    await writeFile(path, content)
    server.requests.length = 0
    await fetchAll()
    assert.equal(archiveRequests().length, 1)
    assert.ok(gunzipSync(await readFile(path)).equals(release.programs.prometheus ?? Buffer.alloc(0)))
  })

  it('trusts a file again whose times alone changed, without fetching it', async () => {
    const { files } = await fetchAll()
    await utimes(files[0]?.path ?? '', 1, 1)
    server.requests.length = 0
    await fetchAll()
    assert.deepEqual(server.requests, [])
  })

  it('unpacks an executable copy for this machine, and replaces a damaged one', async () => {
    const script = Buffer.from('#!/bin/sh\necho promtool, version 3.13.2\n')
    const base = 'prometheus-3.13.2.linux-amd64'
    const { tarGz } = await import('./support.ts')
    server.publish({
      ...release,
      content: await tarGz({ [`${base}/prometheus`]: 'p', [`${base}/promtool`]: script }),
    })
    const { artifacts, found } = await fetchAll()
    const tool = found.files.find(file => file.path.endsWith('/promtool'))
    assert.ok(tool)
    await addHashes(listsIn(inventory.directory).accepted, 'test', [
      { sha256: tool.sha256, what: 'promtool' },
    ])
    const path = await artifacts.local(found, tool)
    assert.match(execFileSync(path, { encoding: 'utf8' }), /version 3\.13\.2/)
    await writeFile(path, 'damaged')
    assert.equal(await artifacts.local(found, tool), path)
    assert.match(execFileSync(path, { encoding: 'utf8' }), /version 3\.13\.2/)
  })

  it('tells progress, up to the whole', async () => {
    const told: DownloadProgress[] = []
    const artifacts = await openArtifacts(inventory, { emit: progress => told.push(progress) })
    await artifacts.release('prometheus', 'amd64')
    const size = release.content.length
    assert.deepEqual(told.at(-1), { name: release.archive, done: size, total: size })
  })

  it('stops when it is told to', async () => {
    server.handler = () => true
    const controller = new AbortController()
    const artifacts = await openArtifacts(inventory, { emit: () => {}, signal: controller.signal })
    const work = artifacts.release('prometheus', 'amd64')
    setTimeout(() => controller.abort(), 100)
    await assert.rejects(work, { name: 'AbortError' })
  })

  it('reports a cache that is no directory', async () => {
    await writeFile(inventory.artifacts.cache, '')
    assert.match(await problemText(fetchAll()), /cannot use the cache/)
  })
})

describe('artifacts from a directory', () => {
  const root = scratch()
  let release: MadeRelease
  before(async () => {
    release = await makeRelease('node_exporter', '1.12.1')
  })

  const fetchFrom = async (from: string, directory = dirname(from)) => {
    const artifacts = await opened(inventoryOf(directory, { from, kind: 'directory' }))
    const found = await artifacts.release('node_exporter', 'amd64')
    await artifacts.save()
    return found
  }
  const folder = async (files: Readonly<Record<string, string | Buffer>>) => {
    const base = join(await mkdtemp(join(root, 'run-')), 'archives')
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(base, name)), { recursive: true })
      await writeFile(join(base, name), content)
    }
    return base
  }
  const sums = () => `${sha256(release.content)}  ${release.archive}\n`

  it('takes archives side by side', async () => {
    const from = await folder({ [release.archive]: release.content, 'sha256sums.txt': sums() })
    assert.equal((await fetchFrom(from)).files[0]?.sha256, sha256(release.programs.node_exporter ?? ''))
  })
  it('takes a checksum file of one archive', async () => {
    const from = await folder({
      [release.archive]: release.content,
      [`${release.archive}.sha256`]: sha256(release.content),
    })
    assert.equal((await fetchFrom(from)).version, '1.12.1')
  })
  it('takes the layout of a mirror', async () => {
    const { folder: below, archive } = release
    const from = await folder({
      [`${below}/${archive}`]: release.content,
      [`${below}/sha256sums.txt`]: sums(),
    })
    assert.equal((await fetchFrom(from)).version, '1.12.1')
  })
  it('wants a checksum, unless the lock file has it', async () => {
    const from = await folder({ [release.archive]: release.content })
    assert.match(await problemText(fetchFrom(from)), /has no checksum beside it/)
    const complete = await folder({ [release.archive]: release.content, 'sha256sums.txt': sums() })
    await fetchFrom(complete)
    const locked = { ...inventoryOf(dirname(complete), { from, kind: 'directory' }) }
    const emptied = { ...locked, artifacts: { ...locked.artifacts, cache: join(dirname(from), 'empty') } }
    const artifacts = await opened(emptied)
    const found = await artifacts.release('node_exporter', 'amd64')
    assert.ok((await artifacts.compressed(found, found.files[0] ?? assert.fail())).size > 0)
  })
  it('refuses a damaged archive', async () => {
    const from = await folder({
      [release.archive]: Buffer.concat([release.content, Buffer.alloc(1)]),
      'sha256sums.txt': sums(),
    })
    assert.match(await problemText(fetchFrom(from)), /checksum mismatch/)
  })
  it('says where it looked', async () => {
    const from = await folder({ 'sha256sums.txt': sums() })
    assert.match(await problemText(fetchFrom(from)), /was not found[\s\S]*releases\/download\/v1\.12\.1/)
  })
})
