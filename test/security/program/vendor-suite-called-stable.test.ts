/** A vendor's source may have a suite `stable` with a component `main` as well: it is not Debian's. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type MachinePaths, readMirrors } from '../../../src/artifact/debian/machine.ts'
import { notDebians } from '../../../src/artifact/debian/suite.ts'
import { openPackages } from '../../../src/artifact/packages.ts'
import {
  fetchDeb,
  type MadePackage,
  makeDeb,
  makeMachine,
  makeSigner,
  publishSuite,
  type Signer,
} from '../../artifact/debian-repository.ts'
import { inventoryOf, problemText, scratch, sha256, testServer } from '../../artifact/support.ts'

describe("a vendor's suite called stable", function () {
  this.timeout(60_000)
  const root = scratch()
  const [debian, vendor] = [testServer(), testServer()]
  let [archive, other] = [] as unknown as [Signer, Signer]
  let [theirs, debians] = [] as unknown as [MadePackage, MadePackage]
  let machine: MachinePaths
  let directory = ''

  const exporter = (content: string) => ({
    ...{ name: 'prometheus-node-exporter', version: '1.11.1-3' },
    content: makeDeb(root, 'prometheus-node-exporter', '1.11.1-3', {
      'usr/bin/prometheus-node-exporter': content,
    }),
  })
  /** Debian's own mirror, `bookworm` in the sources, has the suite too, as every mirror has. */
  const publish = (release: (text: string) => string) => {
    publishSuite(vendor, 'stable', [theirs], other, { release })
    publishSuite(debian, 'stable', [debians], archive)
  }
  const origin = (name: string) => (text: string) => text.replace('Origin: Debian', `Origin: ${name}`)
  const addVendor = (signedBy: string) =>
    writeFileSync(
      join(machine.apt, 'sources.list.d', 'a-vendor.sources'),
      `Types: deb\nURIs: ${vendor.url}/debian\nSuites: stable\nComponents: main\n${signedBy}`,
    )
  const fetched = () => fetchDeb('stable', machine, directory)

  before(() => {
    theirs = exporter('theirs')
    debians = exporter('Debian')
    archive = makeSigner(root)
    other = makeSigner(root)
  })
  after(() => {
    archive.end()
    other.end()
  })
  beforeEach(() => {
    directory = mkdtempSync(join(root, 'run-'))
    machine = makeMachine(root, debian.url, archive.key)
    mkdirSync(join(machine.apt, 'trusted.gpg.d'))
    writeFileSync(join(machine.apt, 'trusted.gpg.d', 'vendor.asc'), other.key)
    vendor.requests.length = 0
  })

  it('is not even asked where its source names a key of its own', async () => {
    const key = join(root, 'vendor.gpg')
    writeFileSync(key, other.key)
    publish(text => text)
    const inline = other.key.replace(/^$/gm, '.').replace(/^/gm, ' ')
    for (const signedBy of [`Signed-By: ${key}\n`, `Signed-By:\n${inline}\n`]) {
      addVendor(signedBy)
      assert.deepEqual(
        (await readMirrors('stable', machine)).map(({ uri }) => uri),
        [`${debian.url}/debian`],
      )
      assert.equal(await fetched(), sha256(debians.content))
    }
    assert.deepEqual(vendor.requests, [])
  })

  it('is passed over by what it says itself, whatever apt trusts', async () => {
    publish(origin('Vendor'))
    addVendor('')
    assert.equal(await fetched(), sha256(debians.content))
  })

  it('is refused where it calls itself Debian and a key that apt trusts has signed it', async () => {
    publish(text => text)
    addVendor('')
    const said = await problemText(fetched())
    assert.match(said, /signature of .* is not Debian's/)
    assert.match(said, /artifacts\.keyring/)
  })

  it('is refused where there is no other one, and the refusal says why', async () => {
    publish(origin('Vendor'))
    rmSync(join(machine.apt, 'sources.list.d', 'debian.sources'))
    addVendor('')
    const said = await problemText(fetched())
    assert.match(said, /suite stable was not found[\s\S]*has the origin "Vendor" and the label "Debian"/)
    addVendor('Signed-By: /etc/apt/keyrings/vendor.gpg\n')
    const left = await problemText(fetched())
    assert.match(left, /was left out, because its key is not Debian's/)
    assert.match(left, /artifacts\.keyring/)
  })

  it('brings no packages to hosts either', async () => {
    publishSuite(vendor, 'bookworm', [{ ...theirs, name: 'keepalived' }], other)
    rmSync(join(machine.apt, 'sources.list.d', 'debian.sources'))
    writeFileSync(join(machine.apt, 'sources.list'), `deb ${vendor.url}/debian bookworm main\n`)
    const packages = await openPackages(inventoryOf(directory, { from: 'x', kind: 'directory' }, {}), {
      emit: () => {},
      paths: machine,
    })
    const host = { release: 'bookworm', arch: 'amd64', installed: [] }
    assert.match(await problemText(packages.lacking(['keepalived'], host)), /is not Debian's/)
  })

  it('is told by origin and label, which go with the name of the suite', () => {
    const of = (origin: string, label: string) => ({ origin, label })
    for (const [suite, label] of [
      ['bookworm', 'Debian'],
      ['stable-updates', 'Debian'],
      ['bookworm-security', 'Debian-Security'],
      ['bookworm-backports', 'Debian Backports'],
    ] as const) {
      assert.equal(notDebians(of('Debian', label), suite), undefined)
      assert.match(notDebians(of('Vendor', label), suite) ?? '', /origin "Vendor"/)
      assert.match(notDebians(of('Debian', 'Vendor'), suite) ?? '', /label "Vendor"/)
    }
    assert.match(notDebians(of('Debian', 'Debian'), 'bookworm-security') ?? '', /"Debian-Security"$/)
    assert.match(notDebians(of('Raspbian', 'Raspbian'), 'bookworm') ?? '', /origin "Raspbian"/)
  })
})
