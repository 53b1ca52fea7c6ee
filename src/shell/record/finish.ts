/** What is left once a change is confirmed: nothing of it may fail the change, and if it was cut off, the next run does it again. */

import { dismissGuard } from '../change/guard.ts'
import { type ChangeRequest, pushedPlaces, stagedPlaces } from '../change/request.ts'
import { ownsSomething } from '../change/restore.ts'
import { dropPushFolder, marks, pushMark, stagingOf } from '../change/staging.ts'
import {
  generationsOf,
  newName,
  oldName,
  programMemory,
  recordDirectory,
  recordPath,
} from '../syntax/layout.ts'
import { command, quote } from '../syntax/quote.ts'
import { enter, parted, serve, within } from '../syntax/way.ts'
import { sweepStore, trimGenerations } from './store.ts'

/** Shell without `set -e`, with the functions of `way.sh`; the placing lock is held. The staging directory goes last. */
export function finishLines(request: ChangeRequest): readonly string[] {
  const { component, leaving, service } = request
  const marks = pushedPlaces(request).map(({ path }) => pushMark(path))
  const places = stagedPlaces(request).map(({ path }) => path)
  const lines = [serve(service), ...[...places, ...request.removed].map(dropNames)]
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
  return drop(path, parted(oldName(path)).name, parted(newName(path)).name)
}

/** What was never put in place, or will not be. */
export function dropStaged(path: string): string {
  return drop(path, parted(newName(path)).name)
}

function drop(path: string, ...names: readonly string[]): string {
  const { directory } = parted(path)
  const there = names.map(
    name => `[ -e ${quote(`${directory}/${name}`)} ] || [ -L ${quote(`${directory}/${name}`)} ]`,
  )
  return `if ${there.join(' || ')}; then ${enter(directory)} && ${command('rm', '-rf', '--', ...names)}; fi`
}

function leave(component: string, leaving: NonNullable<ChangeRequest['leaving']>): string[] {
  const lines = leaving.purged.map(path => within(path, 'rm', '-rf', '--'))
  for (const user of leaving.users)
    lines.push(`${isOwned('user', user)} || ${command('userdel', user)} 2>/dev/null`)
  for (const group of leaving.groups)
    lines.push(`${isOwned('group', group)} || ${command('groupdel', group)} 2>/dev/null`)
  lines.push(command('rm', '-rf', '--', generationsOf(component), `${programMemory}/${component}`))
  if (leaving.forgets) lines.push(command('rm', '-f', '--', recordPath(component)))
  return lines
}

/** A condition of shell: another component still has it. The manifest of the one that leaves names it no more by then. */
function isOwned(kind: 'user' | 'group', name: string): string {
  return `${command('grep', '-qsx', `\\(made\\|found\\) ${kind} ${name}`)} ${quote(recordDirectory)}/*`
}

/** The mark goes first: a directory that is half gone must not look like a change that was not confirmed. */
export function removeStaging(component: string): readonly string[] {
  const stage = stagingOf(component)
  return [
    `cd /; ${command('rm', '-f', '--', `${stage}/${marks.touched}`)}`,
    command('rm', '-rf', '--', stage),
  ]
}
