/** Where each component comes from, and the forms in which projects give their releases. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReleaseDefinition } from '../../../roles/release.ts'
import { program } from '../../../roles/release.ts'
import { statedHash } from '../../../src/artifact/archive/checksums.ts'
import { machineOf } from '../../../src/artifact/archive/elf.ts'
import { upstreamRelease } from '../../../src/artifact/catalog.ts'
import { openArtifacts } from '../../../src/artifact/open.ts'
import type { Problem } from '../../../src/diagnostic/problem.ts'
import type { Inventory } from '../../../src/inventory/model.ts'
import {
  inventoryOf,
  listsIn,
  makeRelease,
  nowhere,
  opened,
  problemsOf,
  problemText,
  scratch,
  sha256,
  tarGz,
  testServer,
} from '../support.ts'

const own = (release: Omit<ReleaseDefinition, 'own'>): ReleaseDefinition => ({ own: true, ...release })

/** An inventory with one exporter of its own. */
function withOwn(directory: string, release: ReleaseDefinition, artifacts = {}): Inventory {
  const made = inventoryOf(directory, artifacts)
  const definition = { key: 'mine', of: 'mine', manual: '', port: 9999, release }
  const cells = [{ name: 'one', hosts: [], exporters: { mine_exporter: { job: 'mine', definition } } }]
  return { ...made, cells } as unknown as Inventory
}

/** The head of a program for that machine of ELF. */
const elf = (machine: number, rest = 'program') => {
  const head = Buffer.alloc(64)
  head.write('\x7fELF\x02\x01\x01', 'latin1')
  head.writeUInt16LE(machine, 18)
  return Buffer.concat([head, Buffer.from(rest)])
}

describe('sources of releases', () => {
  const server = testServer()
  const root = scratch()
  const make = () => mkdtemp(join(root, 'site-'))

  it('takes one component from a place of its own and the others from that of all', async () => {
    const directory = await make()
    const mirrored = await makeRelease('prometheus', '3.13.2')
    const beside = await makeRelease('alertmanager', '0.33.1')
    server.publish(mirrored)
    await writeFile(join(directory, beside.archive), beside.content)
    await writeFile(join(directory, 'sha256sums.txt'), `${sha256(beside.content)}  ${beside.archive}\n`)
    const artifacts = await opened(
      inventoryOf(
        directory,
        {
          from: server.url,
          kind: 'mirror',
          components: { alertmanager: { from: directory, kind: 'directory' } },
        },
        { prometheus: '3.13.2', alertmanager: '0.33.1' },
      ),
    )
    const hashes = async (component: string) =>
      (await artifacts.release(component, 'amd64')).files.map(file => file.sha256)
    assert.deepEqual(await hashes('alertmanager'), Object.values(beside.programs).map(sha256))
    assert.deepEqual(await hashes('prometheus'), Object.values(mirrored.programs).map(sha256))
    assert.ok(server.requests.every(request => !request.includes('alertmanager')))
  })

  it('fills the name of an archive into that of its checksum file, and knows what is not released', () => {
    const upstream = {
      folder: 'a/b/releases/download/$V',
      archive: 'b-v$V.linux-$ARCH',
      checksums: '$ARCHIVE.sha256',
      members: [program('b-v$V.linux-$ARCH', 'b')],
      architectures: { arm64: 'aarch64', armv7: null },
    }
    const release = { version: '1.0', upstream }
    const parts = upstreamRelease('b', '1.0', 'arm64', release)
    assert.equal(parts.checksums, 'b-v1.0.linux-aarch64.sha256')
    assert.equal(parts.members[0]?.member, parts.archive)
    assert.throws(
      () => upstreamRelease('b', '1.0', 'armv7', release),
      ({ problems: [problem] }: { problems: readonly Problem[] }) =>
        /no b for armv7/.test(problem?.summary ?? '') && /amd64, arm64\./.test(problem?.detail ?? ''),
    )
  })

  it('reads the checksum file of one archive whatever name stands in it', () => {
    const hash = sha256('x')
    assert.equal(statedHash(`${hash}  ./a.tar.gz\n`, 'a.tar.gz', 'a.tar.gz.sha256'), hash)
    assert.equal(statedHash(`${hash}  dist/other\n`, 'a.tar.gz', 'a.tar.gz.sha256'), hash)
    assert.equal(statedHash(`${hash}  other\n`, 'a.tar.gz', 'sha256sums.txt'), undefined)
  })

  it('locks what nobody vouches for with a warning, and never runs it here', async () => {
    const directory = await make()
    const upstream = {
      folder: 'org/mine/releases/download/v$V',
      archive: 'mine-$ARCH',
      checksums: '',
      members: [program('mine-$ARCH', 'mine_exporter')],
    }
    const inventory = withOwn(directory, own({ version: '1.2', upstream }), {
      from: server.url,
      kind: 'mirror',
    })
    const at = '/org/mine/releases/download/v1.2/mine-amd64'
    server.files.set(at, elf(62))
    const warnings: Problem[] = []
    const open = () =>
      openArtifacts(inventory, {
        emit: () => {},
        warn: one => void warnings.push(one),
        lists: listsIn(directory),
      })
    const artifacts = await open()
    const release = await artifacts.release('mine_exporter', 'amd64')
    const [file = assert.fail()] = release.files
    assert.equal(file.sha256, sha256(elf(62)))
    assert.match(warnings.map(one => one.summary).join(), /mine_exporter 1\.2 cannot be verified/)
    assert.equal((await artifacts.ground(release, file)).trusted, false)
    await artifacts.save()
    // Other bytes of the same name are refused where the cache lacks the locked ones.
    server.files.set(at, elf(62, 'another'))
    const other = { ...inventory, artifacts: { ...inventory.artifacts, cache: join(directory, 'other') } }
    const again = await opened(other)
    const found = await again.release('mine_exporter', 'amd64')
    assert.match(await problemText(again.compressed(found, file)), /not what the lock file says/)
    assert.equal((await (await opened(other, true)).release('mine_exporter', 'amd64')).files.length, 1)
    // A program of that name in another place is not what was locked.
    const moved = withOwn(
      directory,
      own({ version: '1.2', upstream: { ...upstream, folder: 'other/mine/releases/download/v$V' } }),
      inventory.artifacts,
    )
    const refused = await problemText((await opened(moved)).release('mine_exporter', 'amd64'))
    assert.match(refused, /not what the lock file holds[\s\S]*other\/mine[\s\S]*fetch --update/)
  })

  it('takes a program out of an archive without a directory, with its own checksum file', async () => {
    const directory = await make()
    const content = await tarGz({ './mine': elf(62), LICENSE: 'free' })
    server.files.set('/org/mine/v1/mine.tar.gz', content)
    server.files.set('/org/mine/v1/mine.tar.gz.sha256', Buffer.from(`${sha256(content)}\n`))
    const upstream = {
      base: server.url,
      folder: 'org/mine/v$V',
      archive: 'mine.tar.gz',
      checksums: '$ARCHIVE.sha256',
      members: [program('mine', 'mine_exporter')],
    }
    const artifacts = await opened(withOwn(directory, own({ version: '1', upstream })))
    const { files } = await artifacts.release('mine_exporter', 'amd64')
    assert.equal(files[0]?.sha256, sha256(elf(62)))
  })

  it('sees that a file is another one than it was, and takes it with an update', async () => {
    const directory = await make()
    const file = join(directory, 'mine')
    const upstream = {
      folder: '',
      archive: 'mine',
      checksums: '',
      members: [program('mine', 'mine_exporter')],
    }
    const inventory = withOwn(directory, own({ version: '0', file, upstream }))
    const ask = async (update = false) => {
      const artifacts = await opened(inventory, update)
      const { files } = await artifacts.release('mine_exporter', 'amd64')
      await artifacts.save()
      return files[0]?.sha256
    }
    await writeFile(file, elf(62))
    assert.equal(await ask(), sha256(elf(62)))
    assert.match(await readFile(join(directory, 'inventory.lock.yml'), 'utf8'), /source: inventory/)
    await writeFile(file, elf(62, 'newer'))
    assert.match(await problemText(ask()), /not what the lock file holds[\s\S]*fetch --update/)
    assert.equal(await ask(true), sha256(elf(62, 'newer')))
    assert.equal(await ask(), sha256(elf(62, 'newer')))
    const arm = (await opened(inventory)).release('mine_exporter', 'arm64')
    assert.match(await problemText(arm), /made for amd64, not for arm64/)
  })

  it('reads the machine out of a program of either byte order', () => {
    assert.equal(machineOf(elf(183)), 'arm64')
    const big = elf(0)
    big[5] = 2
    big.writeUInt16BE(22, 18)
    assert.equal(machineOf(big), 'machine 22 of ELF')
    assert.equal(machineOf(Buffer.from('#!/bin/sh\nexec something else\n')), undefined)
  })

  it('tells at the entry of a program that its address does not lead to', async () => {
    const directory = await make()
    const place = { file: 'inventory.yml', line: 7, column: 9 }
    const members = [program('mine', 'mine_exporter')]
    const upstream = { folder: 'lost', archive: 'mine', checksums: '', members }
    const problemOf = async (release: ReleaseDefinition, artifacts = {}) => {
      const artifactsOf = await opened(withOwn(directory, release, artifacts))
      const [problem] = await problemsOf(artifactsOf.release('mine_exporter', 'amd64'))
      assert.deepEqual(problem?.source, place)
      return problem
    }
    const byUrl = own({ place, version: '0', upstream: { ...upstream, base: server.url } })
    assert.equal((await problemOf(byUrl))?.remedy, 'Check this URL.')
    const unreachable = own({ place, version: '0', upstream: { ...upstream, base: await nowhere() } })
    assert.match((await problemOf(unreachable))?.remedy ?? '', /^Check this URL\. If it is right, run /)
    const mirror = { from: server.url, kind: 'mirror' }
    assert.equal(
      (await problemOf(own({ place, version: '1', upstream }), mirror))?.remedy,
      'Check `repo`, `version`, `tag`, `asset` and `checksums` of this entry, and `artifacts.from`.',
    )
    const file = join(directory, 'gone')
    const gone = own({ place, version: '0', file, upstream: { ...upstream, folder: '', archive: 'gone' } })
    assert.equal((await problemOf(gone))?.remedy, 'Check this path.')
  })

  it('refuses a page that a server sent in place of a program, at the entry', async () => {
    const directory = await make()
    const place = { file: 'inventory.yml', line: 7, column: 9 }
    server.files.set('/page/mine', Buffer.from('<!DOCTYPE html><title>Sign in</title>'))
    const members = [program('mine', 'mine_exporter')]
    const upstream = { base: server.url, folder: 'page', archive: 'mine', checksums: '', members }
    const artifacts = await opened(withOwn(directory, own({ place, version: '0', upstream })))
    const [problem] = await problemsOf(artifacts.release('mine_exporter', 'amd64'))
    assert.equal(problem?.summary, 'the program of mine_exporter is an HTML page')
    assert.deepEqual(problem?.source, place)
  })
})
