/** Written once a gate has passed: what runs now is good, is kept to go back to, and need not be doubted or hashed. */

import type { Content } from '../../resource/kind/kind.ts'
import { placementOf } from '../../resource/kind/kinds.ts'
import { type ChangeMark, type ChangeRequest, stagedPlaces } from '../change/request.ts'
import { directoryNotes, marks, ownerFormat, ownerNote, stagingOf, unitBackup } from '../change/staging.ts'
import { holdsLock } from '../lock/lock.ts'
import { identityFormat } from '../observe/probe.ts'
import { begin } from '../syntax/frame.ts'
import {
  backupOf,
  generationsOf,
  placingLock,
  programMemory,
  recordDirectory,
  recordPath,
} from '../syntax/layout.ts'
import { flushFiles } from '../syntax/placing.ts'
import { command, quote } from '../syntax/quote.ts'
import { endEarly, type Script, script } from '../syntax/script.ts'
import { wayFunctions } from '../syntax/way.ts'
import { finishLines } from './finish.ts'
import { keepContents } from './store.ts'

export interface HashedProgram {
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
  readonly programs: readonly HashedProgram[]
}

/** `lost`: the run does not hold the lock any more; `undone`: the host has undone the change already. */
export type ConfirmAnswer = (typeof answers)[number]

const answers = ['confirmed', 'undone', 'lost'] as const

/** Fails, and says why on stderr, where it could not be written: it is unconfirmed then. */
export function confirmScript(change: ChangeMark, request: ConfirmRequest): Script<ConfirmAnswer> {
  return script({
    name: 'confirm',
    lines: nonce => confirmLines(nonce, change, request),
    parse: found => answers.find(answer => found.has(answer)),
    stdin: nonce => Buffer.from(`${request.record}${request.listing?.text ?? ''}${nonce}\n`),
    // Copying programs to a slow disk takes its time.
    timeout: 300_000,
  })
}

function confirmLines(nonce: string, { mark, run }: ChangeMark, request: ConfirmRequest): readonly string[] {
  const { change, record, listing } = request
  const { component } = change
  const small = stagedPlaces(change).filter(item => !placementOf(item).pushed)
  const memory = `${programMemory}/${component}`
  const numbered = listing && `${generationsOf(component)}/${listing.number}`
  return [
    'set -e',
    `if ${holdsLock(run)}; then :; else ${endEarly(nonce, 'lost')}; fi`,
    `exec 8>${quote(placingLock)}; flock 8`,
    `mark=; cd ${quote(stagingOf(component))} 2>/dev/null && read -r mark <${marks.run} || :`,
    `if [ "$mark" != ${quote(mark)} ]; then ${endEarly(nonce, 'undone')}; fi`,
    command('mkdir', '-p', recordDirectory, programMemory, generationsOf(component)),
    'now=$(date +%s)',
    // Only a stamp has this in its first line, which no encoded value can hold.
    `take() { head -c "$1" >arrived; sed "1s/ time=0 / time=$now /" arrived >"$2"; }`,
    `take ${Buffer.byteLength(record)} ${marks.record}`,
    ...(listing ? [`take ${Buffer.byteLength(listing.text)} listing`] : []),
    `read -r last; [ "$last" = ${quote(nonce)} ] || { echo 'the transfer was cut short' >&2; exit 1; }`,
    ...keepContents(request.contents),
    ...(numbered ? [command('mv', '-f', 'listing', numbered)] : []),
    ...keepBackups(change),
    ...keepOwners(change),
    // After the store's links, since a new link changes the file's ctime, which is remembered.
    ...remember(memory, request.programs),
    `: >${marks.ready}`,
    // Programs apart: what a power cut leaves of them is seen by its size, and put right by the next apply.
    flushFiles([marks.record, ...small.map(({ path }) => path), '.']),
    `mv -f ${marks.record} ${quote(recordPath(component))}`,
    'set +e',
    wayFunctions,
    ...finishLines(change),
    begin(nonce, 'confirmed'),
  ]
}

/** Only the memory of programs is renewed: they were hashed, and nothing was changed. */
export function hashCacheScript(component: string, programs: readonly HashedProgram[]): Script<true> {
  const memory = `${programMemory}/${component}`
  const lines = () => ['set -e', command('mkdir', '-p', programMemory), ...remember(memory, programs)]
  return script({ name: 'hash cache', lines, parse: () => true })
}

function remember(memory: string, programs: readonly HashedProgram[]): string[] {
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
  const moves = [`/${unitBackup}`, ...backups].map(path => {
    const [from, to] = [quote(`${marks.backup}${path}`), quote(`${backupOf(component)}${path}`)]
    return `[ -e ${to} ] || [ -L ${to} ] || { ${command('mkdir', '-p', `${backupOf(component)}${path}`.replace(/\/[^/]*$/, ''))} && mv -T ${from} ${to}; }`
  })
  return [...(adopts ? [older] : []), ...moves]
}

/** Whose the directories were that promha has changed and not made, and in which mode: of each what was noted first. */
function keepOwners({ component, service, staged }: ChangeRequest): string[] {
  const [folder, notes] = [backupOf(component), `${backupOf(component)}/${directoryNotes}`]
  return staged.flatMap((item, index) => {
    if (item.kind !== 'directory' || item.known || !item.existed) return []
    const { path } = item
    const note = ownerNote(index)
    const now = `$(${command('stat', '-c', ownerFormat, '--', `${path}/`)} 2>/dev/null)`
    const line = `[^ ]* [^ ]* [^ ]* ${path.replaceAll(/[\\.*[\]^$]/g, '\\$&')}`
    return [
      `if [ -f ${note} ] && [ "$(cat ${note})" != "${now}" ] && ! ${command('grep', '-qsx', '--', line, notes)}; then`,
      `  ${command('mkdir', '-p', folder)}; echo ${quote(service ?? '-')} "$(cat ${note})" ${quote(path)} >>${quote(notes)}`,
      `  ${flushFiles([notes])}; fi`,
    ]
  })
}
