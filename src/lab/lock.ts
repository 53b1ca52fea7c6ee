/** Locks among processes, by flock: the kernel lets go of them when their holder dies, however it dies. */
import { mkdir } from 'node:fs/promises'
import { requireOurs } from '../trust/foreign-problem.ts'
import { findForeignBelow } from '../trust/ours.ts'
import { hold } from './process.ts'

const usualDirectory = '/run/lock/promha-lab'

/** Runs `work` while no other process on this machine does work under the same name; waits for its turn. */
export async function withLock<T>(
  name: string,
  work: () => Promise<T>,
  directory = usualDirectory,
): Promise<T> {
  await prepareLocks(directory)
  const script = 'echo held; exec cat >/dev/null'
  const held = await hold('flock', [`${directory}/${name}`, 'sh', '-c', script])
  await held.ready
  try {
    return await work()
  } finally {
    await held.release()
  }
}

/**
 * Makes the directory of the locks. Every user may make one in /run/lock, and one of another user would hold no lock:
 * rejects with a ProblemError then.
 */
async function prepareLocks(at: string): Promise<void> {
  requireOurs(at, "the lab's lock cannot be used")
  await mkdir(at, { recursive: true, mode: 0o755 })
  requireOurs(at, "the lab's lock cannot be used", findForeignBelow(at))
}
