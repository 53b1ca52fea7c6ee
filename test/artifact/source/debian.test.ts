import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mirrorsFor, parseDeb822, parseSourcesList } from '../../../src/artifact/debian/apt-sources.ts'
import { type MachinePaths, readMirrors } from '../../../src/artifact/debian/machine.ts'
import { openArtifacts } from '../../../src/artifact/open.ts'
import { debianSource } from '../../../src/artifact/source/debian.ts'
import { createTransfer } from '../../../src/artifact/source/transfer.ts'
import type { Inventory } from '../../../src/inventory/model.ts'
import {
  type MadePackage,
  makeDeb,
  makeMachine,
  makeSigner,
  publishSuite,
  type Signer,
} from '../debian-repository.ts'
import { inventoryOf, listsIn, problemsOf, problemText, scratch, sha256, testServer } from '../support.ts'

describe("a machine's package sources", () => {
  const directory = scratch()

  it('reads the one-line format', () => {
    const text = [
      '# deb http://old.example.net/debian bookworm main',
      'deb [signed-by=/k.gpg arch=amd64] http://m.example.net/debian bookworm main contrib # here',
      'deb-src http://m.example.net/debian bookworm main',
    ].join('\n')
    assert.deepEqual(parseSourcesList(text), [
      {
        uri: 'http://m.example.net/debian',
        suites: ['bookworm'],
        components: ['main', 'contrib'],
        signedBy: ['/k.gpg'],
      },
    ])
  })

  it('reads one-line entries with options, and leaves out comments and deb-src', () => {
    const text = [
      '# deb http://old.example/debian bookworm main',
      'deb [arch=amd64 signed-by=/usr/share/keyrings/docker.gpg] https://download.docker.com/linux/debian bookworm stable',
      'deb http://mirror.debian.org/debian bookworm main contrib # the archive',
      'deb-src http://mirror.debian.org/debian bookworm main',
    ].join('\n')
    assert.deepEqual(parseSourcesList(text), [
      {
        uri: 'https://download.docker.com/linux/debian',
        suites: ['bookworm'],
        components: ['stable'],
        signedBy: ['/usr/share/keyrings/docker.gpg'],
      },
      {
        uri: 'http://mirror.debian.org/debian',
        suites: ['bookworm'],
        components: ['main', 'contrib'],
        signedBy: [],
      },
    ])
  })

  it('reads deb822 stanzas with several suites, inner comments, disabled ones and inline keys', () => {
    const block = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END PGP PUBLIC KEY BLOCK-----'
    const text = [
      'Types: deb deb-src',
      '# a snapshot',
      'URIs: http://mirror.debian.org/debian',
      'Suites: trixie',
      ' trixie-updates',
      'Components: main',
      'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg',
      '',
      'Types: deb',
      'Enabled: no',
      'URIs: http://off.example/debian',
      'Suites: trixie',
      'Components: main',
      '',
      'types: deb',
      'uris: https://pkgs.example/debian',
      'suites: trixie',
      'components: main',
      'signed-by:',
      ' -----BEGIN PGP PUBLIC KEY BLOCK-----',
      ' .',
      ' -----END PGP PUBLIC KEY BLOCK-----',
    ].join('\n')
    assert.deepEqual(parseDeb822(text), [
      {
        uri: 'http://mirror.debian.org/debian',
        suites: ['trixie', 'trixie-updates'],
        components: ['main'],
        signedBy: ['/usr/share/keyrings/debian-archive-keyring.gpg'],
      },
      {
        uri: 'https://pkgs.example/debian',
        suites: ['trixie'],
        components: ['main'],
        signedBy: [block],
      },
    ])
  })

  it("finds the mirrors in the list that Debian's cloud images name", async () => {
    const apt = join(directory, 'apt')
    await mkdir(join(apt, 'sources.list.d'), { recursive: true })
    const list = join(apt, 'debian.list')
    await writeFile(
      list,
      '# mirrors\nhttps://m.example.net/debian\tpriority:1\nhttp://n.example.net/debian\n',
    )
    const stanza = `Types: deb\nURIs: mirror+file://${list}\nSuites: forky\nComponents: main\n`
    await writeFile(join(apt, 'sources.list.d', 'debian.sources'), stanza)
    await writeFile(join(apt, 'sources.list'), 'deb mirror+file:/none/such.list forky main\n')
    const paths = { apt, keyrings: directory, osRelease: join(directory, 'os-release') }
    assert.deepEqual(
      (await readMirrors('forky', paths)).map(({ uri }) => uri),
      ['https://m.example.net/debian', 'http://n.example.net/debian'],
    )
  })

  it('reads deb822, and leaves out what is switched off', () => {
    const text = [
      'Types: deb deb-src',
      '# a comment',
      'URIs: http://m.example.net/debian http://n.example.net/debian',
      'Suites: bookworm',
      ' bookworm-updates',
      'Components: main',
      'Signed-By: /k.gpg',
      '',
      'Types: deb',
      'Enabled: no',
      'URIs: http://off.example.net',
      'Suites: bookworm',
      'Components: main',
    ].join('\n')
    const [first, second, ...others] = parseDeb822(text)
    assert.equal(first?.uri, 'http://m.example.net/debian')
    assert.equal(second?.uri, 'http://n.example.net/debian')
    assert.deepEqual(first?.suites, ['bookworm', 'bookworm-updates'])
    assert.deepEqual(first?.signedBy, ['/k.gpg'])
    assert.deepEqual(others, [])
  })

  it('reads a key that stands in the file', () => {
    const text =
      'Types: deb\nURIs: http://m.example.net\nSuites: a\nComponents: main\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abcd\n -----END PGP PUBLIC KEY BLOCK-----\n'
    assert.match(
      parseDeb822(text)[0]?.signedBy[0] ?? '',
      /^-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabcd\n-----END/,
    )
  })

  it("prefers a source with the suite, then the machine's own, and no security updates", () => {
    const make = (uri: string, suites: readonly string[]) => ({
      uri,
      suites,
      components: ['main'],
      signedBy: [],
    })
    const sources = [
      make('http://security.example.net', ['bookworm-security']),
      make('http://m.example.net', ['bookworm', 'bookworm-updates']),
      make('http://vendor.example.net', ['nodistro']),
      make('cdrom:[x]/', ['bookworm']),
      make('http://forky.example.net', ['forky']),
    ]
    assert.deepEqual(
      mirrorsFor('forky', ['bookworm'], sources).map(one => one.uri),
      ['http://forky.example.net', 'http://m.example.net'],
    )
  })
})

describe('artifacts from Debian', function () {
  this.timeout(60_000)
  const root = scratch()
  const server = testServer()
  let signer: Signer
  let machine: MachinePaths
  let packages: readonly MadePackage[]
  let directory: string

  before(() => {
    signer = makeSigner(root)
    const made = (name: string, version: string, files: Record<string, string>, compression?: string) => ({
      name,
      version,
      content: makeDeb(root, name, version, files, compression),
    })
    packages = [
      made('prometheus', '3.5.3+ds1-6', { 'usr/bin/prometheus': 'P' }),
      made('promtool', '3.5.3+ds1-6', { 'usr/bin/promtool': 'T' }, 'gzip'),
      made(
        'prometheus-alertmanager',
        '0.33.1-5',
        {
          'usr/bin/prometheus-alertmanager': 'A',
          'usr/bin/amtool': 'M',
          'usr/share/prometheus/alertmanager/default.tmpl': 'D',
          'usr/share/prometheus/alertmanager/email.tmpl': 'E',
        },
        'zstd',
      ),
      made('prometheus-node-exporter', '1.11.1-3', { 'usr/bin/prometheus-node-exporter': 'N' }),
    ]
  })
  after(() => signer.end())
  beforeEach(async () => {
    directory = await mkdtemp(join(root, 'run-'))
    machine = makeMachine(root, server.url, signer.key)
    publishSuite(server, 'forky', packages, signer)
  })

  const open = (inventory: Inventory, paths = machine, update = false, origin = {}) => {
    const temporary = join(inventory.artifacts.cache, '.promha-tmp')
    const transfer = createTransfer({
      directory: temporary,
      prepare: async () => void (await mkdir(temporary, { recursive: true })),
      emit: () => {},
      isLocked: () => false,
    })
    return openArtifacts(inventory, {
      emit: () => {},
      update,
      lists: listsIn(directory),
      source: debianSource('forky', transfer, paths, origin),
    })
  }
  const inventory = (versions: Inventory['versions'] = {}) =>
    inventoryOf(directory, { from: 'debian', kind: 'debian', suite: 'forky' }, versions)

  it('takes all three components, with what they need at run time', async () => {
    const artifacts = await open(inventory())
    assert.equal(artifacts.version('prometheus'), '3.5.3')
    assert.equal(artifacts.version('alertmanager'), '0.33.1')
    const hashes = async (component: 'prometheus' | 'alertmanager' | 'node_exporter') =>
      (await artifacts.release(component, 'amd64')).files.map(file => [file.path, file.sha256])
    assert.deepEqual(await hashes('prometheus'), [
      ['/usr/local/bin/prometheus', sha256('P')],
      ['/usr/local/bin/promtool', sha256('T')],
    ])
    assert.deepEqual(await hashes('alertmanager'), [
      ['/usr/local/bin/alertmanager', sha256('A')],
      ['/usr/local/bin/amtool', sha256('M')],
      ['/usr/share/prometheus/alertmanager/default.tmpl', sha256('D')],
      ['/usr/share/prometheus/alertmanager/email.tmpl', sha256('E')],
    ])
    assert.deepEqual(await hashes('node_exporter'), [['/usr/local/bin/node_exporter', sha256('N')]])
    await artifacts.save()
    server.requests.length = 0
    const again = await open(inventory())
    await again.release('prometheus', 'amd64')
    assert.deepEqual(server.requests, [])
  })

  it('finds promtool inside the package of older suites', async () => {
    const both = makeDeb(root, 'prometheus', '2.42.0+ds-5', {
      'usr/bin/prometheus': 'P',
      'usr/bin/promtool': 'T',
    })
    publishSuite(
      server,
      'forky',
      [{ name: 'prometheus', version: '2.42.0+ds-5', content: both }, ...packages.slice(2)],
      signer,
    )
    const release = await (await open(inventory())).release('prometheus', 'amd64')
    assert.deepEqual(
      release.files.map(file => file.sha256),
      [sha256('P'), sha256('T')],
    )
  })

  it('takes the list by its hash where the mirror offers that', async () => {
    server.files.clear()
    publishSuite(server, 'forky', packages, signer, { byHash: true })
    await open(inventory())
    assert.ok(server.requests.some(line => line.includes('/by-hash/SHA256/')))
  })

  it('refuses a pinned version that the suite does not have', async () => {
    const artifacts = await open(inventory({ prometheus: '3.13.2' }))
    assert.match(
      await problemText(artifacts.release('prometheus', 'amd64')),
      /forky has prometheus 3\.5\.3, not 3\.13\.2/,
    )
  })

  it('refuses a text that was altered after it was signed', async () => {
    const path = '/debian/dists/forky/InRelease'
    const text = server.files.get(path)?.toString() ?? ''
    server.files.set(path, Buffer.from(text.replace('Suite: testing', 'Suite: tasting')))
    assert.match(await problemText(open(inventory())), /signature of .* is not Debian's/)
  })

  it('refuses a key that the machine does not trust', async () => {
    const other = makeSigner(root)
    after(() => other.end())
    machine = makeMachine(root, server.url, other.key)
    assert.match(await problemText(open(inventory())), /signature of .* is not Debian's/)
  })

  it('wants a keyring', async () => {
    await rm(machine.keyrings, { recursive: true })
    assert.match(await problemText(open(inventory())), /no keyring[\s\S]*debian-archive-keyring/)
  })

  it('refuses another suite under the same name', async () => {
    publishSuite(server, 'forky', packages, signer, { release: text => text.replace('forky', 'trixie') })
    assert.match(await problemText(open(inventory())), /expected forky, seen trixie/)
  })

  it('refuses a list past its date, unless apt on this machine is told not to mind', async () => {
    const configure = async (minds: string) => {
      const file = join(directory, 'apt.conf')
      const nothing = 'Dir::Etc::parts "/dev/null"; Dir::Etc::main "/dev/null";'
      await writeFile(file, `${nothing} Acquire::Check-Valid-Until "${minds}";`)
      process.env.APT_CONFIG = file
    }
    const date = 'Valid-Until: Fri, 06 Nov 2015 08:08:01 UTC'
    publishSuite(server, 'forky', packages, signer, { release: text => `${date}\n${text}` })
    try {
      await configure('true')
      assert.match(await problemText(open(inventory())), /expired on 2015-11-06/)
      const [path, text] = [
        '/debian/dists/forky/InRelease',
        server.files.get('/debian/dists/forky/InRelease'),
      ]
      server.files.set(path, Buffer.from(`${text}`.replace('Suite: testing', 'Suite: tasting')))
      assert.match(await problemText(open(inventory())), /signature of .* is not Debian's/)
      server.files.set(path, text ?? assert.fail())
      await configure('false')
      await open(inventory())
    } finally {
      delete process.env.APT_CONFIG
    }
  })

  it('shows no password of a mirror, whatever apt says', async () => {
    const source = server.url.replace('//', '//user:hush@')
    machine = makeMachine(root, source, signer.key)
    await open(inventory())
    server.files.set('/debian/dists/forky/main/binary-amd64/Packages.gz', Buffer.from('other'))
    const said = await problemText(open(inventory()))
    assert.match(said, /Failed to fetch/)
    assert.doesNotMatch(said, /hush/)
  })

  it("runs no hook and reads no source of this machine's apt, but takes its proxy", async () => {
    const [file, mark] = [join(directory, 'apt.conf'), join(directory, 'mark')]
    const hooks = ['Pre-Invoke', 'Post-Invoke', 'Post-Invoke-Success'].map(
      name => `APT::Update::${name} {"touch ${mark}";};`,
    )
    const elsewhere = `Dir::Etc::sourceparts "${directory}"; Dir::Etc::parts "/dev/null";`
    await writeFile(
      file,
      `${hooks.join('\n')}\n${elsewhere}\nAcquire::Retries "0"; Acquire::http::Proxy "http://127.0.0.1:1";`,
    )
    process.env.APT_CONFIG = file
    try {
      assert.match(await problemText(open(inventory())), /Could not connect to 127\.0\.0\.1:1/)
      await writeFile(file, `${hooks.join('\n')}\n${elsewhere}`)
      await open(inventory())
    } finally {
      delete process.env.APT_CONFIG
    }
    assert.equal(existsSync(mark), false)
  })

  it('refuses a list and a package with another hash', async () => {
    const deb = [...server.files.keys()].find(path => path.includes('node-exporter')) ?? ''
    server.files.set(deb, Buffer.concat([server.files.get(deb) ?? Buffer.alloc(0), Buffer.alloc(1)]))
    const artifacts = await open(inventory())
    assert.match(await problemText(artifacts.release('node_exporter', 'amd64')), /checksum mismatch/)
    server.files.set('/debian/dists/forky/main/binary-amd64/Packages.gz', Buffer.from('other'))
    assert.match(
      await problemText(open(inventory())),
      /does not accept the package list[\s\S]*Hashes of expected/,
    )
  })

  it('says what the suite has where the locked build is gone', async () => {
    const first = await open(inventory())
    await first.release('node_exporter', 'amd64')
    await first.save()
    await rm(join(directory, 'cache'), { recursive: true })
    server.files.clear()
    const content = makeDeb(root, 'prometheus-node-exporter', '1.11.1-4', {
      'usr/bin/prometheus-node-exporter': 'N2',
    })
    const newer = { name: 'prometheus-node-exporter', version: '1.11.1-4', content }
    publishSuite(server, 'forky', [...packages.slice(0, 3), newer], signer)
    const again = await open(inventory())
    const locked = await again.release('node_exporter', 'amd64')
    const file = locked.files[0] ?? assert.fail()
    const said = await problemText(again.compressed(locked, file))
    assert.match(said, /no longer has the locked build[\s\S]*1\.11\.1-3[\s\S]*1\.11\.1-4[\s\S]*--update/)
    const updated = await open(inventory(), machine, true)
    const release = await updated.release('node_exporter', 'amd64')
    assert.equal(release.files[0]?.sha256, sha256('N2'))
    await updated.save()
  })

  it('says that a machine without package sources is none of Debian', async () => {
    const paths = { apt: join(root, 'none'), keyrings: machine.keyrings, osRelease: join(root, 'none') }
    assert.match(await problemText(open(inventory(), paths)), /needs a Debian machine/)
  })

  it('names the key and the place of a suite that was not found', async () => {
    server.files.clear()
    const suitePlace = { file: 'inventory.yml', line: 3, column: 5 }
    const origin = { of: 'artifacts.components.node', suitePlace }
    const [problem] = await problemsOf(open(inventory(), machine, false, origin))
    assert.match(problem?.remedy ?? '', /^Check `artifacts\.components\.node\.suite`: /)
    assert.deepEqual(problem?.source, suitePlace)
  })

  it('says which suite was not found', async () => {
    server.files.clear()
    assert.match(
      await problemText(open(inventory())),
      /suite forky was not found[\s\S]*dists\/forky\/InRelease/,
    )
  })
})
