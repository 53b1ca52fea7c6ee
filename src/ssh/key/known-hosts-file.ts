/** Adding to a known_hosts file, and to nothing else: what an inventory calls one may be a login script or authorized_keys. */
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { ProblemError } from '../../diagnostic/problem.ts'
import { findForeign } from '../../trust/ours.ts'
import { sshProblem } from '../messages.ts'
import { strayLine } from './known-hosts.ts'

/** Bytes; a site of ten thousand hosts has a few megabytes. */
const largest = 64 * 1024 * 1024
const existing = constants.O_RDWR | constants.O_APPEND | constants.O_NONBLOCK
const newFile = existing | constants.O_CREAT | constants.O_EXCL

/** Adds one line to the very file that was looked at, if that is new or holds only entries. Rejects with a ProblemError. */
export async function addKnownHost(path: string, line: string): Promise<void> {
  // The type of a key is the host's own word.
  if (/[\r\n]/.test(line) || strayLine(line) !== undefined) throw refused(path, 'it is not a host key')
  // In ssh_config it says that nothing is to be kept.
  if (path === '/dev/null') return
  // A new ~/.ssh/rc would be run, and an entry can be read as one of authorized_keys.
  if (![path, dirname(path)].some(name => /known[-_]?hosts/i.test(basename(name))))
    throw refused(path, 'its name does not say that it is a known_hosts file')
  let handle: FileHandle | undefined
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    handle = await openFile(path)
    const text = await read(handle, path)
    const stray = strayLine(text)
    if (stray !== undefined) throw refused(path, `line ${stray} is not an entry of a known_hosts file`)
    await handle.appendFile(`${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`)
  } catch (cause) {
    throw cause instanceof ProblemError ? cause : refused(path, (cause as Error).message)
  } finally {
    await handle?.close()
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, existing | constants.O_NOFOLLOW)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return create(path)
    if (code !== 'ELOOP') throw cause
  }
  const foreign = findForeign(path)
  if (foreign !== undefined) throw refused(path, `it is a link, and ${foreign.path} ${foreign.why}`)
  return open(path, existing)
}

async function create(path: string): Promise<FileHandle> {
  return open(path, newFile, 0o600).catch((cause: NodeJS.ErrnoException) => {
    // Another run was faster.
    if (cause.code === 'EEXIST') return open(path, existing | constants.O_NOFOLLOW)
    throw cause
  })
}

async function read(handle: FileHandle, path: string): Promise<string> {
  const found = await handle.stat()
  if (!found.isFile()) throw refused(path, 'it is not a plain file')
  // A second name may lie where another user put it.
  if (found.nlink > 1 && findForeign(path) !== undefined) throw refused(path, 'it has a second name')
  if (found.size > largest) throw refused(path, `it is larger than ${largest} bytes`)
  return handle.readFile('utf8')
}

function refused(path: string, why: string): ProblemError {
  return new ProblemError([sshProblem.hostKeyNotAdded({}, path, why)])
}
