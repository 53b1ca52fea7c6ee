/** The staging directories, one a component: what waits in them to be put in place, and what tells how far a change has come. */
import { home } from './layout.ts'

export const stagingDirectory = `${home}/staging`

/** Where one instance's new files wait and are checked. */
export function stagingOf(component: string): string {
  return `${stagingDirectory}/${component}`
}

/** Which run staged it, so that no other one undoes it. */
export const runMark = 'run'

/** Something was put in place, or was about to be. */
export const touchedMark = 'touched'

/** All directories are promha's own and hold none of its temporary names any more: from here on, files are put in place. */
export const placingMark = 'placing'

/** The service was told, or was about to be. */
export const toldMark = 'told'

/** The stamp as it was before. */
export const keptStamp = 'stamp'

/** For `stat`: `UID:GID MODE`. */
export const ownerFormat = '%u:%g %a'

/** {@link ownerFormat} of a directory before it got another owner or mode: names may be unknown, numbers never are. */
export function ownerNote(index: number): string {
  return `owner.${index}`
}

/** The script that puts everything back, for promha and the guard. */
export const undoFile = 'undo'

/** The service ran, and started at boot, before anything was touched. */
export const activeMark = 'active'
export const enabledMark = 'enabled'

/** The boot in which the change was made: after another one the service runs what lies on the disk, told or not. */
export const bootMark = 'boot'
export const bootId = '/proc/sys/kernel/random/boot_id'

/** The new stamp, which is moved away at the very moment in which the change becomes a confirmed one. */
export const recordFile = 'record'
/** The new stamp is whole: once it is gone, the change is confirmed. */
export const readyMark = 'ready'

/** True where a staging directory, which is the working directory, is of a change that was confirmed. */
export const isConfirmed = `[ -e ${readyMark} ] && [ ! -e ${recordFile} ]`

/** Copies of what promha is about to replace without owning it. */
export const backupFolder = 'backup'
/** In there and in the backup: `active` where the unit ran, `enabled` where it started at boot, before promha came. */
export const unitBackup = '.unit'

/**
 * In the backup: a line for each directory that was there before promha came, `SERVICE UID:GID MODE PATH`, with the user
 * of the service, or `-` if it has none. What an older promha took over has no line.
 */
export const directoryNotes = '.directories'

/** Among the staging directories, the one of programs that are being pushed. */
export const pushName = 'push'

/** Holds the path of a program that is being pushed, so that what is not placed can be found and removed. */
export function pushMark(path: string): string {
  return `${stagingOf(pushName)}/${encodeURIComponent(path)}`
}

/** Nothing is said of a directory that is not there, or where other programs are still on their way. */
export const dropPushFolder = `rmdir ${stagingOf(pushName)} 2>/dev/null || :`
