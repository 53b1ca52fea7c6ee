/** Files are written under a name that cannot be guessed, exclusively, and renamed: no link is ever written through. */
import { randomBytes } from 'node:crypto'
import { open, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** A name beside `path` that cannot be guessed; hidden, so that no glob of configs takes it. */
export function draftName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}.new`)
}

/** As numbers. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

type Content = string | Uint8Array

/** Puts a file in its place in one moment, whatever the umask, or leaves what is there. A link at `path` is replaced, not followed. */
export async function replaceFile(
  path: string,
  content: Content,
  mode = 0o600,
  owner?: Owner,
): Promise<void> {
  const draft = draftName(path)
  try {
    await writeNew(draft, content, mode, owner)
    await rename(draft, path)
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => {})
    throw cause
  }
}

/** Writes a file that is not there yet, to the disk. Rejects with EEXIST if anything is there, a link included. */
export async function writeNew(path: string, content: Content, mode = 0o600, owner?: Owner): Promise<void> {
  const handle = await open(path, 'wx', mode)
  try {
    await handle.writeFile(content)
    // Before the mode: a change of owner takes bits of the mode away.
    if (owner !== undefined) await handle.chown(owner.uid, owner.gid)
    await handle.chmod(mode)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The same for a file that need not survive a power cut. */
export async function writeBriefly(path: string, content: Content): Promise<void> {
  await writeFile(path, content, { flag: 'wx', mode: 0o600 })
}

/** Finds out whether {@link replaceFile} could write there, and leaves nothing behind. Rejects if not. */
export async function tryReplace(path: string): Promise<void> {
  const draft = draftName(path)
  await writeNew(draft, '')
  await rm(draft, { force: true })
}
