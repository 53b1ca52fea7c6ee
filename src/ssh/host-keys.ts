/** The known_hosts files of a run: read once, judged in memory, added to one line at a time. */
import { error, ProblemError } from '../diagnostic/problem.ts'
import { createLimit } from '../limit.ts'
import { readNamedFile } from '../trust/plain-file.ts'
import {
  type EntryFinder,
  entryFinder,
  isHostName,
  judgeKey,
  type KeyVerdict,
  type KnownHostsEntry,
  knownHostsLine,
  knownName,
  knownTypes,
  parseKnownHosts,
} from './known-hosts.ts'
import { addKnownHost } from './known-hosts-file.ts'
import type { Target } from './target.ts'

/** Bytes. */
const largest = 64 * 1024 * 1024

export interface HostKeys {
  /**
   * What the target's files say; to be called before a login. Throws a ProblemError if a file is unreadable, or the host's
   * name cannot stand in a file of host keys.
   */
  load(target: Target): Promise<TrustedKeys>
}

interface TrustedKeys {
  /** As known_hosts names the host. */
  readonly name: string
  /** The types of key it is known by. */
  readonly types: readonly string[]
  judge(key: Buffer): KeyVerdict
  /** Writes a key that was accepted unseen. Tells what another login of this run has found out meanwhile. */
  remember(key: Buffer): Promise<KeyVerdict>
}

interface LoadedFile {
  entries: readonly KnownHostsEntry[]
  find: EntryFinder
}

export function createHostKeys(): HostKeys {
  const files = new Map<string, Promise<LoadedFile>>()
  // One writer at a time: what is judged before a line is added has to be true when it is added.
  const writer = createLimit(1)

  function file(path: string): Promise<LoadedFile> {
    const known = files.get(path) ?? loadFile(path)
    files.set(path, known)
    return known
  }

  return {
    async load(target) {
      requireHostName(target)
      const loaded = await Promise.all(target.knownHosts.map(file))
      const bare = (target.hostKeyAlias ?? target.address).toLowerCase()
      const name = target.hostKeyAlias === undefined ? knownName(target.address, target.port) : bare
      const entries = () => loaded.flatMap(({ find }) => find(name, bare))
      const judge = (key: Buffer) => judgeKey(entries(), name, bare, key)
      return {
        name,
        types: knownTypes(entries(), name, bare),
        judge,
        remember: key =>
          writer(async () => {
            const verdict = judge(key)
            const [path] = target.knownHosts
            const [first] = loaded
            if (verdict.kind !== 'unknown' || path === undefined || first === undefined) return verdict
            const line = knownHostsLine(name, key)
            await addKnownHost(path, line)
            const more = [...first.entries, ...parseKnownHosts(line, path)]
            Object.assign(first, fileOf(more))
            return { kind: 'known' }
          }),
      }
    },
  }
}

function fileOf(entries: readonly KnownHostsEntry[]): LoadedFile {
  return { entries, find: entryFinder(entries) }
}

async function loadFile(path: string): Promise<LoadedFile> {
  try {
    return fileOf(parseKnownHosts((await readNamedFile(path, largest)).toString(), path))
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return fileOf([])
    throw new ProblemError([
      error(`the host keys in ${path} cannot be read: ${message}`, {
        remedy: 'make the file readable, or name another one with `ssh.known_hosts`',
      }),
    ])
  }
}

/** Written as it is, another name could stand for every host, hide the entry or begin a second one. */
function requireHostName({ address, hostKeyAlias }: Target): void {
  const name = hostKeyAlias ?? address
  if (isHostName(name)) return
  const setting = hostKeyAlias === undefined ? 'HostName' : 'HostKeyAlias'
  throw new ProblemError([
    error(`${setting} ${JSON.stringify(name)} in ssh_config is not a host name`, {
      remedy: `Set ${setting} to letters, digits, dots, hyphens and underscores, or remove it.`,
    }),
  ])
}
