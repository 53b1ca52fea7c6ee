/** The known_hosts files of a run: read once, judged in memory, added to one line at a time. */
import { appendFile, mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { error, ProblemError } from '../diagnostic/problem.ts'
import { createLimit } from '../limit.ts'
import {
  judgeKey,
  type KeyVerdict,
  type KnownHostsEntry,
  knownHostsLine,
  knownName,
  knownTypes,
  parseKnownHosts,
} from './known-hosts.ts'
import type { Target } from './target.ts'

export interface HostKeys {
  /** What the target's files say; to be called before a login. Throws a ProblemError on an unreadable file. */
  load(target: Target): Promise<TrustedKeys>
}

export interface TrustedKeys {
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
      const loaded = await Promise.all(target.knownHosts.map(file))
      const bare = (target.hostKeyAlias ?? target.address).toLowerCase()
      const name = target.hostKeyAlias === undefined ? knownName(target.address, target.port) : bare
      const entries = () => loaded.flatMap(({ entries }) => entries)
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
            await append(path, line)
            first.entries = [...first.entries, ...parseKnownHosts(line, path)]
            return { kind: 'known' }
          }),
      }
    },
  }
}

async function loadFile(path: string): Promise<LoadedFile> {
  try {
    return { entries: parseKnownHosts(await readFile(path, 'utf8'), path) }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return { entries: [] }
    throw new ProblemError([
      error(`the host keys in ${path} cannot be read: ${message}`, {
        remedy: 'make the file readable, or name another one with `ssh.known_hosts`',
      }),
    ])
  }
}

/** Adds one line with a single write, so that no other program sees half of it. */
async function append(path: string, line: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const lead = (await endsInLineBreak(path)) ? '' : '\n'
    await appendFile(path, `${lead}${line}\n`, { mode: 0o600 })
  } catch (cause) {
    throw new ProblemError([
      error(`the host key cannot be added to ${path}: ${(cause as Error).message}`, {
        remedy: 'make the file writable, or name another one with `ssh.known_hosts`',
      }),
    ])
  }
}

/** True for an empty file too, and for one that is not there. */
async function endsInLineBreak(path: string): Promise<boolean> {
  const handle = await open(path, 'r').catch(() => undefined)
  if (handle === undefined) return true
  try {
    const { size } = await handle.stat()
    if (size === 0) return true
    const last = Buffer.alloc(1)
    await handle.read(last, 0, 1, size - 1)
    return last[0] === 0x0a
  } finally {
    await handle.close()
  }
}
