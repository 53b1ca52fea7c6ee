/** This process, as it is told to a run that meets its locks. */
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import type { LockHolder, LockRequest } from '../../shell/lock/lock.ts'
import { userName } from '../../trust/user-directories.ts'

/** Who runs promha, where, and as which process. */
export function self(): Pick<LockRequest, 'who' | 'pid' | 'from'> {
  return { who: `${userName()}@${hostname()}`, pid: process.pid, from: processNumbers() }
}

/** Whether the run that holds a lock was a process of this machine, and is none any more. */
export function hasDied({ from, pid }: LockHolder): boolean {
  if (from === undefined || pid === undefined || from !== processNumbers()) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (cause) {
    // A process of another user may not be signalled, but is there.
    return (cause as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

function processNumbers(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return ''
  }
}
