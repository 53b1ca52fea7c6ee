/** promha's own places on a host. */
import { posix } from 'node:path'

export const home = '/var/lib/promha'

/** Configs of what has no place of its own that users know. */
export const ownConfig = '/etc/promha'

/** The firewall's table as nft reads it. */
export const firewallRules = `${ownConfig}/firewall.nft`

/** What a program hears from members only, as nft reads it: its unit loads it before the program runs. */
export function peerRules(program: string): string {
  return `${ownConfig}/peers-${program}.nft`
}

/** What was last confirmed to run, one file a component. */
export const recordDirectory = `${home}/state`

export function recordPath(component: string): string {
  return `${recordDirectory}/${component}`
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

/** A file for each package that promha installed, with the names of all that came with it. */
export const packageNotes = `${home}/packages`

/** Names of packages that promha installed and whose config files were there before, a line each. */
export const configuredPackages = `${packageNotes}/.configured`

/** Lies there while a package is installed, until its own services are off. */
export function installingMark(name: string): string {
  return `${packageNotes}/.installing.${name}`
}

/** Which run is at work on the host; of this boot only. */
export const hostLockPath = '/run/promha.lock'

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

/** Held (flock) by what places, confirms or undoes a change on the host. */
export const placingLock = `${home}/placing`

/** Undoes what is not confirmed; the unit that runs it. */
export const guardScript = `${home}/guard`
export const guardUnit = 'promha-guard.service'
