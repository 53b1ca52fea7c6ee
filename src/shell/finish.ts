/**
 * What is left to do once a change is confirmed: nothing of it may fail the change, and where it was cut off, whoever
 * comes next does all of it again.
 */
import type { ChangeRequest } from './change-request.ts'
import { dismissGuard } from './guard.ts'
import { generationsOf, newName, oldName, programMemory, stampOf } from './layout.ts'
import { command } from './quote.ts'
import { ownsSomething } from './restore.ts'
import { dropPushFolder, pushMark, stagingOf, touchedMark } from './staging.ts'
import { sweepStore, trimGenerations } from './store.ts'

/** Shell without `set -e`; the placing lock is held. The staging directory goes last. */
export function finishLines(request: ChangeRequest): readonly string[] {
  const { component, leaving } = request
  const placed = [...request.files, ...request.programs].map(file => file.path)
  const names = [...placed, ...request.removed].flatMap(path => [newName(path), oldName(path)])
  const marks = request.programs.map(program => pushMark(program.path))
  const lines: string[] = []
  if (names.length > 0) lines.push(command('rm', '-f', '--', ...names, ...marks), dropPushFolder)
  for (const path of request.emptied) lines.push(`${command('rmdir', '--', path)} 2>/dev/null`)
  if (leaving) lines.push(...leave(component, leaving))
  else lines.push(...trimGenerations(component))
  lines.push(sweepStore(), ...removeStaging(component))
  if (leaving) lines.push(`if ${ownsSomething()}; then :; else`, ...dismissGuard(), 'fi')
  return lines
}

function leave(component: string, leaving: NonNullable<ChangeRequest['leaving']>): string[] {
  const lines = leaving.purged.map(path => command('rm', '-rf', '--', path))
  for (const user of leaving.users) lines.push(`${command('userdel', user)} 2>/dev/null`)
  lines.push(command('rm', '-rf', '--', generationsOf(component), `${programMemory}/${component}`))
  if (leaving.forgets) lines.push(command('rm', '-f', '--', stampOf(component)))
  return lines
}

/** The mark goes first: a directory that is half gone must not look like a change that nobody confirmed. */
export function removeStaging(component: string): readonly string[] {
  const stage = stagingOf(component)
  return [`cd /; ${command('rm', '-f', '--', `${stage}/${touchedMark}`)}`, command('rm', '-rf', '--', stage)]
}
