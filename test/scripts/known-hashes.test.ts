/** The table of upstream's programs, filled from a server that is laid out as upstream's is. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { addHashes } from '../../src/artifact/cache/hash-list.ts'
import { openArtifacts } from '../../src/artifact/open.ts'
import {
  inventoryOf,
  listsIn,
  type MadeRelease,
  makeRelease,
  scratch,
  sha256,
  testServer,
} from '../artifact/support.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

describe('known hashes', function () {
  this.timeout(60_000)
  const server = testServer()
  const directory = scratch()
  let releases: readonly MadeRelease[]
  let out = ''

  const publish = (made: readonly MadeRelease[]) => {
    for (const { folder, archive, content } of made) {
      const sums = server.files.get(`/${folder}/sha256sums.txt`)?.toString() ?? ''
      server.files.set(`/${folder}/${archive}`, content)
      server.files.set(`/${folder}/sha256sums.txt`, Buffer.from(`${sums}${sha256(content)}  ${archive}\n`))
    }
  }
  const fill = (...versions: readonly string[]) => {
    const args = ['--import=tsx', 'scripts/known-hashes.ts', '--base', server.url, '--out', out, ...versions]
    return promisify(execFile)(process.execPath, args, { cwd: root })
  }
  /** The table as promha reads it. */
  const table = async () => {
    const copy = join(await mkdtemp(join(directory, 'read-')), 'table.ts')
    await copyFile(out, copy)
    return (await import(pathToFileURL(copy).href)).knownHashes as readonly string[]
  }

  beforeEach(async () => {
    out = join(await mkdtemp(join(directory, 'out-')), 'known-hashes.ts')
    await copyFile(join(root, 'src/artifact/cache/known-hashes.ts'), out)
    releases = await Promise.all(
      ['amd64', 'arm64', 'armv7'].map(arch => makeRelease('prometheus', '3.13.2', arch, 1000)),
    )
    publish(releases)
  })

  it('are those of each program and architecture, and what is there stays', async () => {
    const before = (await table()).length
    assert.match((await fill('prometheus=3.13.2')).stdout, /^6 programs added/)
    const [amd64] = releases
    const promtool = sha256(amd64?.programs.promtool ?? '')
    assert.ok((await table()).includes(`${promtool} prometheus 3.13.2 amd64 promtool`))
    publish(
      await Promise.all(['amd64', 'arm64', 'armv7'].map(arch => makeRelease('pushgateway', '1.0.0', arch))),
    )
    assert.match((await fill('pushgateway=1.0.0')).stdout, /^3 programs added/)
    assert.equal((await table()).length, before + 9)
    const text = await readFile(out, 'utf8')
    assert.match((await fill('prometheus=3.13.2')).stdout, /^0 programs added/)
    assert.equal(await readFile(out, 'utf8'), text)
  })

  it('are none of an archive that is not what its checksum file says', async () => {
    const [one] = releases
    server.files.set(`/${one?.folder}/${one?.archive}`, Buffer.from('other'))
    const text = await readFile(out, 'utf8')
    await assert.rejects(fill('prometheus=3.13.2'), /checksum mismatch/)
    assert.equal(await readFile(out, 'utf8'), text)
  })

  it('let a program of any mirror run, and no other', async () => {
    await fill('prometheus=3.13.2')
    const site = await mkdtemp(join(directory, 'site-'))
    const inventory = inventoryOf(site, { from: server.url, kind: 'mirror' })
    const open = async (known: readonly string[]) => {
      const artifacts = await openArtifacts(inventory, { emit: () => {}, lists: listsIn(site), known })
      const release = await artifacts.release('prometheus', 'amd64')
      return artifacts.ground(release, release.files[1] ?? assert.fail())
    }
    assert.deepEqual(await open(await table()), { trusted: true, because: 'known' })
    assert.deepEqual(await open((await table()).filter(line => !line.includes('promtool'))), {
      trusted: false,
    })
  })

  it('stand beside what a person accepted', async () => {
    const site = await mkdtemp(join(directory, 'site-'))
    const inventory = inventoryOf(site, { from: server.url, kind: 'mirror' })
    const hash = sha256(releases[0]?.programs.prometheus ?? '')
    await addHashes(listsIn(site).accepted, 'test', [{ sha256: hash, what: 'prometheus' }])
    const artifacts = await openArtifacts(inventory, { emit: () => {}, lists: listsIn(site), known: [] })
    const release = await artifacts.release('prometheus', 'amd64')
    const grounds = await Promise.all(release.files.map(file => artifacts.ground(release, file)))
    assert.deepEqual(grounds, [{ trusted: true, because: 'accepted' }, { trusted: false }])
  })
})
