/** A small repository of Debian packages, made and signed on the spot with a throwaway key. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { MachinePaths } from '../../src/artifact/debian/machine.ts'
import { debianSource } from '../../src/artifact/source/debian.ts'
import { createTransfer } from '../../src/artifact/source/transfer.ts'
import { sha256, type TestServer } from './support.ts'

export interface Signer {
  readonly sign: (text: string) => string
  /** The public key, armoured. */
  readonly key: string
  readonly end: () => void
}

/** Needs gpg, which is Debian's package of that name. */
export function makeSigner(directory: string): Signer {
  const home = mkdtempSync(join(directory, 'gpg-'))
  const gpg = (args: readonly string[], input = '') =>
    execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', ...args], {
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  gpg(['--passphrase', '', '--quick-generate-key', 'Test <test@example.net>', 'ed25519', 'sign', 'never'])
  return {
    sign: text => gpg(['--clearsign', '--output', '-'], text),
    key: gpg(['--armor', '--export']),
    end: () => execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']),
  }
}

/** Builds a package that holds those files. */
export function makeDeb(
  directory: string,
  name: string,
  version: string,
  files: Readonly<Record<string, string | Buffer>>,
  compression = 'xz',
): Buffer {
  const root = mkdtempSync(join(directory, 'deb-'))
  const put = (path: string, content: string | Buffer, mode: number) => {
    mkdirSync(dirname(join(root, 'tree', path)), { recursive: true })
    writeFileSync(join(root, 'tree', path), content, { mode })
  }
  for (const [path, content] of Object.entries(files)) put(path, content, 0o755)
  put(
    'DEBIAN/control',
    `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\nMaintainer: Test <test@example.net>\nDescription: test\n`,
    0o644,
  )
  execFileSync('dpkg-deb', [
    `-Z${compression}`,
    '--root-owner-group',
    '--build',
    join(root, 'tree'),
    join(root, 'out.deb'),
  ])
  return readFileSync(join(root, 'out.deb'))
}

export interface MadePackage {
  readonly name: string
  readonly version: string
  readonly content: Buffer
  /** Further lines of its stanza. */
  readonly fields?: string
}

/** Carries the packages as a suite for amd64; `release` alters the text before it is signed. */
export function publishSuite(
  server: TestServer,
  suite: string,
  packages: readonly MadePackage[],
  signer: Signer,
  options: { readonly release?: (text: string) => string; readonly byHash?: boolean } = {},
): void {
  const stanzas = packages.map(({ name, version, content, fields = '' }) => {
    const filename = `pool/main/p/${name}/${name}_${version}_amd64.deb`
    server.files.set(`/debian/${filename}`, content)
    return `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\n${fields}Filename: ${filename}\nSize: ${content.length}\nSHA256: ${sha256(content)}\n`
  })
  const plain = stanzas.join('\n')
  const list = gzipSync(plain)
  const below = `/debian/dists/${suite}`
  server.files.set(
    `${below}/main/binary-amd64/${options.byHash ? `by-hash/SHA256/${sha256(list)}` : 'Packages.gz'}`,
    list,
  )
  const text = [
    'Origin: Debian',
    `Label: ${suite.endsWith('-security') ? 'Debian-Security' : 'Debian'}`,
    'Suite: testing',
    `Codename: ${suite}`,
    ...(options.byHash ? ['Acquire-By-Hash: yes'] : []),
    'Date: Thu, 05 Nov 2015 08:08:01 UTC',
    'SHA256:',
    ` ${sha256(list)} ${list.length} main/binary-amd64/Packages.gz`,
    // apt takes a list only if its unpacked form is named, too, as every archive does.
    ` ${sha256(plain)} ${plain.length} main/binary-amd64/Packages`,
    '',
  ].join('\n')
  server.files.set(`${below}/InRelease`, Buffer.from(signer.sign((options.release ?? (same => same))(text))))
}

/** A machine whose own sources name the test server and trust the signer's key. */
export function makeMachine(directory: string, base: string, key: string): MachinePaths {
  const root = mkdtempSync(join(directory, 'machine-'))
  const paths = {
    apt: join(root, 'apt'),
    keyrings: join(root, 'keyrings'),
    osRelease: join(root, 'os-release'),
  }
  mkdirSync(join(paths.apt, 'sources.list.d'), { recursive: true })
  mkdirSync(paths.keyrings)
  writeFileSync(paths.osRelease, 'ID=debian\nVERSION_CODENAME=bookworm\n')
  writeFileSync(join(paths.keyrings, 'debian-archive-keyring.asc'), key)
  writeFileSync(
    join(paths.apt, 'sources.list.d', 'debian.sources'),
    `Types: deb\nURIs: ${base}/debian\nSuites: bookworm bookworm-updates\nComponents: main\n`,
  )
  return paths
}

/** Takes Debian's node_exporter 1.11.1 from the suite; gives the SHA-256 of the package. `directory`: for the download. */
export async function fetchDeb(
  suite: string,
  machine: MachinePaths,
  directory: string,
): Promise<string | undefined> {
  const transfer = createTransfer({
    ...{ directory, prepare: async () => {}, emit: () => {} },
    isLocked: () => false,
  })
  const source = debianSource(suite, transfer, machine)
  const key = { component: 'node_exporter', version: '1.11.1', arch: 'amd64' } as const
  const [found] = await source.resolve(key)
  await (await source.obtain(key, found ?? assert.fail())).dispose()
  return found?.sha256
}
