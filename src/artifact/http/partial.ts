/** Partial downloads, by the hash that they are to have: each process has its own name; the plain one waits to be claimed. */
import { randomBytes } from 'node:crypto'
import { lstat, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { directoryMode, fileMode } from '../cache/cache.ts'

interface Partial {
  readonly path: string
  /** Bytes that an earlier run left. */
  readonly size: number
}

/** Claims what an earlier run left of that download, or begins an empty one. */
export async function claimPartial(directory: string, sha256: string): Promise<Partial> {
  await mkdir(directory, { recursive: true, mode: directoryMode })
  const path = join(directory, `${sha256}.${hostname()}.${process.pid}.${randomBytes(4).toString('hex')}`)
  for (const name of await leftovers(directory, sha256)) {
    try {
      await rename(join(directory, name), path)
      const found = await lstat(path)
      // A second name of a file, or a link, would have promha write somewhere else.
      if (found.isFile() && found.nlink === 1) return { path, size: found.size }
      await rm(path, { force: true, recursive: true })
    } catch (cause) {
      // Another process was faster.
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    }
  }
  await (await open(path, 'wx', fileMode)).close()
  return { path, size: 0 }
}

/** Leaves an unfinished download for the next run. */
export async function releasePartial(partial: Partial, directory: string, sha256: string): Promise<void> {
  const { size } = await stat(partial.path)
  if (size > 0) await rename(partial.path, join(directory, sha256))
  else await rm(partial.path, { force: true })
}

/** The plain name, and names of processes of this machine that are gone. */
async function leftovers(directory: string, sha256: string): Promise<readonly string[]> {
  const prefix = `${sha256}.${hostname()}.`
  return (await readdir(directory)).filter(name => {
    if (name === sha256) return true
    if (!name.startsWith(prefix)) return false
    const pid = Number(name.slice(prefix.length).split('.')[0])
    return Number.isInteger(pid) && pid > 0 && !isRunning(pid)
  })
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
