/** promha's own places on a host. */
import { posix } from 'node:path'

export const home = '/var/lib/promha'

/** What was last confirmed to run, one file a component. */
export const stampDirectory = `${home}/state`

export function stampOf(component: string): string {
  return `${stampDirectory}/${component}`
}

/** `SHA256 SIZE MTIME CTIME INODE PATH`, a line a program, a file a component: spares hashing 100 MB on each run. */
export const programMemory = `${home}/programs`

/** A name in the target's own directory, since a rename is atomic on one file system only. */
export function newName(path: string): string {
  return posix.join(posix.dirname(path), `.promha-new.${posix.basename(path)}`)
}

/** What was replaced, a second link to it, until the gate has passed. */
export function oldName(path: string): string {
  return posix.join(posix.dirname(path), `.promha-old.${posix.basename(path)}`)
}

/** Which run is at work on the host; of this boot only. */
export const lockPath = '/run/promha.lock'

/** Contents of all generations, each under its SHA-256. */
export const storeDirectory = `${home}/store`

/** One listing a generation: `generations/COMPONENT/NUMBER`. */
export function generationsOf(component: string): string {
  return `${home}/generations/${component}`
}

/** What stood in a place before promha came, under its own path below this. */
export function backupOf(component: string): string {
  return `${home}/backup/${component}`
}

/** Held (flock) by whoever places, confirms or undoes a change on the host. */
export const placingLock = `${home}/placing`

/** Undoes what nobody confirms; the unit that runs it. */
export const guardScript = `${home}/guard`
export const guardUnit = 'promha-guard.service'
