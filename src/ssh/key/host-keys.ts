/** The known_hosts files of a run: read once, judged in memory, added to one line at a time. */
import { remembered } from '../../diagnostic/grouped.ts'
import { ProblemError } from '../../diagnostic/problem.ts'
import { createLimit } from '../../limit.ts'
import { readNamedFile } from '../../trust/plain-file.ts'
import type { LoginTarget } from '../config/target.ts'
import { sshProblem } from '../messages.ts'
import {
  type EntryIndex,
  indexEntries,
  isHostName,
  judgeKey,
  type KeyVerdict,
  knownHostsLine,
  knownName,
  knownTypes,
  parseKnownHosts,
} from './known-hosts.ts'
import { addKnownHost } from './known-hosts-file.ts'

/** Bytes. */
const largest = 64 * 1024 * 1024

/** What the target's files say. Rejects with a ProblemError if one is unreadable, or the host's name cannot stand in one. */
export type HostKeys = (target: LoginTarget) => Promise<TrustedKeys>

interface TrustedKeys {
  /** As known_hosts names the host. */
  readonly name: string
  /** The types of key it is known by. */
  readonly types: readonly string[]
  judge(key: Buffer): KeyVerdict
  /** Writes a key that was accepted unseen. Tells what another login of this run has found out meanwhile. */
  remember(key: Buffer): Promise<KeyVerdict>
}

export function createHostKeys(): HostKeys {
  const files = new Map<string, Promise<EntryIndex>>()
  // One writer at a time: what is judged before a line is added has to be true when it is added.
  const writer = createLimit(1)

  return async target => {
    requireHostName(target)
    const load = (path: string) => remembered(files, path, () => loadFile(path))
    const loaded = await Promise.all(target.knownHosts.map(load))
    const bare = (target.hostKeyAlias ?? target.address).toLowerCase()
    const name = target.hostKeyAlias === undefined ? knownName(target.address, target.port) : bare
    const entries = () => loaded.flatMap(({ find }) => find(name, bare))
    const judge = (key: Buffer) => judgeKey(entries(), name, bare, key)
    const remember = async (key: Buffer): Promise<KeyVerdict> => {
      const verdict = judge(key)
      const [path] = target.knownHosts
      const [first] = loaded
      if (verdict.kind !== 'unknown' || path === undefined || first === undefined) return verdict
      const line = knownHostsLine(name, key)
      await addKnownHost(path, line)
      first.add(parseKnownHosts(line, path))
      return { kind: 'known' }
    }
    const types = knownTypes(entries(), name, bare)
    return { name, types, judge, remember: key => writer(() => remember(key)) }
  }
}

async function loadFile(path: string): Promise<EntryIndex> {
  try {
    return indexEntries(parseKnownHosts((await readNamedFile(path, largest)).toString(), path))
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return indexEntries([])
    throw new ProblemError([sshProblem.hostKeysUnreadable({}, path, message)])
  }
}

/** Written as it is, another name could stand for every host, hide the entry or begin a second one. */
function requireHostName({ address, hostKeyAlias }: LoginTarget): void {
  const name = hostKeyAlias ?? address
  if (isHostName(name)) return
  const setting = hostKeyAlias === undefined ? 'HostName' : 'HostKeyAlias'
  throw new ProblemError([sshProblem.badHostName({}, setting, name)])
}
