/** Programs that lie in a cache: it may have come with the inventory, or belong to somebody else. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { addHashes } from '../../../src/artifact/cache/hash-list.ts'
import type { Artifacts } from '../../../src/artifact/model.ts'
import { localArch } from '../../../src/artifact/model.ts'
import { openArtifacts } from '../../../src/artifact/open.ts'
import { githubSource } from '../../../src/artifact/source/github.ts'
import type { ReleaseSource } from '../../../src/artifact/source/source.ts'
import { createTransfer } from '../../../src/artifact/source/transfer.ts'
import { checkLocally } from '../../../src/check/local-check.ts'
import { prepareAll } from '../../../src/engine/prepare.ts'
import type { Inventory } from '../../../src/inventory/model.ts'
import { readInventory } from '../../../src/site/read.ts'
import { listsIn, nowhere, sha256, testServer } from '../../artifact/support.ts'
import { type Case, eachCase, makeCase, putReleases } from '../support/programs.ts'
import { requireRoot } from '../support/root.ts'
import { stranger } from '../support/stranger.ts'

const arch = localArch() ?? 'amd64'

describe('a program of an untrusted cache', function () {
  this.timeout(60_000)
  before(requireRoot)
  const upstream = testServer()
  const current = eachCase()

  /** What stands for upstream itself at that address: no inventory can say so. */
  const upstreamAt = (base: string, { artifacts }: Inventory): ReleaseSource => {
    const transfer = createTransfer({
      directory: join(artifacts.cache, '.promha-tmp'),
      prepare: async () => {},
      emit: () => {},
      isLocked: () => false,
    })
    const { unprotected: _, ...source } = githubSource(base, transfer)
    return { ...source, vouched: true }
  }
  const open = async (inventory: Inventory, base: string): Promise<Artifacts> =>
    openArtifacts(inventory, {
      emit: () => {},
      source: upstreamAt(base, inventory),
      lists: listsIn(current().home),
    })
  const check = async (inventory: Inventory, artifacts: Artifacts) => {
    const { instances } = await prepareAll(inventory, () => {}, new AbortController().signal)
    return checkLocally(instances, artifacts, inventory)
  }
  /** A checkout with `from: upstream`, a lock file and a cache that are full of another case's programs. */
  const poison = async (other: Case): Promise<Inventory> => {
    const { write, inventory: file } = current()
    putReleases(current(), 'programs', other.releases)
    write('{ from: ./programs, cache: ./cache }')
    assert.equal((await current().promha(['artifacts', 'fetch', file, '--arch', arch])).code, 0)
    write('{ from: upstream, cache: ./cache }')
    return (await readInventory(file)).inventory
  }

  it('is not run if upstream cannot be asked, and the warning says why', async () => {
    const other = await makeCase('by the author')
    const inventory = await poison(other)
    const { problems, unchecked } = await check(inventory, await open(inventory, await nowhere()))
    assert.deepEqual(problems, [])
    assert.equal(unchecked.length, 1)
    assert.match(unchecked[0]?.detail ?? '', /did not fetch it itself: .* the connection was refused/)
    assert.deepEqual(other.ran(), [])
  })

  it('is an error if upstream has another one under that version', async () => {
    const other = await makeCase('by the author')
    const inventory = await poison(other)
    for (const [path, content] of current().releases) upstream.files.set(`/${path}`, content)
    const { problems, unchecked } = await check(inventory, await open(inventory, upstream.url))
    assert.deepEqual(
      problems.map(({ severity, summary }) => [severity, summary.replace(/ \(.*/, '')]),
      ['alertmanager 0.34.0', 'prometheus 3.13.2'].map(name => ['error', name]),
    )
    assert.match(problems[0]?.summary ?? '', /is not what the lock file holds/)
    assert.deepEqual(unchecked, [])
    assert.deepEqual([...other.ran(), ...current().ran()], [])
  })

  it('is run if upstream has that very one, which is remembered for this user', async () => {
    const inventory = await poison(current())
    for (const [path, content] of current().releases) upstream.files.set(`/${path}`, content)
    assert.deepEqual(await check(inventory, await open(inventory, upstream.url)), {
      problems: [],
      unchecked: [],
    })
    const { length } = current().ran()
    assert.ok(length > 0)
    const { unchecked } = await check(inventory, await open(inventory, await nowhere()))
    assert.deepEqual(unchecked, [])
    assert.equal(current().ran().length, length * 2)
  })

  it('does not count because of what the cache says of an archive', async () => {
    // The author's cache says that upstream's own archive holds the author's programs.
    const other = await makeCase('by the author')
    const inventory = await poison(other)
    const { cache } = inventory.artifacts
    const archives = [...current().releases].filter(([path]) => path.endsWith(`${arch}.tar.gz`))
    for (const [path, content] of archives) {
      const own = other.releases.get(path) ?? assert.fail()
      const told = readFileSync(join(cache, 'archives', `${sha256(own)}.json`))
      writeFileSync(join(cache, 'archives', `${sha256(content)}.json`), told)
      upstream.files.set(`/${path}`, content)
    }
    for (const [path, content] of current().releases) upstream.files.set(`/${path}`, content)
    current().put('inventory.lock.yml', 'promha_lock: 1\nartifacts: []\n')
    const artifacts = await open(inventory, upstream.url)
    const release = await artifacts.release('prometheus', arch)
    const promtool = release.files.find(file => file.path.endsWith('promtool')) ?? assert.fail()
    assert.equal(promtool.sha256, other.hashOf('promtool'), 'the cache was believed so far')
    await assert.rejects(artifacts.local(release, promtool), /is not what the lock file holds/)
    assert.deepEqual(other.ran(), [])
  })

  describe('of another user', () => {
    const accepted = async () => {
      const inventory = await poison(current())
      const hash = current().hashOf('promtool')
      await addHashes(listsIn(current().home).accepted, 'test', [{ sha256: hash, what: 'promtool' }])
      execFileSync('chown', ['-R', `${stranger}`, inventory.artifacts.cache])
      const artifacts = await open(inventory, await nowhere())
      const release = await artifacts.release('prometheus', arch)
      const file = release.files.find(({ path }) => path.endsWith('promtool')) ?? assert.fail()
      return { inventory, artifacts, release, file }
    }

    it('is hashed and run as a copy that this user alone can change', async () => {
      const { inventory, artifacts, release, file } = await accepted()
      const path = await artifacts.local(release, file)
      assert.ok(!path.startsWith(inventory.artifacts.cache), path)
      const folder = path.slice(0, path.indexOf('/bin/'))
      assert.deepEqual([statSync(folder).mode & 0o777, statSync(folder).uid], [0o700, process.geteuid?.()])
      // Its owner puts another one in its place.
      const packed = join(inventory.artifacts.cache, `${file.sha256}.gz`)
      writeFileSync(packed, gzipSync('#!/bin/sh\nexit 3\n'))
      execFileSync(path, ['check'])
      assert.deepEqual(current().ran(), ['promtool check'])
    })

    it('is not run where its owner put another one in its place, with a mark beside it', async () => {
      const { inventory, artifacts, release, file } = await accepted()
      const { cache } = inventory.artifacts
      const evil = '#!/bin/sh\nexit 3\n'
      const unpacked = join(cache, 'bin', file.sha256, 'promtool')
      mkdirSync(dirname(unpacked), { recursive: true })
      writeFileSync(unpacked, evil, { mode: 0o755 })
      writeFileSync(join(cache, `${file.sha256}.gz`), gzipSync(evil))
      for (const path of [unpacked, join(cache, `${file.sha256}.gz`)]) {
        const { size, mtimeNs, ctimeNs, ino } = statSync(path, { bigint: true })
        writeFileSync(`${path}.verified`, `${size} ${mtimeNs} ${ctimeNs} ${ino}\n`)
        chownSync(`${path}.verified`, stranger, stranger)
      }
      // Neither file counts: the program is fetched again, which fails here.
      await assert.rejects(artifacts.local(release, file), /could not be fetched: the connection was refused/)
    })

    it('is neither read nor written for a program that upstream gives', async () => {
      const inventory = await poison(current())
      const { cache } = inventory.artifacts
      for (const [path, content] of current().releases) upstream.files.set(`/${path}`, content)
      execFileSync('chown', ['-R', `${stranger}`, cache])
      const before = readdirSync(cache, { recursive: true }).sort()
      const { unchecked } = await check(inventory, await open(inventory, upstream.url))
      assert.deepEqual(unchecked, [])
      assert.notDeepEqual(current().ran(), [])
      assert.deepEqual(readdirSync(cache, { recursive: true }).sort(), before)
    })
  })
})
