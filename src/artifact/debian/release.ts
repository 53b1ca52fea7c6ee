/** Packages of a Debian release, for hosts that fetch nothing by themselves. */
import { ProblemError } from '../../diagnostic/problem.ts'
import type { LockedPackage } from '../lock/packages.ts'
import { fetchProblem } from '../messages.ts'
import { type ClosureRequest, closureOf, lockedClosure, type PackageVersion } from './closure.ts'
import { isDebians, readSources } from './machine.ts'
import { debianProblem } from './messages.ts'
import { fetchFromMirrors, type MirrorOptions, type Purpose } from './mirrors.ts'
import { showPackages, suitesOf } from './package-index.ts'
import type { PrivateApt } from './private-apt.ts'
import { openSuites } from './suite.ts'

const byHand = 'or install on the hosts by hand what they lack, then run the command again'
const purpose: Purpose = {
  noSource: (looked, suite) => debianProblem.noSourceForHosts({}, looked, suite, byHand),
  unknownSuite: { remedy: `Let this machine's apt name a mirror that has it, ${byHand}.` },
  unknownArch: `Let this machine's apt name a mirror that has it, ${byHand}.`,
}

/** Where this machine's apt has its files, and how files are fetched. */
export type Ways = Omit<MirrorOptions, 'purpose'>

/** An apt that knows the release, with its updates and security fixes if this machine's apt knows them. */
export async function openRelease(release: string, arch: string, ways: Ways): Promise<PrivateApt> {
  const own = (await readSources(ways.paths)).filter(source => isDebians(source, ways.paths))
  const mentioned = own.flatMap(({ suites }) => suites)
  const more = [`${release}-updates`, `${release}-security`].filter(suite => mentioned.includes(suite))
  return openSuites({ suites: [release, ...more], arch, ...ways, purpose })
}

/** `packages`: `NAME`, which stands for its newest version, or `NAME=VERSION`. */
export async function describePackages(
  apt: PrivateApt,
  packages: readonly string[],
  arch: string,
): Promise<readonly LockedPackage[]> {
  const found = await showPackages(apt, packages)
  const suites = await suitesOf(apt, found)
  return found.flatMap(one => {
    const suite = suites.get(`${one.name}=${one.version}`)
    return suite === undefined ? [] : [{ ...one, source: `debian/${suite}`, arch }]
  })
}

type Request = ClosureRequest<LockedPackage>

/** What a host lacks, if what is pinned is enough for it, without any network. A machine without apt takes it by its names. */
export async function choosePinned(
  apt: PrivateApt | undefined,
  request: Request,
): Promise<readonly LockedPackage[] | undefined> {
  if (apt === undefined) return lockedClosure(request.wanted, request.pinned)
  const found = await closureOf(apt, request)
  return 'why' in found ? undefined : found.chosen.map(pickFrom(request.pinned))
}

/** What a host lacks, of what is pinned and of all that the apt knows; `why` not, in apt's words. */
export async function chooseFrom(
  apt: PrivateApt,
  request: Request,
): Promise<readonly LockedPackage[] | { readonly why: string }> {
  const found = await closureOf(apt, request)
  if ('why' in found) return found
  const fresh = found.chosen.filter(one => !request.pinned.some(isThat(one)))
  const named = fresh.map(({ name, version }) => `${name}=${version}`)
  const described = named.length > 0 ? await describePackages(apt, named, request.arch) : []
  return found.chosen.map(pickFrom([...request.pinned, ...described]))
}

function isThat({ name, version }: PackageVersion): (one: PackageVersion) => boolean {
  return one => one.name === name && one.version === version
}

function pickFrom(offered: readonly LockedPackage[]): (chosen: PackageVersion) => LockedPackage {
  return chosen => {
    const found = offered.find(isThat(chosen))
    if (found) return found
    throw new Error(`apt chose ${chosen.name} ${chosen.version} and does not describe it`)
  }
}

/** From the mirrors of its suite into a verified temporary file. */
export async function downloadPackage(one: LockedPackage, ways: Ways): Promise<string> {
  const { name, version, filename: file, sha256 } = one
  const suite = one.source.replace(/^debian\//, '')
  const found = await fetchFromMirrors(suite, { name: file, sha256 }, { ...ways, purpose })
  if (found) return found.path
  throw new ProblemError([fetchProblem.packageGone({}, { name, version, suite, file, sha256 })])
}
