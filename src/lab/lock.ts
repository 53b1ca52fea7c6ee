/** Locks among processes, by flock: the kernel lets go of them when their holder dies, however it dies. */
import { mkdir } from 'node:fs/promises'
import { hold } from './process.ts'

const directory = '/run/lock/promha-lab'

/** Runs `work` while no other process on this machine does work under the same name; waits for its turn. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  await mkdir(directory, { recursive: true, mode: 0o755 })
  const script = 'echo held; exec cat >/dev/null'
  const held = await hold('flock', [`${directory}/${name}`, 'sh', '-c', script])
  await held.ready
  try {
    return await work()
  } finally {
    await held.release()
  }
}
