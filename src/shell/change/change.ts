/**
 * The change program of one instance: everything is staged and checked first, then put in place by renames, then the
 * service is told. Contents come over stdin, so this text holds only names and may be seen in a process list. The way
 * back is staged as well, and whatever runs on the host to go it, before anything is touched.
 */
import type { Placement } from '../../resource/kind/kind.ts'
import { placementOf } from '../../resource/kind/kinds.ts'
import type { BundleCheck } from '../../resource/model.ts'
import { holdsLock } from '../lock/lock.ts'
import { fetchStored, verifyStored } from '../record/store.ts'
import { begin, type Sections } from '../syntax/frame.ts'
import { newName, placingLock, recordPath } from '../syntax/layout.ts'
import { flushFiles, takeAway } from '../syntax/placing.ts'
import { command, quote } from '../syntax/quote.ts'
import { type Script, script } from '../syntax/script.ts'
import { enter, parted, serve, wayFunctions } from '../syntax/way.ts'
import { back, begun } from './begun.ts'
import { flagCheckScript } from './flag-check.ts'
import { guardFiles, guardText, guardUnitText, startGuard } from './guard.ts'
import { markPush } from './push.ts'
import { type ChangeMark, type ChangeRequest, pushedPlaces, stagedPlaces } from './request.ts'
import { bootId, marks, ownerNote, stagingOf, unitBackup } from './staging.ts'
import { undoText } from './undo.ts'

/** A check's step is called so, with the check's number behind it. */
export const checkStep = 'check '

/** The step in which it is seen whether the run still holds the host's lock. */
export const lockStep = 'lock'

/** What a change program reads: first the way back, and who goes it where promha does not. */
function streamOf({ mark }: ChangeMark, request: ChangeRequest): ChangeRequest['stream'] {
  return [
    { name: marks.undo, bytes: Buffer.from(undoText(mark, request)) },
    { name: guardFiles.script, bytes: Buffer.from(guardText()) },
    { name: guardFiles.unit, bytes: Buffer.from(guardUnitText()) },
    ...request.stream,
  ]
}

/** Answers with the host's clock from just before the service was told; 0: it was not. The last section is the step that failed. */
export function changeScript(change: ChangeMark, request: ChangeRequest): Script<number> {
  const sent = streamOf(change, request).map(({ bytes }) => bytes)
  return script({
    name: 'change',
    lines: nonce => changeLines(nonce, change, request),
    parse: clockIn,
    stdin: nonce => Buffer.concat([...sent, Buffer.from(`${nonce}\n`)]),
    // Stopping a Prometheus with much data can take minutes; its unit allows ten.
    timeout: 900_000,
  })
}

/** Also of a change that did not come to its end. */
export function clockIn(found: Sections): number {
  return Number(found.get('clock')?.[0] ?? 0)
}

function changeLines(nonce: string, change: ChangeMark, request: ChangeRequest): readonly string[] {
  const step = (name: string) => begin(nonce, name)
  const lines = [
    'set -e',
    wayFunctions,
    step('staging'),
    // Another run may have taken over meanwhile: what it staged is not this one's to clear away.
    fence(nonce, change),
    ...stage(nonce, change, request),
  ]
  request.checks.forEach((check, index) => {
    lines.push(step(`${checkStep}${index}`), runCheck(request, check))
  })
  // From here to its end no other program places, confirms or undoes anything; and a run that lost its lock stops here.
  const turn = [`exec 8>${quote(placingLock)}; flock 8`, fence(nonce, change)]
  lines.push(step(lockStep), ...turn, step('guard'), ...touch(request))
  const placed = (phase: Placement['phase']) =>
    request.staged.flatMap((item, index) => {
      const { phase: own, place } = placementOf(item)
      const note = `${stagingOf(request.component)}/${ownerNote(index)}`
      return own === phase ? [step(item.resource), ...place(item, note, stagingOf(request.component))] : []
    })
  lines.push(...placed('accounts'), serve(request.service), ...placed('directories'))
  lines.push(step('backup'), ...begun(request), ...backups(request), ...placed('places'))
  lines.push(back(request), step(`service:${request.unit}`))
  // What goes is told first, since systemd has to know the unit; everything else once all is in place.
  if (request.action === 'stop') lines.push(...tell(nonce, request))
  // systemctl would have systemd read all units again, which takes long and is done below.
  const quietly = request.daemonReload ? ['--quiet', '--no-reload', '--'] : ['--quiet', '--']
  if (request.disable) lines.push(command('systemctl', 'disable', ...quietly, request.unit))
  lines.push(...request.removed.flatMap(takeAway), back(request))
  if (request.enable) lines.push(command('systemctl', 'enable', ...quietly, request.unit))
  if (request.daemonReload) lines.push('systemctl daemon-reload')
  if (request.action !== 'none')
    lines.push(`${command('systemctl', 'reset-failed', '--', request.unit)} 2>/dev/null || :`)
  if (request.action !== 'none' && request.action !== 'stop') lines.push(...tell(nonce, request))
  return lines
}

/** Outside of the staging directory only new names of programs are written: from the store, and copies of programs whose owner or mode is wrong. */
function stage(nonce: string, change: ChangeMark, request: ChangeRequest): string[] {
  const directory = quote(stagingOf(request.component))
  const unfinished = `an earlier change of it was neither confirmed nor undone, and could not be: see ${stagingOf(request.component)} there; where its way back is damaged, remove that directory and apply again`
  const stored = [
    ...request.stored.map(item => item.sha256),
    ...stagedPlaces(request).flatMap(item => (placementOf(item).tree ? [] : (item.stored ?? []))),
  ]
  return [
    `if [ -e ${directory}/${marks.touched} ]; then echo ${quote(unfinished)} >&2; exit 1; fi`,
    `rm -rf ${directory}; mkdir -p ${directory}/files; cd ${directory}; echo ${quote(change.mark)} >${marks.run}`,
    ...receive(nonce, change, request),
    ...verifyStored(stored),
    ...folders(request.stored.map(item => item.name)),
    ...request.stored.map(({ name, sha256 }) => fetchStored(sha256, name)),
    ...pushedPlaces(request).flatMap(item => {
      const lines = placementOf(item).stage?.(item) ?? []
      return lines.length === 0 ? [] : [...markPush(item.path), ...lines]
    }),
    back(request),
  ]
}

/** `head -c` takes no byte more than it is asked for; the nonce at the end proves that nothing was cut off. */
function receive(nonce: string, change: ChangeMark, request: ChangeRequest): string[] {
  const stream = streamOf(change, request)
  return [
    ...folders(stream.map(part => part.name)),
    ...stream.map(part => `head -c ${part.bytes.length} >${quote(part.name)}`),
    `read -r last; [ "$last" = ${quote(nonce)} ] || { echo 'the transfer was cut short' >&2; exit 1; }`,
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
  const trees = new Set(stagedPlaces(request).flatMap(item => (placementOf(item).tree ? [item.path] : [])))
  const words = [...(before.active ? ['active'] : []), ...(before.enabled ? ['enabled'] : [])]
  return [
    back(request),
    ...folders(paths.map(path => `${marks.backup}${path}`)),
    ...paths.flatMap(path => {
      const { directory, name } = parted(path)
      const to = `${stagingOf(component)}/${marks.backup}${path}`
      if (trees.has(path)) return [enter(directory), command('cp', '-a', '--', name, to)]
      const kept = command('cp', '-dp', '--', name, to)
      const odd = `echo ${quote(`${path} is neither a file nor a link`)} >&2; exit 1`
      return [enter(directory), `[ -f ${quote(name)} ] || [ -L ${quote(name)} ] || { ${odd}; }; ${kept}`]
    }),
    back(request),
    `echo ${quote(words.join(' '))} >${marks.backup}/${unitBackup}`,
  ]
}

function runCheck(request: ChangeRequest, check: BundleCheck): string {
  const replaced = pushedPlaces(request).some(({ path }) => path === check.program)
  const program = replaced ? newName(check.program) : check.program
  const said = check.accepted === undefined ? undefined : { accepted: [check.accepted], each: [] }
  const question = check.flags ?? said
  const run = question ? flagCheckScript(program, check.args, question) : command(program, ...check.args)
  return `(mkdir -p ${quote(bundleDirectory(check))}; cd ${quote(bundleDirectory(check))}; ${run}) 2>&1`
}

/** Where the whole bundle of a check is staged, relative to the staging directory. */
export function bundleDirectory(check: BundleCheck): string {
  return `bundle${check.root}`
}

function fence(nonce: string, { run }: ChangeMark): string {
  return `if ${holdsLock(run)}; then :; else ${begin(nonce, lockStep)}; echo 'this run does not hold the lock of the host any more' >&2; exit 1; fi`
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
  const stamp = quote(recordPath(request.component))
  return [
    note(active, 'is-active', marks.active),
    note(enabled, 'is-enabled', marks.enabled),
    `read -r boot <${bootId}; echo "$boot" >${marks.boot}`,
    `if [ -e ${stamp} ]; then cp ${stamp} ${marks.keptRecord}; ${flushFiles([marks.keptRecord])}; fi`,
    // After a power cut, the mark must not be there without what it stands for: all that was noted above.
    flushFiles([marks.run, marks.undo, marks.boot, '.']),
    `: >${marks.touched}`,
    ...startGuard(),
    ...doubt(request),
  ]
}

/** Until a gate has passed it is not known what the service runs: no killed run may leave the stamp of what lies on the disk. */
function doubt({ action, component }: ChangeRequest): string[] {
  if (action === 'none') return []
  const stamp = recordPath(component)
  const fresh = quote(`${stamp}.new`)
  const part = action === 'reload' ? 'reload' : 'restart'
  return [
    `if [ -e ${marks.keptRecord} ]; then sed '1s/${part}=[^ ]*/${part}=changing/' ${marks.keptRecord} >${fresh}; mv -f ${fresh} ${quote(stamp)}; fi`,
  ]
}

function tell(nonce: string, { action, unit }: ChangeRequest): string[] {
  return [
    `${begin(nonce, 'clock')}; date +%s`,
    begin(nonce, action),
    `: >${marks.told}`,
    command('systemctl', action, '--', unit),
  ]
}
