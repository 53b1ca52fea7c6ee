/** A copy of Debian that somebody signs anew counts only by a keyring that root alone could have put there. */
import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type MachinePaths, withKeyring } from '../../../src/artifact/debian/machine.ts'
import { openPackages } from '../../../src/artifact/packages.ts'
import { ProblemError } from '../../../src/diagnostic/problem.ts'
import { readInventory } from '../../../src/site/read.ts'
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
import { prometheus } from '../../inventory/harness.ts'
import { requireRoot } from '../support/root.ts'

describe('a copy of Debian that is signed by somebody else', function () {
  this.timeout(60_000)
  const root = scratch()
  const server = testServer()
  let [archive, own] = [] as unknown as [Signer, Signer]
  let copied: MadePackage
  let machine: MachinePaths
  let directory = ''
  let keyring = ''
  before(() => {
    requireRoot()
    archive = makeSigner(root)
    own = makeSigner(root)
    copied = {
      ...{ name: 'prometheus-node-exporter', version: '1.11.1-3' },
      content: makeDeb(root, 'prometheus-node-exporter', '1.11.1-3', {
        'usr/bin/prometheus-node-exporter': 'copied',
      }),
    }
  })
  after(() => {
    archive.end()
    own.end()
  })
  beforeEach(() => {
    directory = mkdtempSync(join(root, 'site-'))
    machine = makeMachine(root, server.url, archive.key)
    mkdirSync(join(root, 'keyrings'), { recursive: true })
    keyring = join(root, 'keyrings', 'copy.asc')
    writeFileSync(keyring, own.key)
    chmodSync(root, 0o755)
    publishSuite(server, 'forky', [copied], own)
    for (const suite of ['bookworm', 'bookworm-updates'])
      publishSuite(server, suite, [{ ...copied, name: 'keepalived' }], own)
  })

  const fetched = (paths: MachinePaths) => fetchDeb('forky', paths, directory)
  const signedBy = (key: string) =>
    writeFileSync(
      join(machine.apt, 'sources.list.d', 'debian.sources'),
      `Types: deb\nURIs: ${server.url}/debian\nSuites: bookworm\nComponents: main\nSigned-By: ${key}\n`,
    )

  it('is refused, and the refusal names the key to set', async () => {
    assert.match(await problemText(fetched(machine)), /is not Debian's[\s\S]*`artifacts\.keyring`/)
  })

  it('is accepted by the keyring that is named, whether apt’s source names it too or not', async () => {
    const paths = withKeyring(machine, { keyring })
    assert.equal(await fetched(paths), sha256(copied.content))
    signedBy(keyring)
    assert.equal(await fetched(paths), sha256(copied.content))
  })

  it('is accepted for packages of hosts by that same keyring', async () => {
    const { artifacts, ...rest } = inventoryOf(directory, { from: 'x', kind: 'directory' }, {})
    const opened = (settings: typeof artifacts) =>
      openPackages({ ...rest, artifacts: settings }, { emit: () => {}, paths: machine })
    const host = { release: 'bookworm', arch: 'amd64', installed: [] }
    const refused = (await opened(artifacts)).lacking(['keepalived'], host)
    assert.match(await problemText(refused), /is not Debian's/)
    const [found] = await (await opened({ ...artifacts, keyring })).lacking(['keepalived'], host)
    assert.equal(found?.name, 'keepalived')
  })

  it("needs Debian's keyring or its own: without any, the package is named", async () => {
    rmSync(machine.keyrings, { recursive: true })
    assert.match(await problemText(fetched(machine)), /Install the package debian-archive-keyring/)
  })

  describe('and the keyring', () => {
    const read = async (path: string, site = directory) => {
      const file = join(site, 'inventory.yml')
      writeFileSync(file, `${prometheus()}artifacts: { keyring: ${path} }\n`)
      return readInventory(file, { keyrings: [join(root, 'keyrings')] }).then(
        ({ inventory }) => inventory.artifacts.keyring,
        (thrown: unknown) => {
          assert.ok(thrown instanceof ProblemError)
          const [problem] = thrown.problems
          assert.deepEqual([problem?.source?.line, problem?.source?.column], [10, 23])
          return `${problem?.summary} (${problem?.remedy})`
        },
      )
    }

    it('may be one of root’s', async () => {
      assert.equal(await read(keyring), keyring)
    })

    it('may not be another user’s, nor lie where another user may change it', async () => {
      chownSync(keyring, 65534, 0)
      assert.match(
        String(await read(keyring)),
        /can be changed by others than root: .*copy\.asc belongs to uid/,
      )
      chownSync(keyring, 0, 0)
      chmodSync(keyring, 0o666)
      assert.match(String(await read(keyring)), /is writable by every user \(Have root put/)
      chmodSync(keyring, 0o644)
      chmodSync(join(root, 'keyrings'), 0o777)
      assert.match(String(await read(keyring)), /keyrings is writable by every user/)
      chmodSync(join(root, 'keyrings'), 0o755)
    })

    it('may lie nowhere else, whether another place is a checkout or not', async () => {
      writeFileSync(join(root, 'ours.asc'), own.key)
      writeFileSync(join(directory, 'ours.asc'), own.key)
      mkdirSync(join(root, 'keyrings-2'), { recursive: true })
      writeFileSync(join(root, 'keyrings-2/ours.asc'), own.key)
      symlinkSync(join(directory, 'ours.asc'), join(root, 'keyrings', 'link.asc'))
      for (const path of ['ours.asc', '../ours.asc', '../keyrings-2/ours.asc', '../keyrings/link.asc'])
        assert.match(
          String(await read(path)),
          /does not lie below .*keyrings \(Have root put the keyring/,
          path,
        )
      rmSync(join(root, 'keyrings', 'link.asc'))
    })

    it('lies where the machine has its keyrings', async () => {
      const file = join(directory, 'inventory.yml')
      writeFileSync(file, `${prometheus()}artifacts: { keyring: ${keyring} }\n`)
      await assert.rejects(readInventory(file), ({ problems }: ProblemError) => {
        const places = '/etc/apt, /usr/share/keyrings, /usr/local/share/keyrings or /etc/pki'
        assert.match(problems[0]?.summary ?? '', new RegExp(`does not lie below ${places}$`))
        return true
      })
    })

    it('has to be a file that is there', async () => {
      assert.match(String(await read('/none/such.gpg')), /does not exist/)
      mkdirSync(join(root, 'keyrings/more'))
      assert.match(String(await read(join(root, 'keyrings/more'))), /is not a plain file/)
    })
  })
})
