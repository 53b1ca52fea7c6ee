/** Locks among processes, by flock: the kernel lets go of them when their holder dies, however it dies. */
import { mkdir } from 'node:fs/promises'
import { hold } from '../process/child.ts'
import { requireOurs } from '../trust/foreign-problem.ts'
import { findForeignBelow } from '../trust/ours.ts'

const usualDirectory = '/run/lock/promha-lab'

/** Runs `work` while no other process on this machine does work under the same name; waits for its turn. */
export async function withLock<T>(name: string, work: () => Promise<T>, at = usualDirectory): Promise<T> {
  // Every user may make one in /run/lock, and one of another user would hold no lock.
  requireOurs(at, "the lab's lock cannot be used")
  await mkdir(at, { recursive: true, mode: 0o755 })
  requireOurs(at, "the lab's lock cannot be used", findForeignBelow(at))
  const script = 'echo held; exec cat >/dev/null'
  const held = await hold('flock', [`${at}/${name}`, 'sh', '-c', script])
  await held.ready
  try {
    return await work()
  } finally {
    await held.release()
  }
}
