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

/** Where one instance's new files wait and are checked. */
export function stagingOf(component: string): string {
  return `${home}/staging/${component}`
}

/** In the staging directory: which run staged it, so that no other one undoes it. */
export const runMark = 'run'

/** In the staging directory: something was put in place, or was about to be. */
export const touchedMark = 'touched'

/** In the staging directory: the service was told, or was about to be. */
export const toldMark = 'told'

/** In the staging directory: the stamp as it was before. */
export const keptStamp = 'stamp'

/** A name in the target's own directory, since a rename is atomic on one file system only. */
export function newName(path: string): string {
  return posix.join(posix.dirname(path), `.promha-new.${posix.basename(path)}`)
}

/** What was replaced, a second link to it, until the gate has passed. */
export function oldName(path: string): string {
  return posix.join(posix.dirname(path), `.promha-old.${posix.basename(path)}`)
}
