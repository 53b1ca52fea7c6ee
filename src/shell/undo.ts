/**
 * The way back of one change, staged on its host as a script of its own before anything is touched: promha runs it where
 * a step fails, the host's guard where promha is not heard any more, the next run where neither did. Safe to run
 * whichever step the change had reached, more than once, and where it had not begun.
 */
import { type Before, type ChangeRequest, placedPaths } from './change-request.ts'
import { dropFresh, finishLines, removeStaging } from './finish.ts'
import { begin, preamble } from './frame.ts'
import { newName, oldName, placingLock, stampOf } from './layout.ts'
import { holdsLock } from './lock.ts'
import { command, quote } from './quote.ts'
import {
  activeMark,
  bootId,
  bootMark,
  dropPushFolder,
  enabledMark,
  isConfirmed,
  keptStamp,
  ownerNote,
  placingMark,
  pushMark,
  runMark,
  stagingOf,
  toldMark,
  touchedMark,
  undoFile,
} from './staging.ts'
import { parted, serve, within } from './way.ts'
import { wayFunctions } from './way-functions.ts'

/**
 * The staged script. `$1` is the nonce of its sections, `guard` if they are not read; `$2` is `held` where the caller
 * holds the placing lock. Prints a section `back` where anything may have been put in place, `restored` (with the host's
 * clock in seconds) where the service was told to go back, and `end` where all is as it was. What could not be put back
 * is kept, and it then ends with a failure. Does nothing once the change is not `mark`'s or is confirmed.
 */
export function undoText(mark: string, request: ChangeRequest): string {
  const stage = quote(stagingOf(request.component))
  const { before } = request
  const lines = [
    preamble,
    'nonce=${1:-undo}; failed=0',
    'tell() { [ "$nonce" = guard ] || echo "$nonce $1"; }',
    `[ "\${2:-}" = held ] || { exec 8>${quote(placingLock)} && flock 8; } || exit 1`,
    `cd ${stage} 2>/dev/null && [ -e ${touchedMark} ] || { tell end; exit 0; }`,
    // Not known to be another's, so it is not known to be over.
    `change=; read -r change <${runMark}; [ -n "$change" ] || { echo "$PWD/${runMark} does not say whose change it is" >&2; exit 1; }`,
    `[ "$change" = ${quote(mark)} ] || { tell end; exit 0; }`,
    wayFunctions,
    `if ${isConfirmed}; then`,
    ...finishLines(request),
    'tell end; exit 0; fi',
    'tell back',
    ...quieten(request),
    serve(request.service),
    putBackFunction,
    // Without the mark nothing was put in place, and names beside the places may be anybody's.
    `if [ -e ${placingMark} ]; then`,
    ...placedPaths(request).map(path => putBack(path, before.paths.has(path))),
    ...request.removed.map(path => putBack(path, true)),
    toStaging(request),
    `[ $failed = 0 ] || exit 1`,
    `rm -f ${placingMark}; fi`,
    ...request.directories.map(({ path }, index) => giveBackOwner(path, ownerNote(index), request)),
    ...unmake(before.missing),
    toStaging(request),
    '[ $failed = 0 ] || exit 1',
    ...tellService(request),
    ...restoreStamp(request.component),
    ...discard(request),
    ...removeStaging(request.component),
    'tell end',
  ]
  return `${lines.join('\n')}\n`
}

/** What ran only since is stopped, and no longer started at boot, as long as systemd knows its unit. */
function quieten({ action, enable, unit }: ChangeRequest): string[] {
  const lines: string[] = []
  if (action !== 'none' && action !== 'stop')
    lines.push(`[ -e ${activeMark} ] || ${command('systemctl', 'stop', '--', unit)} 2>/dev/null`)
  if (enable)
    lines.push(
      `[ -e ${enabledMark} ] || ${command('systemctl', 'disable', '--quiet', '--', unit)} 2>/dev/null`,
    )
  return lines
}

/**
 * back DIRECTORY NAME OLDNAME NEWNAME EXISTED. Where the change had not come that far, both names are one file, and a
 * rename would leave both.
 */
const putBackFunction = `back() {
  if [ ! -d "$1" ]; then [ "$5" = no ] || failed=1; return; fi
  enter "$1" || { failed=1; return; }
  rm -f -- "$4"
  if [ -e "$3" ] || [ -L "$3" ]; then
    if [ "$3" -ef "$2" ]; then rm -f -- "$3"; else mv -fT -- "$3" "$2" || failed=1; fi
  elif [ "$5" = no ]; then rm -f -- "$2" || failed=1; fi
}`

function putBack(path: string, existed: boolean): string {
  const { directory, name } = parted(path)
  const [old, fresh] = [parted(oldName(path)).name, parted(newName(path)).name]
  return command('back', directory, name, old, fresh, existed ? 'yes' : 'no')
}

function toStaging({ component }: ChangeRequest): string {
  return `${command('cd', stagingOf(component))} || exit 1`
}

/** As the host noted it. One that cannot be had any more keeps nothing else from going back. */
function giveBackOwner(path: string, note: string, { component }: ChangeRequest): string {
  const given = command('give_back', path, `${stagingOf(component)}/${note}`)
  return `${given} || echo ${quote(`the owner of ${path} could not be given back`)} >&2`
}

/** What the service has written meanwhile stays, and so does then the user whose it is. */
function unmake({ directories, users, groups }: Before['missing']): string[] {
  const deepest = [...directories].sort((a, b) => b.length - a.length)
  return [
    ...(directories.length + users.length + groups.length > 0 ? ['kept=0'] : []),
    ...deepest.map(path => `[ ! -e ${quote(path)} ] || ${within(path, 'rmdir', '--')} 2>/dev/null || kept=1`),
    ...users.map(user => `[ "$kept" = 1 ] || ${command('userdel', user)} 2>/dev/null`),
    ...groups.map(group => `[ "$kept" = 1 ] || ${command('groupdel', group)} 2>/dev/null`),
  ]
}

/**
 * Once the host was booted anew, the service runs what lay on the disk then. What cannot be told is no reason to keep
 * the rest: the stamp then says that it is not known what runs.
 */
function tellService({ action, component, daemonReload, disable, unit }: ChangeRequest): string[] {
  const systemctl = (...words: readonly string[]) => command('systemctl', ...words, '--', unit)
  const lines = [`from=${keptStamp}`]
  if (daemonReload) lines.push('systemctl daemon-reload')
  if (disable) lines.push(`[ ! -e ${enabledMark} ] || ${systemctl('enable', '--quiet')}`)
  if (action === 'none') return lines
  // A reload that failed left the old config active; reloading the restored one clears the failure.
  const verb = action === 'reload' ? 'reload-or-restart' : action === 'stop' ? 'start' : 'restart'
  return [
    ...lines,
    `${systemctl('reset-failed')} 2>/dev/null`,
    `read -r now <${bootId}; read -r boot <${bootMark}`,
    `if [ -e ${activeMark} ] && { [ -e ${toldMark} ] || [ "$now" != "$boot" ]; }; then`,
    `tell restored; [ "$nonce" = guard ] || date +%s`,
    `${systemctl(verb)} || { echo ${quote(`${unit} could not be told to go back, so it is unknown which version runs`)} >&2; from=${quote(stampOf(component))}; }`,
    'fi',
  ]
}

/** A rename needs no room: where there is none, the note that something was undone is what is done without. */
function restoreStamp(component: string): string[] {
  const stamp = quote(stampOf(component))
  const fresh = quote(`${stampOf(component)}.new`)
  return [
    `if [ -e ${keptStamp} ]; then`,
    `if sed "1s/ undone=[0-9]*//; 1s/\\$/ undone=$(date +%s)/" "$from" >${fresh}; then mv -f ${fresh} ${stamp}`,
    `else rm -f ${fresh}; [ "$from" != ${keptStamp} ] || mv -f ${keptStamp} ${stamp}; fi || exit 1`,
    'fi',
  ]
}

/** Programs that were never put in place. */
function discard({ programs }: ChangeRequest): string[] {
  if (programs.length === 0) return []
  return [
    ...programs.map(({ path }) => dropFresh(path)),
    command('rm', '-f', '--', ...programs.map(({ path }) => pushMark(path))),
    dropPushFolder,
  ]
}

/**
 * What promha itself runs: the staged script of this very change, as long as the run holds the lock. Prints what
 * {@link undoText} prints; only `lost` where the run does not hold the lock any more; `gone` and `end` where there is
 * nothing of the change: it was never staged, or the host was faster.
 */
export function undoScript(
  nonce: string,
  change: { readonly mark: string; readonly run: string },
  request: ChangeRequest,
): string {
  const stage = quote(stagingOf(request.component))
  const end = begin(nonce, 'end')
  return [
    preamble,
    `if ${holdsLock(change.run)}; then :; else ${begin(nonce, 'lost')}; exit 0; fi`,
    `[ -d ${quote(placingLock.replace(/\/[^/]*$/, ''))} ] || { ${begin(nonce, 'gone')}; ${end}; exit 0; }`,
    `exec 8>${quote(placingLock)} && flock 8 || exit 1`,
    `mark=; read -r mark 2>/dev/null <${stage}/${runMark}`,
    `if [ "$mark" != ${quote(change.mark)} ]; then ${begin(nonce, 'gone')}; ${end}`,
    `elif [ -e ${stage}/${touchedMark} ]; then sh ${stage}/${undoFile} ${quote(nonce)} held`,
    'else',
    ...(request.programs.length > 0 ? [wayFunctions] : []),
    ...discard(request),
    `rm -rf ${stage}; ${end}; fi`,
  ].join('\n')
}
