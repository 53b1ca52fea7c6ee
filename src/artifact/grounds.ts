/**
 * Which programs may run on this machine. The lock file and the cache say nothing about that: both may be chosen by
 * the author of the inventory. What counts is in this user's own lists, in this release's table, or was fetched by this
 * process from a source that vouches for it.
 */
import { type Problem, ProblemError } from '../diagnostic/problem.ts'
import { addHashes, disbelief, type HashLists, readHashes } from './hash-list.ts'
import type { LockEntry } from './lock.ts'
import { once } from './memo.ts'
import type { Ground } from './model.ts'

interface Grounds {
  /** Rejects with a ProblemError if `PROMHA_TRUSTED` names a file that cannot be believed. */
  readonly of: (sha256: string) => Promise<Ground>
  /** Notes what this process itself fetched and verified, for later runs too. */
  readonly note: (entry: LockEntry) => Promise<void>
}

const heading =
  'Programs that promha itself fetched from upstream or from Debian, by their SHA-256. Written by promha.'

/** @param inventory the inventory's directory, absolute */
export function openGrounds(lists: HashLists, inventory: string, known?: readonly string[]): Grounds {
  const fetchedNow = new Set<string>()
  const read = once(async () => {
    const problems = {
      accepted: disbelief(lists.accepted, inventory),
      fetched: disbelief(lists.fetched, inventory),
    }
    if (problems.accepted && lists.accepted.variable) throw new ProblemError([problems.accepted])
    const table = known ?? (await import('./known-hashes.ts')).knownHashes
    return {
      known: new Set(table.map(line => line.slice(0, 64))),
      accepted: problems.accepted ? new Set<string>() : await readHashes(lists.accepted),
      fetched: problems.fetched ? new Set<string>() : await readHashes(lists.fetched),
      why: problems.accepted ?? problems.fetched,
    }
  })
  return {
    of: async sha256 => {
      const { known, accepted, fetched, why } = await read()
      if (known.has(sha256)) return { trusted: true, because: 'known' }
      if (accepted.has(sha256)) return { trusted: true, because: 'accepted' }
      if (fetched.has(sha256) || fetchedNow.has(sha256)) return { trusted: true, because: 'fetched' }
      return { trusted: false, ...reason(why) }
    },
    note: async ({ component, version, arch, source, files }) => {
      for (const { sha256 } of files) fetchedNow.add(sha256)
      if (disbelief(lists.fetched, inventory)) return
      const listed = files.map(({ path, sha256 }) => ({
        sha256,
        what: `${path} of ${component} ${version} (${source}, ${arch})`,
      }))
      // A home that cannot be written: the next run fetches again.
      await addHashes(lists.fetched, heading, listed).catch(() => {})
    },
  }
}

function reason(why: Problem | undefined): { readonly why?: Problem } {
  return why === undefined ? {} : { why }
}
