/**
 * What is left to do once a change is confirmed: nothing of it may fail the change, and if it was cut off, the next
 * run does all of it again.
 */
import { type ChangeRequest, placedPaths } from './change-request.ts'
import { dismissGuard } from './guard.ts'
import { generationsOf, newName, oldName, programMemory, stampOf } from './layout.ts'
import { command, quote } from './quote.ts'
import { ownsSomething } from './restore.ts'
import { dropPushFolder, pushMark, stagingOf, touchedMark } from './staging.ts'
import { sweepStore, trimGenerations } from './store.ts'
import { enter, parted, serve, within } from './way.ts'

/** Shell without `set -e`, with the functions of `way-functions.ts`; the placing lock is held. The staging directory goes last. */
export function finishLines(request: ChangeRequest): readonly string[] {
  const { component, leaving, service } = request
  const marks = request.programs.map(program => pushMark(program.path))
  const lines = [serve(service), ...[...placedPaths(request), ...request.removed].map(dropNames)]
  if (marks.length > 0) lines.push(command('rm', '-f', '--', ...marks), dropPushFolder)
  for (const path of request.emptied) lines.push(`${within(path, 'rmdir', '--')} 2>/dev/null`)
  if (leaving) lines.push(...leave(component, leaving))
  else lines.push(...trimGenerations(component))
  lines.push(sweepStore(), ...removeStaging(component))
  if (leaving) lines.push(`if ${ownsSomething()}; then :; else`, ...dismissGuard(), 'fi')
  return lines
}

/** Both of promha's names beside a place; nothing where somebody else can change the directory by now. */
function dropNames(path: string): string {
  const [old, fresh] = [parted(oldName(path)).name, parted(newName(path)).name]
  return drop(path, old, fresh)
}

/** What was never put in place, or will not be. */
export function dropFresh(path: string): string {
  return drop(path, parted(newName(path)).name)
}

function drop(path: string, ...names: readonly string[]): string {
  const { directory } = parted(path)
  const there = names.map(
    name => `[ -e ${quote(`${directory}/${name}`)} ] || [ -L ${quote(`${directory}/${name}`)} ]`,
  )
  return `if ${there.join(' || ')}; then ${enter(directory)} && ${command('rm', '-f', '--', ...names)}; fi`
}

function leave(component: string, leaving: NonNullable<ChangeRequest['leaving']>): string[] {
  const lines = leaving.purged.map(path => within(path, 'rm', '-rf', '--'))
  for (const user of leaving.users) lines.push(`${command('userdel', user)} 2>/dev/null`)
  for (const group of leaving.groups) lines.push(`${command('groupdel', group)} 2>/dev/null`)
  lines.push(command('rm', '-rf', '--', generationsOf(component), `${programMemory}/${component}`))
  if (leaving.forgets) lines.push(command('rm', '-f', '--', stampOf(component)))
  return lines
}

/** The mark goes first: a directory that is half gone must not look like a change that was not confirmed. */
export function removeStaging(component: string): readonly string[] {
  const stage = stagingOf(component)
  return [`cd /; ${command('rm', '-f', '--', `${stage}/${touchedMark}`)}`, command('rm', '-rf', '--', stage)]
}
