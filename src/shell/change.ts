/**
 * The change program of one instance: everything is staged and checked first, then put in place by renames, then the
 * service is told. Contents come over stdin, so this text holds only names and may be seen in a process list. The way
 * back is staged as well, and whatever runs on the host to go it, before anything is touched.
 */
import type { BundleCheck, UserResource } from '../resource/model.ts'
import type { ChangeMark, ChangeRequest } from './change-request.ts'
import { flagCheckScript } from './flag-check.ts'
import { begin, preamble } from './frame.ts'
import { guardText, guardUnitText, startGuard } from './guard.ts'
import { newName, placingLock, stampOf } from './layout.ts'
import { holdsLock } from './lock.ts'
import { octal } from './own.ts'
import { back, begun, flushed, freshName, lay, layKept, put, takeAway } from './placing.ts'
import { markPush } from './push.ts'
import { command, quote } from './quote.ts'
import {
  activeMark,
  backupFolder,
  bootId,
  bootMark,
  enabledMark,
  keptStamp,
  ownerNote,
  runMark,
  stagingOf,
  toldMark,
  touchedMark,
  undoFile,
  unitBackup,
} from './staging.ts'
import { fetchStored, linkStored, verifyStored } from './store.ts'
import { undoText } from './undo.ts'
import { enter, parted, serve, take } from './way.ts'
import { wayFunctions } from './way-functions.ts'

/** A check's step is called so, with the check's number behind it. */
export const checkStep = 'check '

/** The step in which it is seen whether the run still holds the host's lock. */
export const lockStep = 'lock'

/** What every change program reads before its own stream: the way back, and who goes it where promha does not. */
export function hostFiles(
  { mark }: ChangeMark,
  request: ChangeRequest,
): readonly { readonly name: string; readonly bytes: Uint8Array }[] {
  return [
    { name: undoFile, bytes: Buffer.from(undoText(mark, request)) },
    { name: 'guard', bytes: Buffer.from(guardText()) },
    { name: 'guard.service', bytes: Buffer.from(guardUnitText()) },
  ]
}

/**
 * Prints a section for each step that it begins; the last one begun is the one that failed, `end` that none did. Reads
 * {@link hostFiles}, then the request's stream, then a line with the mark.
 */
export function changeScript(change: ChangeMark, request: ChangeRequest): string {
  const { mark } = change
  const step = (name: string) => begin(mark, name)
  const lines = [
    preamble,
    'set -e',
    wayFunctions,
    step('staging'),
    // Another run may have taken over meanwhile: what it staged is not this one's to clear away.
    fence(change),
    ...stage(change, request),
  ]
  request.checks.forEach((check, index) => {
    lines.push(step(`${checkStep}${index}`), runCheck(request, check))
  })
  lines.push(step(lockStep), ...takeTurn(change), step('guard'), ...touch(request))
  for (const user of request.users) lines.push(step(`user:${user.name}`), ...addUser(user))
  lines.push(serve(request.service))
  request.directories.forEach((directory, index) => {
    const note = `${stagingOf(request.component)}/${ownerNote(index)}`
    lines.push(
      step(`directory:${directory.path}`),
      take(directory, directory.group, octal(directory.mode), note),
    )
  })
  lines.push(step('backup'), ...begun(request), ...backups(request))
  request.files.forEach((file, index) => {
    lines.push(
      step(file.resource),
      ...lay(file, `${stagingOf(request.component)}/files/${index}`),
      ...put(file),
    )
  })
  for (const program of request.programs) lines.push(step(program.resource), ...put(program))
  for (const file of request.modes) lines.push(step(file.resource), ...layKept(file), ...put(file))
  lines.push(back(request), step(`service:${request.unit}`))
  // What goes is told first, since systemd has to know the unit; everything else once all is in place.
  if (request.action === 'stop') lines.push(...tell(mark, request))
  if (request.disable) lines.push(command('systemctl', 'disable', '--quiet', '--', request.unit))
  lines.push(...request.removed.flatMap(takeAway), back(request))
  if (request.daemonReload) lines.push('systemctl daemon-reload')
  if (request.action !== 'none')
    lines.push(`${command('systemctl', 'reset-failed', '--', request.unit)} 2>/dev/null || :`)
  if (request.enable) lines.push(command('systemctl', 'enable', '--quiet', '--', request.unit))
  if (request.action !== 'none' && request.action !== 'stop') lines.push(...tell(mark, request))
  lines.push(step('end'))
  return lines.join('\n')
}

/** Outside of the staging directory only new names of programs are written: from the store, and copies of programs whose owner or mode is wrong. */
function stage(change: ChangeMark, request: ChangeRequest): string[] {
  const directory = quote(stagingOf(request.component))
  const unfinished = `an earlier change of it was neither confirmed nor undone, and could not be: see ${stagingOf(request.component)} there; where its way back is damaged, remove that directory and apply again`
  const programs = request.programs.filter(program => program.stored !== undefined)
  const stored = [
    ...request.stored.map(item => item.sha256),
    ...programs.map(program => program.stored ?? ''),
  ]
  return [
    `if [ -e ${directory}/${touchedMark} ]; then echo ${quote(unfinished)} >&2; exit 1; fi`,
    `rm -rf ${directory}; mkdir -p ${directory}/files; cd ${directory}; echo ${quote(change.mark)} >${runMark}`,
    ...receive(change, request),
    ...verifyStored(stored),
    ...folders(request.stored.map(item => item.name)),
    ...request.stored.map(({ name, sha256 }) => fetchStored(sha256, name)),
    ...programs.flatMap(({ path, stored: hash = '' }) => {
      const { directory } = parted(path)
      const fresh = freshName(path)
      return [
        ...markPush(path),
        enter(directory),
        `${command('rm', '-rf', '--', fresh)}; ${linkStored(hash, fresh)}`,
      ]
    }),
    ...request.programs.flatMap(program =>
      program.kept === undefined
        ? []
        : [
            ...markPush(program.path),
            ...layKept({ ...program, kept: program.kept }),
            // A check may run it.
            command('chmod', '0700', freshName(program.path)),
          ],
    ),
    back(request),
  ]
}

/** `head -c` takes no byte more than it is asked for; the mark at the end proves that nothing was cut off. */
function receive(change: ChangeMark, request: ChangeRequest): string[] {
  const own = hostFiles(change, request).map(({ name, bytes }) => ({ name, size: bytes.length }))
  const stream = [...own, ...request.stream]
  return [
    ...folders(stream.map(part => part.name)),
    ...stream.map(part => `head -c ${part.size} >${quote(part.name)}`),
    `read -r last; [ "$last" = ${quote(change.mark)} ] || { echo 'the transfer was cut short' >&2; exit 1; }`,
  ]
}

function folders(names: readonly string[]): string[] {
  const found = new Set(names.filter(name => name.includes('/')).map(name => name.replace(/\/[^/]*$/, '')))
  return [...found].map(folder => command('mkdir', '-p', '--', folder))
}

/** Copies of what is no device and no pipe, which would keep `cp` waiting. A link is kept as such. */
function backups(request: ChangeRequest): string[] {
  const { backups: paths, before, component } = request
  if (paths.length === 0) return []
  const words = [...(before.active ? ['active'] : []), ...(before.enabled ? ['enabled'] : [])]
  return [
    back(request),
    ...folders(paths.map(path => `${backupFolder}${path}`)),
    ...paths.flatMap(path => {
      const { directory, name } = parted(path)
      const kept = command('cp', '-dp', '--', name, `${stagingOf(component)}/${backupFolder}${path}`)
      const odd = `echo ${quote(`${path} is neither a file nor a link`)} >&2; exit 1`
      return [enter(directory), `[ -f ${quote(name)} ] || [ -L ${quote(name)} ] || { ${odd}; }; ${kept}`]
    }),
    back(request),
    `echo ${quote(words.join(' '))} >${backupFolder}/${unitBackup}`,
  ]
}

function runCheck(request: ChangeRequest, check: BundleCheck): string {
  const replaced = request.programs.some(program => program.path === check.program)
  const program = replaced ? newName(check.program) : check.program
  const run = check.flags
    ? flagCheckScript(program, check.args, check.flags)
    : command(program, ...check.args)
  return `(mkdir -p ${quote(bundleDirectory(check))}; cd ${quote(bundleDirectory(check))}; ${run}) 2>&1`
}

/** Where the whole bundle of a check is staged, relative to the staging directory. */
export function bundleDirectory(check: BundleCheck): string {
  return `bundle${check.root}`
}

/** From here to its end no other program places, confirms or undoes anything; and a run that lost its lock stops here. */
function takeTurn(change: ChangeMark): string[] {
  return [`exec 8>${quote(placingLock)}; flock 8`, fence(change)]
}

function fence({ mark, run }: ChangeMark): string {
  return `if ${holdsLock(run)}; then :; else ${begin(mark, lockStep)}; echo 'this run does not hold the lock of the host any more' >&2; exit 1; fi`
}

/** Everything that the way back needs to know, then the mark that it may have to be gone, then what goes it. */
function touch(request: ChangeRequest): string[] {
  const { active, enabled } = request.before
  const unit = quote(request.unit)
  const note = (known: boolean | undefined, question: string, mark: string) =>
    known === undefined
      ? `if systemctl ${question} --quiet -- ${unit} 2>/dev/null; then : >${mark}; fi`
      : known
        ? `: >${mark}`
        : ''
  const stamp = quote(stampOf(request.component))
  return [
    note(active, 'is-active', activeMark),
    note(enabled, 'is-enabled', enabledMark),
    `read -r boot <${bootId}; echo "$boot" >${bootMark}`,
    `if [ -e ${stamp} ]; then cp ${stamp} ${keptStamp}; ${flushed([keptStamp])}; fi`,
    // After a power cut, the mark must not be there without what it stands for: all that was noted above.
    flushed([runMark, undoFile, bootMark, '.']),
    `: >${touchedMark}`,
    ...startGuard({ script: 'guard', unit: 'guard.service' }),
    ...doubt(request),
  ]
}

/**
 * Until a gate has passed it is not known what the service runs: a run that is killed in between must not find the stamp
 * of what lies on the disk by then.
 */
function doubt({ action, component }: ChangeRequest): string[] {
  if (action === 'none') return []
  const stamp = stampOf(component)
  const fresh = quote(`${stamp}.new`)
  const part = action === 'reload' ? 'reload' : 'restart'
  return [
    `if [ -e ${keptStamp} ]; then sed '1s/${part}=[^ ]*/${part}=changing/' ${keptStamp} >${fresh}; mv -f ${fresh} ${quote(stamp)}; fi`,
  ]
}

/** A user that is there, in /etc/passwd or elsewhere, stays as it is; only a group that it lacks is made. */
function addUser(user: UserResource): string[] {
  const words = [
    'useradd',
    '--system',
    '--home-dir',
    user.home,
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
  ]
  const exists = `${command('getent', 'passwd', user.name)} >/dev/null`
  const group = `${command('getent', 'group', user.name)} >/dev/null`
  return [
    `${exists} || if ${group}; then ${command(...words, '--gid', user.name, user.name)}; else ${command(...words, '--user-group', user.name)}; fi`,
    `${group} || ${command('groupadd', '--system', user.name)}`,
  ]
}

function tell(mark: string, { action, unit }: ChangeRequest): string[] {
  return [
    `${begin(mark, 'clock')}; date +%s`,
    begin(mark, action),
    `: >${toldMark}`,
    command('systemctl', action, '--', unit),
  ]
}
