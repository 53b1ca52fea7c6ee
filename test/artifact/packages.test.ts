/** Packages for hosts that fetch nothing: from a signed suite on a local server, then from lock file and cache alone. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { MachinePaths } from '../../src/artifact/debian/machine.ts'
import { type HostSystem, openPackages } from '../../src/artifact/packages.ts'
import { ProblemError } from '../../src/diagnostic/problem.ts'
import { makeDeb, makeMachine, makeSigner, publishSuite, type Signer } from './debian-repository.ts'
import { scratch, sha256, testServer } from './support.ts'

describe('packages of a host’s own system', function () {
  this.timeout(30_000)
  const directory = scratch()
  const server = testServer()
  let signer: Signer
  let paths: MachinePaths
  let site = ''
  before(() => {
    signer = makeSigner(directory)
    paths = makeMachine(directory, server.url, signer.key)
  })
  after(() => signer.end())
  beforeEach(() => {
    publish('1.0-1')
    site = mkdtempSync(join(directory, 'site-'))
  })

  const pack = (name: string, version: string, depends = '') => ({
    ...{ name, version, fields: depends === '' ? '' : `Depends: ${depends}\n` },
    content: makeDeb(directory, name, version, { [`usr/share/${name}`]: version }),
  })
  /** The older build in the release itself, the newer one among its updates. */
  const publish = (version: string) => {
    const others = [pack('libnl', '3.7', 'libc6'), pack('unrelated', '9')]
    const clash = { ...pack('clash', '1'), fields: 'Conflicts: mail\n' }
    publishSuite(server, 'bookworm', [pack('keepalived', '0.9', 'libnl, libc6'), ...others, clash], signer)
    publishSuite(server, 'bookworm-updates', [pack('keepalived', version, 'libnl (>= 3), libc6')], signer)
  }

  const host: HostSystem = {
    ...{ release: 'bookworm', arch: 'amd64' },
    installed: [{ name: 'libc6', version: '2.36', provides: '' }],
  }
  const open = (update = false, apt = paths) =>
    openPackages(
      {
        ...{ file: 'inventory.yml', directory: site },
        artifacts: { from: 'upstream', kind: 'upstream', cache: join(site, 'cache') },
      },
      { emit: () => {}, paths: apt, update },
    )
  const versions = (found: readonly { readonly name: string; readonly version: string }[]) =>
    found.map(one => `${one.name} ${one.version}`).sort()
  const lockFile = () => readFileSync(join(site, 'inventory.lock.yml'), 'utf8')

  it('are those that it lacks, with what they need, and their bytes', async () => {
    const packages = await open()
    const found = await packages.lacking(['keepalived'], host)
    assert.deepEqual(versions(found), ['keepalived 1.0-1', 'libnl 3.7'])
    for (const { compressed, sha256: hash, file } of found) {
      assert.match(file, /^(keepalived|libnl)_.*\.deb$/)
      assert.equal(sha256(gunzipSync(readFileSync(compressed.path))), hash)
    }
    assert.deepEqual(
      await packages.lacking(['libnl'], {
        ...host,
        installed: [...host.installed, { name: 'libnl', version: '3.7', provides: '' }],
      }),
      [],
    )
  })

  it('need no network a second time, and stay what they were', async () => {
    const first = await open()
    await first.lacking(['keepalived'], host)
    await first.save()
    const locked = lockFile()
    server.requests.length = 0
    publish('1.0-2')
    const again = await open()
    assert.deepEqual(versions(await again.lacking(['keepalived'], host)), ['keepalived 1.0-1', 'libnl 3.7'])
    await again.save()
    assert.deepEqual(server.requests, [])
    assert.equal(lockFile(), locked)
    const more = await open()
    assert.deepEqual(versions(await more.lacking(['keepalived', 'unrelated'], host)), [
      ...['keepalived 1.0-1', 'libnl 3.7', 'unrelated 9'],
    ])
    const renewed = await open(true)
    await renewed.fill()
    await renewed.save()
    assert.match(lockFile(), /version: "1\.0-2"/)
    assert.doesNotMatch(lockFile(), /version: "1\.0-1"/)
  })

  it('that are locked and gone from the mirror say so', async () => {
    const first = await open()
    await first.lacking(['keepalived'], host)
    await first.save()
    rmSync(join(site, 'cache'), { recursive: true })
    const path = [...server.files.keys()].find(name => name.includes('/keepalived_1')) ?? ''
    server.files.delete(path)
    await assert.rejects((await open()).lacking(['keepalived'], host), (thrown: ProblemError) => {
      assert.match(thrown.problems[0]?.summary ?? '', /no longer has the package keepalived 1\.0-1/)
      assert.match(thrown.problems[0]?.remedy ?? '', /--update/)
      return true
    })
  })

  it('say where this machine knows no source of them, and nothing of programs', async () => {
    const nowhere = { ...paths, apt: join(site, 'apt') }
    await assert.rejects(
      (await open(false, nowhere)).lacking(['keepalived'], host),
      (thrown: ProblemError) => {
        const [problem] = thrown.problems
        assert.match(problem?.summary ?? '', /^this machine's apt names no source for bookworm/)
        assert.match(problem?.remedy ?? '', /^Add one, or install on the hosts by hand/)
        assert.doesNotMatch(JSON.stringify(problem), /artifacts\.from/)
        return true
      },
    )
  })

  it('say nothing of programs where the mirror lacks the release or the architecture either', async () => {
    const packages = await open()
    for (const of of [{ arch: 'riscv64' }, { release: 'buster' }])
      await assert.rejects(packages.lacking(['keepalived'], { ...host, ...of }), (thrown: ProblemError) => {
        assert.match(thrown.problems[0]?.remedy ?? '', /by hand/)
        assert.doesNotMatch(thrown.problems[0]?.remedy ?? '', /artifacts\.suite|upstream/)
        return true
      })
  })

  it('that cannot be had say what needs them', async () => {
    await assert.rejects(
      (await open()).lacking(['keepalived'], { ...host, installed: [] }),
      (thrown: unknown) => {
        assert.ok(thrown instanceof ProblemError)
        const [problem] = thrown.problems
        assert.equal(problem?.summary, "Debian's bookworm (amd64) does not have keepalived")
        assert.match(problem?.detail ?? '', /keepalived : [\s\S]*Depends: libc6 but it is not installable/)
        assert.ok(problem?.remedy)
        return true
      },
    )
  })

  it('are not such that something would have to go for them', async () => {
    const installed = [...host.installed, { name: 'mail', version: '1', provides: '' }]
    const found = (await open()).lacking(['clash'], { ...host, installed })
    await assert.rejects(found, (thrown: ProblemError) => {
      assert.match(thrown.problems[0]?.detail ?? '', /REMOVED:\n {2}mail\n[\s\S]*remove is disabled/)
      return true
    })
    assert.deepEqual(versions(await (await open()).lacking(['clash'], host)), ['clash 1'])
  })

  it('are not read from a damaged lock file', async () => {
    await (await open()).lacking(['keepalived'], host)
    writeFileSync(
      join(site, 'inventory.lock.yml'),
      'promha_lock: 1\nartifacts: []\npackages:\n  - name: "../x"\n    version: "1"\n',
    )
    await assert.rejects(open(), (thrown: ProblemError) => {
      assert.equal(thrown.problems[0]?.source?.line, 4)
      return true
    })
  })
})
