/** The staging directories, one a component: what waits in them to be put in place, and what tells how far a change has come. */
import { home } from '../syntax/layout.ts'

export const stagingDirectory = `${home}/staging`

/** Where one instance's new files wait and are checked. */
export function stagingOf(component: string): string {
  return `${stagingDirectory}/${component}`
}

/** Names in a staging directory, beside the new files. */
export const marks = {
  /** Which run staged it, so that no other one undoes it. */
  run: 'run',
  /** Something was put in place, or was about to be. */
  touched: 'touched',
  /** All directories are promha's own and hold none of its temporary names any more: from here on, files are put in place. */
  placing: 'placing',
  /** The service was told, or was about to be. */
  told: 'told',
  /** The stamp as it was before. */
  keptRecord: 'stamp',
  /** The script that puts everything back, for promha and the guard. */
  undo: 'undo',
  /** The service ran, and started at boot, before anything was touched. */
  active: 'active',
  enabled: 'enabled',
  /** The boot in which the change was made: after another one the service runs what lies on the disk, told or not. */
  boot: 'boot',
  /** The new stamp, which is moved away at the very moment in which the change becomes a confirmed one. */
  record: 'record',
  /** The new stamp is whole: once it is gone, the change is confirmed. */
  ready: 'ready',
  /** Copies of what promha is about to replace without owning it. */
  backup: 'backup',
} as const

export const bootId = '/proc/sys/kernel/random/boot_id'

/** For `stat`: `UID:GID MODE`. */
export const ownerFormat = '%u:%g %a'

/** {@link ownerFormat} of a directory before it got another owner or mode: names may be unknown, numbers never are. */
export function ownerNote(index: number): string {
  return `owner.${index}`
}

/** True where a staging directory, which is the working directory, is of a change that was confirmed. */
export const isConfirmed = `[ -e ${marks.ready} ] && [ ! -e ${marks.record} ]`

/** Among the copies and in the backup: `active` where the unit ran, `enabled` where it started at boot, before promha came. */
export const unitBackup = '.unit'

/** In the backup: `SERVICE UID:GID MODE PATH` of each directory from before promha (not of an older promha); `-`: no user. */
export const directoryNotes = '.directories'

/** Among the staging directories, the one of programs that are being pushed. */
export const pushName = 'push'

/** Holds the path of a program that is being pushed, so that what is not placed can be found and removed. */
export function pushMark(path: string): string {
  return `${stagingOf(pushName)}/${encodeURIComponent(path)}`
}

/** Nothing is said of a directory that is not there, or where other programs are still on their way. */
export const dropPushFolder = `rmdir ${stagingOf(pushName)} 2>/dev/null || :`
