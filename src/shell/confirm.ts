/** Written once a gate has passed: what runs now is good, is kept to go back to, and need not be doubted or hashed. */

import type { ChangeMark, ChangeRequest } from './change-request.ts'
import { finishLines } from './finish.ts'
import { begin, preamble } from './frame.ts'
import { backupOf, generationsOf, placingLock, programMemory, stampDirectory, stampOf } from './layout.ts'
import { holdsLock } from './lock.ts'
import { flushed } from './placing.ts'
import { identityFormat } from './probe.ts'
import { command, quote } from './quote.ts'
import {
  backupFolder,
  directoryNotes,
  ownerFormat,
  ownerNote,
  readyMark,
  recordFile,
  runMark,
  stagingOf,
  unitBackup,
} from './staging.ts'
import { type Content, keepContents } from './store.ts'
import { wayFunctions } from './way-functions.ts'

export interface Remembered {
  readonly path: string
  readonly sha256: string
}

export interface ConfirmRequest {
  readonly change: ChangeRequest
  /** The new stamp, and the listing of the new generation where there is one. The host puts its own time in both. */
  readonly record: string
  readonly listing?: { readonly number: number; readonly text: string }
  /** All that the generation consists of, as it lies in its place now. */
  readonly contents: readonly Content[]
  readonly programs: readonly Remembered[]
}

/**
 * Prints a section: `confirmed`; `lost` where the run does not hold the lock any more; `undone` where the host has
 * undone the change already. None, and a failure on stderr, where it could not be written: it is unconfirmed then.
 * Reads {@link confirmStream}.
 */
export function confirmScript(nonce: string, { mark, run }: ChangeMark, request: ConfirmRequest): string {
  const { change, record, listing } = request
  const { component } = change
  const memory = `${programMemory}/${component}`
  const numbered = listing && `${generationsOf(component)}/${listing.number}`
  return [
    preamble,
    'set -e',
    `if ${holdsLock(run)}; then :; else ${begin(nonce, 'lost')}; exit 0; fi`,
    `exec 8>${quote(placingLock)}; flock 8`,
    `mark=; cd ${quote(stagingOf(component))} 2>/dev/null && read -r mark <${runMark} || :`,
    `if [ "$mark" != ${quote(mark)} ]; then ${begin(nonce, 'undone')}; exit 0; fi`,
    command('mkdir', '-p', stampDirectory, programMemory, generationsOf(component)),
    'now=$(date +%s)',
    // Only a stamp has this in its first line, which no encoded value can hold.
    `take() { head -c "$1" >arrived; sed "1s/ time=0 / time=$now /" arrived >"$2"; }`,
    `take ${Buffer.byteLength(record)} ${recordFile}`,
    ...(listing ? [`take ${Buffer.byteLength(listing.text)} listing`] : []),
    `read -r last; [ "$last" = ${quote(nonce)} ] || { echo 'the transfer was cut short' >&2; exit 1; }`,
    ...keepContents(request.contents),
    ...(numbered ? [command('mv', '-f', 'listing', numbered)] : []),
    ...keepBackups(change),
    ...keepOwners(change),
    // After the store's links, since a new link changes the file's ctime, which is remembered.
    ...remember(memory, request.programs),
    `: >${readyMark}`,
    // Programs apart: what a power cut leaves of them is seen by its size, and put right by the next apply.
    flushed([recordFile, ...[...change.files, ...change.modes].map(file => file.path), '.']),
    `mv -f ${recordFile} ${quote(stampOf(component))}`,
    'set +e',
    wayFunctions,
    ...finishLines(change),
    begin(nonce, 'confirmed'),
  ].join('\n')
}

/** What the script reads. */
export function confirmStream(nonce: string, { record, listing }: ConfirmRequest): Uint8Array {
  return Buffer.from(`${record}${listing?.text ?? ''}${nonce}\n`)
}

/** Only the memory of programs is renewed: they were hashed, and nothing was changed. */
export function rememberScript(component: string, programs: readonly Remembered[]): string {
  const memory = `${programMemory}/${component}`
  return [preamble, 'set -e', command('mkdir', '-p', programMemory), ...remember(memory, programs)].join('\n')
}

function remember(memory: string, programs: readonly Remembered[]): string[] {
  if (programs.length === 0) return []
  const lines = programs.map(
    ({ path, sha256 }) => `echo "${sha256} $(${command('stat', '-c', identityFormat, '--', path)})"`,
  )
  return [`{ ${lines.join('; ')}; } >${quote(`${memory}.new`)}`, command('mv', '-f', `${memory}.new`, memory)]
}

/** What was kept at the first time stays, for what came after it was promha's; unless promha had left in between. */
function keepBackups({ backups, component, adopts }: ChangeRequest): string[] {
  if (backups.length === 0) return []
  const kept = quote(backupOf(component))
  const older = `[ ! -d ${kept} ] || mv -T ${kept} ${kept}.$(date +%s)`
  return [...(adopts ? [older] : []), ...backupMoves(component, backups)]
}

/** Whose the directories were that promha has changed and not made, and in which mode: of each what was noted first. */
function keepOwners({ before, component, directories, service }: ChangeRequest): string[] {
  const [folder, notes] = [backupOf(component), `${backupOf(component)}/${directoryNotes}`]
  return directories.flatMap(({ known, path }, index) => {
    if (known || before.missing.directories.includes(path)) return []
    const note = ownerNote(index)
    const now = `$(${command('stat', '-c', ownerFormat, '--', `${path}/`)} 2>/dev/null)`
    const line = `[^ ]* [^ ]* [^ ]* ${path.replaceAll(/[\\.*[\]^$]/g, '\\$&')}`
    return [
      `if [ -f ${note} ] && [ "$(cat ${note})" != "${now}" ] && ! ${command('grep', '-qsx', '--', line, notes)}; then`,
      `  ${command('mkdir', '-p', folder)}; echo ${quote(service ?? '-')} "$(cat ${note})" ${quote(path)} >>${quote(notes)}`,
      `  ${flushed([notes])}; fi`,
    ]
  })
}

function backupMoves(component: string, backups: readonly string[]): string[] {
  return [`/${unitBackup}`, ...backups].map(path => {
    const to = quote(`${backupOf(component)}${path}`)
    const from = quote(`${backupFolder}${path}`)
    return `[ -e ${to} ] || [ -L ${to} ] || { ${command('mkdir', '-p', `${backupOf(component)}${path}`.replace(/\/[^/]*$/, ''))} && mv -T ${from} ${to}; }`
  })
}
