/** Which programs may run on this machine. Lock file and cache do not count: the inventory's author may have chosen both. */
import { defined } from '../../diagnostic/defined.ts'
import { ProblemError } from '../../diagnostic/problem.ts'
import type { LockEntry } from '../lock/lock.ts'
import { once } from '../memo.ts'
import type { Ground } from '../model.ts'
import { addHashes, disbelief, type HashLists, readHashes } from './hash-list.ts'

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
    const [notAccepted, notFetched] = [lists.accepted, lists.fetched].map(list => disbelief(list, inventory))
    if (notAccepted && lists.accepted.variable) throw new ProblemError([notAccepted])
    const table = known ?? (await import('./known-hashes.ts')).knownHashes
    return {
      known: new Set(table.map(line => line.slice(0, 64))),
      accepted: notAccepted ? new Set<string>() : await readHashes(lists.accepted),
      fetched: notFetched ? new Set<string>() : await readHashes(lists.fetched),
      why: notAccepted ?? notFetched,
    }
  })
  return {
    of: async sha256 => {
      const { known, accepted, fetched, why } = await read()
      if (known.has(sha256)) return { trusted: true, because: 'known' }
      if (accepted.has(sha256)) return { trusted: true, because: 'accepted' }
      if (fetched.has(sha256) || fetchedNow.has(sha256)) return { trusted: true, because: 'fetched' }
      return { trusted: false, ...defined({ why }) }
    },
    note: async ({ component, version, arch, source, files }) => {
      // A directory does not run here.
      const programs = files.filter(({ packed }) => packed === undefined)
      for (const { sha256 } of programs) fetchedNow.add(sha256)
      if (disbelief(lists.fetched, inventory)) return
      const listed = programs.map(({ path, sha256 }) => ({
        sha256,
        what: `${path} of ${component} ${version} (${source}, ${arch})`,
      }))
      // A home that cannot be written: the next run fetches again.
      await addHashes(lists.fetched, heading, listed).catch(() => {})
    },
  }
}
