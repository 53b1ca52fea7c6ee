/** Suites of Debian's archive: found on this machine's own mirrors; their signatures and hashes are checked by its own apt. */
import { ProblemError } from '../../diagnostic/problem.ts'
import { getText } from '../http/http.ts'
import { NotFoundError } from '../http/problem.ts'
import { joinUrl, maskUrl } from '../http/url.ts'
import { AbsentError, UnfetchedError } from '../model.ts'
import { archiveKeyrings } from './machine.ts'
import { debianProblem } from './messages.ts'
import { findMirrors, type MirrorOptions } from './mirrors.ts'
import { acceptedLists, aptWords, openApt, type PrivateApt, type SuiteList, update } from './private-apt.ts'

const largestRelease = 16 << 20

interface SuiteOptions extends MirrorOptions {
  readonly suites: readonly string[]
  /** Debian's own word: `amd64`. */
  readonly arch: string
}

/** An apt that knows the suites' packages of that architecture. Throws a ProblemError. */
export async function openSuites(options: SuiteOptions): Promise<PrivateApt> {
  const { suites, arch, paths, transfer } = options
  const found = await Promise.all(suites.map(suite => findSuite(suite, options)))
  const keyrings = await archiveKeyrings(paths)
  const [first] = found
  if (first !== undefined && keyrings.length === 0)
    throw new UnfetchedError([debianProblem.noKeyring({}, maskUrl(first.url))])
  const apt = await openApt(arch, transfer.signal)
  if (apt === undefined) throw new UnfetchedError([debianProblem.noApt({})])
  const updated = await update(apt, found, keyrings)
  const lists = await acceptedLists(apt)
  for (const one of found) {
    const list = lists.find(({ asked }) => asked === one.suite)
    if (list !== undefined) requireDebians(one, list)
    else throw updated.code === 0 ? noArch(one, options) : refused(one, aptWords(updated))
  }
  return apt
}

interface FoundSuite {
  readonly suite: string
  /** The mirror's base. */
  readonly uri: string
  readonly url: string
  /** Milliseconds since the epoch, not verified; NaN if it never expires. */
  readonly validUntil: number
}

/** The first mirror whose suite says that it is Debian's. What is read here is not verified, and only leads to a mirror. */
async function findSuite(suite: string, options: SuiteOptions): Promise<FoundSuite> {
  const tried: string[] = []
  for (const uri of await findMirrors(suite, options)) {
    const url = joinUrl(uri, `dists/${suite}/InRelease`)
    try {
      const text = await getText(url, largestRelease, options.transfer.signal)
      const field = (name: string) => new RegExp(`^${name}: ([^\r\n]*)`, 'm').exec(text)?.[1] ?? ''
      const foreign = notDebians({ origin: field('Origin'), label: field('Label') }, suite)
      if (foreign === undefined) return { suite, uri, url, validUntil: Date.parse(field('Valid-Until')) }
      tried.push(`${maskUrl(url)} ${foreign}.`)
    } catch (cause) {
      if (!(cause instanceof NotFoundError)) throw cause
      tried.push(`${maskUrl(url)} does not exist.`)
    }
  }
  const { remedy, ...where } = options.purpose.unknownSuite
  throw new AbsentError([debianProblem.suiteNotFound(where, suite, tried, remedy)])
}

/** Why a suite is not Debian's (a vendor may have a `stable` too), as words behind its address; undefined if it is. */
export function notDebians(list: Pick<SuiteList, 'origin' | 'label'>, suite: string): string | undefined {
  const expected = labelOf(suite)
  if (list.origin === 'Debian' && list.label === expected) return undefined
  const [origin, label, wanted] = [list.origin, list.label, expected].map(text => JSON.stringify(text))
  return `has the origin ${origin} and the label ${label}, not "Debian" and ${wanted}`
}

function labelOf(suite: string): string {
  if (/(-security|\/updates)$/.test(suite)) return 'Debian-Security'
  return /-backports(-sloppy)?$/.test(suite) ? 'Debian Backports' : 'Debian'
}

/** Throws if the text that is signed is not of the suite that was asked for. */
function requireDebians({ suite, url }: FoundSuite, list: SuiteList): void {
  const foreign = notDebians(list, suite)
  if (foreign === undefined && (list.codename === suite || list.suite === suite)) return
  const seen = foreign ?? `is of another suite: expected ${suite}, seen ${list.codename}`
  throw new ProblemError([debianProblem.otherSuite({}, maskUrl(url), seen)])
}

/** Nothing of it is used. If it only expired, nothing is known against it either. */
function refused({ url, validUntil }: FoundSuite, words: string): ProblemError {
  const shown = maskUrl(url)
  if (/is not signed/.test(words)) return new ProblemError([debianProblem.badSignature({}, shown, words)])
  if (validUntil < Date.now() && /is expired/.test(words))
    return new UnfetchedError([debianProblem.expired({}, shown, validUntil)])
  return new ProblemError([debianProblem.listRefused({}, shown, words)])
}

function noArch({ suite, url }: FoundSuite, { arch, purpose }: SuiteOptions): ProblemError {
  const remedy = purpose.unknownArch
  return new ProblemError([debianProblem.noArchitecture({}, { suite, arch, url: maskUrl(url), remedy })])
}
