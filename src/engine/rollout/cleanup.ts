/** What is done on a host after all that promha ran there is gone. */
import { maskUnit } from '../../check/mask.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Component } from '../../inventory/model.ts'
import type { Change } from '../../plan/model.ts'
import { type CleanupAnswer, cleanupScript, parseCleanup } from '../../shell/change/cleanup.ts'
import { givenUnit } from '../../shell/change/restore.ts'
import type { Diagnosis } from '../../shell/host/diagnose.ts'
import { nonce } from '../../shell/syntax/frame.ts'
import { ask, ScriptError } from '../../ssh/ask.ts'
import type { Connection } from '../../ssh/connection.ts'
import { lockedProblem } from '../lock/locked.ts'
import { self } from '../lock/self.ts'
import { packagesProblem } from '../packages/messages.ts'
import { removalProblem } from '../packages/problem.ts'
import { problemsOf } from '../session/hosts.ts'
import { cleanupProblem } from './messages.ts'

export interface CleanupRequest {
  readonly component: Component
  readonly change: Change
}

export interface CleanupResult {
  /** What was given back. */
  readonly given: readonly CleanupRequest[]
  /** Directories with data that is kept. */
  readonly data: readonly string[]
  /** What promha once replaced, and keeps. */
  readonly backups: readonly string[]
  readonly problems: readonly Problem[]
}

const nothing: CleanupResult = { given: [], data: [], backups: [], problems: [] }

/** Gives back what stood before promha took `restores` over, then removes its own files if nothing runs. Never rejects. */
export async function cleanupHost(
  connection: Connection,
  command: string,
  restores: readonly Component[],
): Promise<CleanupResult> {
  const { host } = connection
  const lock = { run: `${Date.now()}-${nonce()}`, ...self(), command }
  try {
    return cleanupResult(host, await ask(connection, cleanupScript({ lock, restores })))
  } catch (failure) {
    if (!(failure instanceof ScriptError)) return { ...nothing, problems: problemsOf(failure, host) }
    const { problems, ...rest } = cleanupResult(host, parseCleanup(failure.found, restores))
    return { ...rest, problems: [...problems, cleanupProblem.filesLeft({ host }, failure.stderr)] }
  }
}

function cleanupResult(host: string, answer: CleanupAnswer): CleanupResult {
  const { busy, lock, given, failed, down, removal, data, backups } = answer
  if (busy && lock?.state === 'held')
    return { ...nothing, problems: [lockedProblem({ host, ...(lock.holder && { holder: lock.holder }) }, 0)] }
  return {
    given: [...given].flatMap(([component, lines]) =>
      lines.flatMap(line => {
        const change = changeOf(line)
        return change ? [{ component: component as Component, change }] : []
      }),
    ),
    data,
    backups,
    problems: [
      ...failed.map(component => {
        const said = (given.get(component) ?? []).filter(line => changeOf(line) === undefined)
        return cleanupProblem.notGivenBack({ host }, component, said.join('\n'))
      }),
      ...[...down].map(([component, seen]) => notRunning(host, component, seen)),
      ...[...removal.failed].map(([name, why]) => removalProblem([name], host, why)),
      ...(removal.unable === undefined ? [] : [packagesProblem.noRemoval({ host }, removal.unable)]),
    ],
  }
}

/** A line of what was given back: a path, or what was done to a unit. */
function changeOf(line: string): Change | undefined {
  const reason = 'as it was before promha was used'
  const unit = /^(enabled|started) (.+)$/.exec(line)
  if (unit)
    return { resource: `service:${unit[2]}`, action: unit[1] === 'enabled' ? 'enable' : 'start', reason }
  const [, directory] = /^directory (.+)$/.exec(line) ?? []
  if (directory !== undefined) return { resource: `directory:${directory}`, action: 'update', reason }
  return line.startsWith('/') ? { resource: `file:${line}`, action: 'create', reason } : undefined
}

/** What runs now is not promha's: its config may hold secrets of which no inventory knows. */
function notRunning(host: string, component: string, seen: Diagnosis): Problem {
  const unit = givenUnit(component)
  const result = ['', 'success'].includes(seen.result) ? '' : ` (${seen.result})`
  const again = seen.restarts > 0 ? ` and has restarted it ${seen.restarts} times` : ''
  const said = [
    `It ran before promha was used. systemd says ${seen.active || 'nothing'}${result}${again}.`,
    ...(seen.journal.length > 0 ? ['Its last journal lines:', ...seen.journal] : []),
    ...(seen.manager.length > 0 ? ['systemd says:', ...seen.manager] : []),
  ]
  const where = { host, resource: `service:${unit}` }
  return cleanupProblem.notRunning(where, unit, host, maskUnit(said.join('\n')))
}
