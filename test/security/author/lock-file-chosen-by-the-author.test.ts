/** A lock file pins hashes, and whoever wrote the inventory may have pinned them: it vouches for nothing here. */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { addHashes, readHashes } from '../../../src/artifact/cache/hash-list.ts'
import { localArch, UntrustedError } from '../../../src/artifact/model.ts'
import { openArtifacts } from '../../../src/artifact/open.ts'
import { debianSource } from '../../../src/artifact/source/debian.ts'
import { createTransfer } from '../../../src/artifact/source/transfer.ts'
import type { Inventory } from '../../../src/inventory/model.ts'
import {
  makeDeb,
  makeMachine,
  makeSigner,
  publishSuite,
  type Signer,
} from '../../artifact/debian-repository.ts'
import { inventoryOf, listsIn, problemText, sha256, testServer } from '../../artifact/support.ts'
import { eachCase } from '../support/programs.ts'

const evil = '#!/bin/sh\necho evil\n'
const good = '#!/bin/sh\necho good\n'

describe('a lock file that the inventory’s author chose', function () {
  this.timeout(60_000)
  const current = eachCase()
  const server = testServer()
  let signer: Signer
  before(() => assert.equal(localArch(), 'amd64', 'the packages of this test are for amd64'))
  beforeEach(() => {
    signer = makeSigner(current().directory)
  })
  afterEach(() => signer.end())

  const open = (inventory: Inventory, machine: ReturnType<typeof makeMachine>) => {
    const temporary = join(inventory.artifacts.cache, '.promha-tmp')
    const transfer = createTransfer({
      directory: temporary,
      prepare: async () => void mkdirSync(temporary, { recursive: true }),
      emit: () => {},
      isLocked: () => true,
    })
    const lists = listsIn(current().home)
    return openArtifacts(inventory, {
      emit: () => {},
      lists,
      source: debianSource('forky', transfer, machine),
    })
  }
  /** What the author put beside the inventory: a cache with one program, and a lock file that pins it. */
  const author = (archive: string, hash: string) => {
    const { checkout, put } = current()
    const inventory = inventoryOf(checkout, { from: 'debian', kind: 'debian', suite: 'forky' })
    put(`cache/${sha256(evil)}.gz`, gzipSync(evil))
    const files = ['prometheus', 'promtool'].map(
      name => `{ path: /usr/local/bin/${name}, sha256: ${sha256(evil)}, size: ${evil.length} }`,
    )
    put(
      'inventory.lock.yml',
      `promha_lock: 1
artifacts:
  - component: prometheus
    version: "3.5.3"
    source: debian/forky
    arch: amd64
    archives: [ { name: ${archive}, sha256: ${hash} } ]
    files: [ ${files.join(', ')} ]
`,
    )
    // Of the other components no version is asked for.
    return {
      ...inventory,
      cells: inventory.cells.map(({ alertmanager: _, exporters: __, ...cell }) => cell),
    }
  }
  const publish = (version = '3.5.3+ds1-6') => {
    const content = makeDeb(current().directory, 'prometheus', version, {
      'usr/bin/prometheus': good,
      'usr/bin/promtool': good,
    })
    publishSuite(server, 'forky', [{ name: 'prometheus', version, content }], signer)
    const name = [...server.files.keys()].find(path => path.endsWith('.deb'))?.replace('/debian/', '')
    return { name: name ?? assert.fail(), hash: sha256(content) }
  }
  const promtool = async (
    inventory: Inventory,
    machine = makeMachine(current().directory, server.url, signer.key),
  ) => {
    const artifacts = await open(inventory, machine)
    const release = await artifacts.release('prometheus', 'amd64')
    return artifacts.local(release, release.files[1] ?? assert.fail())
  }

  it('does not make its programs Debian’s by their name', async () => {
    const { name } = publish()
    const said = await problemText(promtool(author(name, 'ab'.repeat(32))))
    assert.match(said, /prometheus 3\.5\.3 \(debian\/forky, amd64\) is not what the lock file holds/)
  })

  it('does not make them so beside the right hash of Debian’s archive', async () => {
    const { name, hash } = publish()
    const said = await problemText(promtool(author(name, hash)))
    assert.match(said, /is not what the lock file holds/)
    assert.match(said, new RegExp(`fetched: .*${sha256(good)}`))
  })

  it('is ignored, but no error, if Debian has another build by now', async () => {
    publish('3.5.3+ds1-7')
    const failed = await promtool(author('pool/prometheus_3.5.3+ds1-6.deb', 'ab'.repeat(32))).catch(
      (failure: unknown) => failure,
    )
    assert.ok(failed instanceof UntrustedError, String(failed))
    assert.match(failed.why?.summary ?? '', /another build of prometheus 3\.5\.3/)
  })

  it('is ignored, but no error, if nothing here can check Debian’s signature', async () => {
    const { name, hash } = publish()
    const machine = makeMachine(current().directory, server.url, signer.key)
    rmSync(machine.keyrings, { recursive: true })
    const failed = await promtool(author(name, hash), machine).catch((failure: unknown) => failure)
    assert.ok(failed instanceof UntrustedError, String(failed))
    assert.match(failed.why?.summary ?? '', /cannot be checked: no keyring/)
  })

  it('is not needed for a program that Debian signed', async () => {
    publish()
    const { checkout } = current()
    const inventory = inventoryOf(checkout, { from: 'debian', kind: 'debian', suite: 'forky' })
    const one = {
      ...inventory,
      cells: inventory.cells.map(({ alertmanager: _, exporters: __, ...cell }) => cell),
    }
    const path = await promtool(one)
    assert.equal(readFileSync(path, 'utf8'), good)
  })

  it('is an error in every command if what Debian has is not signed well', async () => {
    const { name, hash } = publish()
    const other = makeSigner(current().directory)
    try {
      const machine = makeMachine(current().directory, server.url, other.key)
      const artifacts = await open(author(name, hash), machine)
      const release = await artifacts.release('prometheus', 'amd64')
      const failed = await artifacts
        .local(release, release.files[1] ?? assert.fail())
        .catch((failure: unknown) => failure)
      assert.ok(!(failed instanceof UntrustedError))
      assert.match(String(failed), /the signature of \S+ is not Debian's/)
    } finally {
      other.end()
    }
  })

  it('cannot put a line of its own into the list of this user', async () => {
    const { accepted } = listsIn(current().home)
    const what = `promtool 1 from x\n${sha256(evil)}  # y`
    await addHashes(accepted, 'test', [{ sha256: sha256(good), what }])
    assert.deepEqual([...(await readHashes(accepted))], [sha256(good)])
    writeFileSync(accepted.path, 'not a list\n')
    assert.deepEqual([...(await readHashes(accepted))], [])
  })
})
