/** One suite of Debian's archive: found on this machine's own mirror, its signature and hashes checked. */
import { createReadStream } from 'node:fs'
import { PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { error, type Problem, ProblemError } from '../../diagnostic/problem.ts'
import { getText } from '../http.ts'
import { NotFoundError } from '../http-problem.ts'
import { AbsentError, UnfetchedError } from '../model.ts'
import { runStreaming } from '../process.ts'
import type { Archive, ObtainedArchive } from '../source.ts'
import type { Transfer } from '../transfer.ts'
import { joinUrl, maskUrl } from '../url.ts'
import type { AptSource } from './apt-sources.ts'
import {
  type Clearsigned,
  notDebians,
  parseRelease,
  type SuiteRelease,
  splitClearsigned,
} from './in-release.ts'
import {
  archiveKeyrings,
  checksValidUntil,
  isKeyed,
  type MachinePaths,
  readForeign,
  readMirrors,
} from './machine.ts'
import { type IndexedPackage, readIndex } from './package-index.ts'
import { type Package, pickPackages } from './packages.ts'
import { verifySignature } from './signature.ts'

const largestRelease = 16 << 20

/** What a suite is opened for, as far as its problems have to say what to do about them. */
export interface Purpose {
  /** No source of this machine has the suite. */
  readonly noSource: (suite: string) => Required<Pick<Problem, 'summary' | 'remedy'>>
  /** The mirror does not have the suite. */
  readonly unknownSuite: string
  /** The suite does not have the architecture. */
  readonly unknownArch: string
}

interface SuiteOptions {
  readonly suite: string
  readonly paths: MachinePaths
  readonly transfer: Transfer
  readonly purpose: Purpose
}

interface Suite {
  /** The wanted packages of a Debian architecture, by name. */
  readonly packages: (arch: string, wanted: readonly string[]) => Promise<ReadonlyMap<string, Package>>
  /** All packages of a Debian architecture, with what they need. */
  readonly index: (arch: string) => Promise<readonly IndexedPackage[]>
}

/** The mirrors to try, in order. Throws a ProblemError where this machine has none. */
async function findMirrors({
  suite,
  paths,
  purpose,
}: Pick<SuiteOptions, 'suite' | 'paths' | 'purpose'>): Promise<readonly AptSource[]> {
  const mirrors = await readMirrors(suite, paths)
  if (mirrors.length > 0) return mirrors
  const { summary, remedy } = purpose.noSource(suite)
  const foreign = await readForeign(suite, paths)
  const looked = `Looked in ${paths.apt}/sources.list and ${paths.apt}/sources.list.d for an http(s) source with the component main.`
  const left = foreign.map(({ uri }) => `${maskUrl(uri)} was left out, because its key is not Debian's.`)
  const own =
    left.length > 0 ? ' If one of these is a copy of Debian that you sign, name its `artifacts.keyring`.' : ''
  throw new UnfetchedError([
    error(summary, { detail: [looked, ...left].join('\n'), remedy: `${remedy}${own}` }),
  ])
}

/**
 * The mirrors to fetch a known package from, in order. If there are several, those without a key in apt's sources are asked
 * whether they are Debian's at all. Throws as {@link findMirrors} does.
 */
export async function packageMirrors(options: SuiteOptions): Promise<readonly AptSource[]> {
  const mirrors = await findMirrors(options)
  if (mirrors.length === 1 || mirrors.every(isKeyed)) return mirrors
  const foreign = await Promise.all(mirrors.map(mirror => isAnothers(mirror, options)))
  return mirrors.filter((_, index) => !foreign[index])
}

/** Whether a mirror says that its suite is another publisher's. One that does not answer says nothing. */
async function isAnothers(mirror: AptSource, { suite, transfer }: SuiteOptions): Promise<boolean> {
  const url = joinUrl(mirror.uri, `dists/${suite}/InRelease`)
  return getText(url, largestRelease, transfer.signal).then(
    text => notDebians(readRelease(text, url).release, suite) !== undefined,
    () => false,
  )
}

/** Opens a suite: finds its InRelease and checks the signature. Throws a ProblemError. */
export async function openSuite(options: SuiteOptions): Promise<Suite> {
  await options.transfer.prepare()
  const { mirror, release } = await findRelease(options)
  const withList = async <T>(arch: string, read: (list: Readable) => Promise<T>): Promise<T> => {
    const list = await fetchList(mirror.uri, release, arch, options)
    try {
      return await readList(list, read)
    } finally {
      await list.dispose()
    }
  }
  return {
    packages: (arch, wanted) => withList(arch, list => pickPackages(list, wanted)),
    index: arch => withList(arch, readIndex),
  }
}

async function findRelease(options: SuiteOptions): Promise<{ mirror: AptSource; release: SuiteRelease }> {
  const { suite, transfer, purpose } = options
  const tried: string[] = []
  for (const mirror of await findMirrors(options)) {
    const url = joinUrl(mirror.uri, `dists/${suite}/InRelease`)
    try {
      const text = await getText(url, largestRelease, transfer.signal)
      const read = readRelease(text, url)
      const foreign = notDebians(read.release, suite)
      // Of another publisher: apt may have a source of Debian's besides.
      if (foreign === undefined) return { mirror, release: await trusted(read, url, options) }
      tried.push(`${maskUrl(url)} ${foreign}.`)
    } catch (cause) {
      if (!(cause instanceof NotFoundError)) throw cause
      tried.push(`${maskUrl(url)} does not exist.`)
    }
  }
  throw new AbsentError([
    error(`Debian's suite ${suite} was not found`, {
      detail: tried.join('\n'),
      remedy: purpose.unknownSuite,
    }),
  ])
}

interface ReadRelease {
  readonly signed: Clearsigned
  readonly release: SuiteRelease
}

function readRelease(text: string, url: string): ReadRelease {
  const signed = splitClearsigned(text)
  if (signed) return { signed, release: parseRelease(signed.message) }
  throw new ProblemError([
    error(`${maskUrl(url)} is not a signed text`, { remedy: 'Check the mirror of this machine.' }),
  ])
}

async function trusted(
  { signed, release }: ReadRelease,
  url: string,
  { suite, paths, transfer }: SuiteOptions,
): Promise<SuiteRelease> {
  const refuse = (problem: Problem) => new ProblemError([problem])
  // Nothing is known against it, and nothing of it is used.
  const doubt = (problem: Problem) => new UnfetchedError([problem])
  const shown = maskUrl(url)
  const verdict = await verifySignature(signed, await archiveKeyrings(paths), transfer.directory)
  if (verdict.kind === 'no-program')
    throw doubt(
      error(`the signature of ${shown} cannot be checked: neither gpgv nor sqv is installed`, {
        remedy: 'Install one of the packages gpgv and sqv.',
      }),
    )
  if (verdict.kind === 'no-keys')
    throw doubt(
      error(`the signature of ${shown} cannot be checked: no keyring of Debian's archive was found`, {
        remedy: 'Install the package debian-archive-keyring.',
      }),
    )
  if (verdict.kind === 'bad')
    throw refuse(
      error(`the signature of ${shown} is not Debian's`, {
        detail: verdict.detail,
        remedy:
          'Nothing of it was used. If the keys of this machine are old, update the package debian-archive-keyring. If the mirror is a copy that you sign, name its keyring in `artifacts.keyring`. Otherwise check the mirror.',
      }),
    )
  if (release.codename !== suite && release.suite !== suite)
    throw refuse(
      error(`${shown} is of another suite: expected ${suite}, seen ${release.codename || release.suite}`, {
        remedy: 'Check the mirror of this machine.',
      }),
    )
  if (release.validUntil !== undefined && release.validUntil < Date.now() && (await checksValidUntil()))
    throw doubt(
      error(`${shown} expired on ${new Date(release.validUntil).toISOString()}`, {
        remedy:
          "The mirror is out of date, or this machine's clock is wrong. For a frozen mirror set apt's option Acquire::Check-Valid-Until to false.",
      }),
    )
  return release
}

async function fetchList(
  base: string,
  release: SuiteRelease,
  arch: string,
  { suite, transfer, purpose }: SuiteOptions,
): Promise<List> {
  // Some suites are compressed by xz alone, for which Node needs a program's help.
  const names = ['gz', 'xz'].map(ending => `main/binary-${arch}/Packages.${ending}`)
  const name = names.find(one => release.files.has(one))
  const entry = name === undefined ? undefined : release.files.get(name)
  if (name === undefined || !entry) {
    throw new ProblemError([
      error(`Debian's suite ${suite} has no package list for ${arch}`, {
        detail: `Its InRelease names neither ${names.join(' nor ')}.`,
        remedy: purpose.unknownArch,
      }),
    ])
  }
  const archive: Archive = { name: `${suite} package list (${arch})`, sha256: entry.sha256 }
  const plain = () => transfer.download(joinUrl(base, `dists/${suite}/${name}`), archive)
  if (!release.byHash) return { ...(await plain()), name }
  // By hash, a mirror that is being updated still serves the list that belongs to this InRelease.
  const path = `dists/${suite}/main/binary-${arch}/by-hash/SHA256/${entry.sha256}`
  const obtained = await transfer.download(joinUrl(base, path), archive).catch(cause => {
    if (cause instanceof NotFoundError) return plain()
    throw cause
  })
  return { ...obtained, name }
}

/** A package list and what it is called below `dists/SUITE/`. */
interface List extends ObtainedArchive {
  readonly name: string
}

async function readList<T>({ name, path }: List, read: (list: Readable) => Promise<T>): Promise<T> {
  if (name.endsWith('.xz')) return readXz(path, read)
  const unpacked = new PassThrough({ highWaterMark: 1 << 20 })
  const [found] = await Promise.all([
    read(unpacked),
    pipeline(createReadStream(path), createGunzip({ chunkSize: 1 << 18 }), unpacked),
  ])
  return found
}

async function readXz<T>(path: string, read: (list: Readable) => Promise<T>): Promise<T> {
  const { stdout, done } = await runStreaming('xz', ['-dc', '--', path])
  const [found, failed] = await Promise.all([read(stdout), done.then(() => undefined, toError)])
  if (failed === undefined) return found
  const missing = failed.code === 'ENOENT'
  throw new ProblemError([
    error(`the package list cannot be unpacked: ${missing ? 'xz is not installed' : failed.message}`, {
      remedy: missing
        ? 'Install the package xz-utils.'
        : 'Check the disk of this machine, then run the command again.',
    }),
  ])
}

function toError(cause: unknown): NodeJS.ErrnoException {
  return cause instanceof Error ? cause : new Error(String(cause))
}
