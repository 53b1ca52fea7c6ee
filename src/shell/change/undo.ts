/**
 * The way back of one change, staged on its host as a script of its own before anything is touched: promha runs it where
 * a step fails, the host's guard where promha is not heard any more, the next run where neither did. Safe to run
 * whichever step the change had reached, more than once, and where it had not begun.
 */

import type { Placement, Staged } from '../../resource/kind/kind.ts'
import { placementOf } from '../../resource/kind/kinds.ts'
import { holdsLock } from '../lock/lock.ts'
import { dropStaged, finishLines, removeStaging } from '../record/finish.ts'
import { begin, preamble, type Sections } from '../syntax/frame.ts'
import { home, placingLock, recordPath } from '../syntax/layout.ts'
import { putBack, putBackFunction } from '../syntax/placing.ts'
import { command, quote } from '../syntax/quote.ts'
import { endEarly, type Script, script } from '../syntax/script.ts'
import { serve, wayFunctions } from '../syntax/way.ts'
import { type ChangeMark, type ChangeRequest, pushedPlaces } from './request.ts'
import { bootId, dropPushFolder, isConfirmed, marks, ownerNote, pushMark, stagingOf } from './staging.ts'

/**
 * The staged script. `$1` is the nonce of its sections, `guard` if they are not read; `$2` is `held` where the caller
 * holds the placing lock. Prints a section `back` where anything may have been put in place, and `restored` (with the host's
 * clock in seconds) where the service was told to go back. What could not be put back is kept, and it then ends with a
 * failure. Does nothing once the change is not `mark`'s or is confirmed.
 */
export function undoText(mark: string, request: ChangeRequest): string {
  const stage = quote(stagingOf(request.component))
  const steps = (phase: Placement['phase']) =>
    request.staged.flatMap((item, index) => {
      const { phase: own, undo } = placementOf(item)
      return own === phase ? undo(item, `${stagingOf(request.component)}/${ownerNote(index)}`) : []
    })
  const lines = [
    preamble,
    'nonce=${1:-undo}; failed=0',
    'tell() { [ "$nonce" = guard ] || echo "$nonce $1"; }',
    `[ "\${2:-}" = held ] || { exec 8>${quote(placingLock)} && flock 8; } || exit 1`,
    `cd ${stage} 2>/dev/null && [ -e ${marks.touched} ] || exit 0`,
    // Not known to be another's, so it is not known to be over.
    `change=; read -r change <${marks.run}; [ -n "$change" ] || { echo "$PWD/${marks.run} does not say whose change it is" >&2; exit 1; }`,
    `[ "$change" = ${quote(mark)} ] || exit 0`,
    wayFunctions,
    `if ${isConfirmed}; then`,
    ...finishLines(request),
    'exit 0; fi',
    'tell back',
    ...quieten(request),
    serve(request.service),
    putBackFunction,
    // Without the mark nothing was put in place, and names beside the places may be anybody's.
    `if [ -e ${marks.placing} ]; then`,
    ...steps('places'),
    ...request.removed.map(path => putBack(path, true)),
    toStaging(request),
    `[ $failed = 0 ] || exit 1`,
    `rm -f ${marks.placing}; fi`,
    ...steps('directories'),
    'kept=0',
    ...unmake(request),
    toStaging(request),
    '[ $failed = 0 ] || exit 1',
    ...tellService(request),
    ...restoreStamp(request.component),
    ...discard(request),
    ...removeStaging(request.component),
  ]
  return `${lines.join('\n')}\n`
}

/** What ran only since is stopped, and no longer started at boot, as long as systemd knows its unit. */
function quieten({ action, enable, unit }: ChangeRequest): string[] {
  const lines: string[] = []
  if (action !== 'none' && action !== 'stop')
    lines.push(`[ -e ${marks.active} ] || ${command('systemctl', 'stop', '--', unit)} 2>/dev/null`)
  if (enable)
    lines.push(
      `[ -e ${marks.enabled} ] || ${command('systemctl', 'disable', '--quiet', '--', unit)} 2>/dev/null`,
    )
  return lines
}

function toStaging({ component }: ChangeRequest): string {
  return `${command('cd', stagingOf(component))} || exit 1`
}

/** Directories before users, and the deepest first. */
function unmake({ staged }: ChangeRequest): readonly string[] {
  const depth = (item: Staged) => ('path' in item ? item.path.length : 0)
  return [...staged]
    .sort((a, b) => depth(b) - depth(a))
    .flatMap(item => placementOf(item).unmake?.(item) ?? [])
}

/** After a reboot the service runs what lay on the disk then. If it cannot be told, the stamp says that it is unknown what runs. */
function tellService({ action, component, daemonReload, disable, unit }: ChangeRequest): string[] {
  const systemctl = (...words: readonly string[]) => command('systemctl', ...words, '--', unit)
  const lines = [`from=${marks.keptRecord}`]
  if (daemonReload) lines.push('systemctl daemon-reload')
  if (disable) lines.push(`[ ! -e ${marks.enabled} ] || ${systemctl('enable', '--quiet')}`)
  if (action === 'none') return lines
  // A reload that failed left the old config active; reloading the restored one clears the failure.
  const verb = action === 'reload' ? 'reload-or-restart' : action === 'stop' ? 'start' : 'restart'
  return [
    ...lines,
    `${systemctl('reset-failed')} 2>/dev/null`,
    `read -r now <${bootId}; read -r boot <${marks.boot}`,
    `if [ -e ${marks.active} ] && { [ -e ${marks.told} ] || [ "$now" != "$boot" ]; }; then`,
    `tell restored; [ "$nonce" = guard ] || date +%s`,
    `${systemctl(verb)} || { echo ${quote(`${unit} could not be told to go back, so it is unknown which version runs`)} >&2; from=${quote(recordPath(component))}; }`,
    'fi',
  ]
}

/** A rename needs no room: where there is none, the note that something was undone is what is done without. */
function restoreStamp(component: string): string[] {
  const stamp = quote(recordPath(component))
  const fresh = quote(`${recordPath(component)}.new`)
  return [
    `if [ -e ${marks.keptRecord} ]; then`,
    `if sed "1s/ undone=[0-9]*//; 1s/\\$/ undone=$(date +%s)/" "$from" >${fresh}; then mv -f ${fresh} ${stamp}`,
    `else rm -f ${fresh}; [ "$from" != ${marks.keptRecord} ] || mv -f ${marks.keptRecord} ${stamp}; fi || exit 1`,
    'fi',
  ]
}

/** Programs that were never put in place. */
function discard(request: ChangeRequest): string[] {
  const paths = pushedPlaces(request).map(({ path }) => path)
  if (paths.length === 0) return []
  return [...paths.map(dropStaged), command('rm', '-f', '--', ...paths.map(pushMark)), dropPushFolder]
}

export interface UndoAnswer {
  /** `undone`: it is as it was; `gone`: nothing was staged, or the host was faster; `lost`: without the lock nothing was done. */
  readonly state: 'undone' | 'gone' | 'lost'
  /** Something may have been put in place before. */
  readonly placed: boolean
  /** The host's clock in seconds from just before the service was told to go back; absent: it was not told. */
  readonly restored?: number
}

/** What promha itself runs: the staged script of this very change, as long as the run holds the lock. */
export function undoScript({ mark, run }: ChangeMark, request: ChangeRequest): Script<UndoAnswer> {
  const stage = quote(stagingOf(request.component))
  const lines = (nonce: string) => [
    `if ${holdsLock(run)}; then :; else ${endEarly(nonce, 'lost')}; fi`,
    `[ -d ${quote(home)} ] || { ${endEarly(nonce, 'gone')}; }`,
    `exec 8>${quote(placingLock)} && flock 8 || exit 1`,
    `mark=; read -r mark 2>/dev/null <${stage}/${marks.run}`,
    `if [ "$mark" != ${quote(mark)} ]; then ${begin(nonce, 'gone')}`,
    `elif [ -e ${stage}/${marks.touched} ]; then sh ${stage}/${marks.undo} ${quote(nonce)} held || exit`,
    'else',
    ...(pushedPlaces(request).length > 0 ? [wayFunctions] : []),
    ...discard(request),
    `rm -rf ${stage}; fi`,
  ]
  return script({ name: 'undo', lines, parse: parseUndo, timeout: 900_000 })
}

function parseUndo(found: Sections): UndoAnswer {
  const restored = found.get('restored')
  return {
    state: found.has('lost') ? 'lost' : found.has('gone') ? 'gone' : 'undone',
    placed: found.has('back'),
    ...(restored ? { restored: Number(restored[0] ?? 0) } : {}),
  }
}
