/** What is done on a host after all that promha ran there is gone. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { Component } from '../inventory/model.ts'
import type { Change } from '../plan/model.ts'
import { type Diagnosis, diagnosisIn } from '../shell/diagnose.ts'
import { sections } from '../shell/frame.ts'
import { home } from '../shell/layout.ts'
import { parseLock } from '../shell/lock.ts'
import { parseRemoval } from '../shell/package-removal.ts'
import { downOf, givenUnit } from '../shell/restore.ts'
import { removeTracesScript } from '../shell/traces.ts'
import type { Connection } from '../ssh/connection.ts'
import { nonce, problemsOf } from './hosts.ts'
import { lockedProblem } from './lock/locked.ts'
import { self } from './lock/self.ts'
import { maskUnit } from './mask.ts'
import { noRemoval, removalProblem } from './package-problem.ts'

export interface Given {
  readonly component: Component
  readonly change: Change
}

export interface TracesRemoved {
  /** What was given back. */
  readonly given: readonly Given[]
  /** Directories with data that is kept. */
  readonly data: readonly string[]
  /** What promha once replaced, and keeps. */
  readonly backups: readonly string[]
  readonly problems: readonly Problem[]
}

const nothing: TracesRemoved = { given: [], data: [], backups: [], problems: [] }

/**
 * Gives back what stood there before promha took `restores` over, then removes promha's own files unless it still runs
 * something on the host. Never rejects.
 */
export async function removeTraces(
  connection: Connection,
  command: string,
  restores: readonly Component[],
): Promise<TracesRemoved> {
  const { host } = connection
  const [mark, lockNonce] = [nonce(), nonce()]
  const lock = { run: `${Date.now()}-${nonce()}`, ...self(), command }
  try {
    const script = removeTracesScript(mark, { lock, lockNonce, restores })
    // What is given back may take a while to start.
    const { stdout, stderr } = await connection.run({ script, timeout: 900_000 })
    const text = stdout.toString('utf8')
    const found = sections(mark, text)
    const lines = (section: string) => found.get(section) ?? []
    const answer = parseLock(lockNonce, text)
    if (found.has('busy') && answer?.state === 'held') {
      const holder = answer.holder ? { holder: answer.holder } : {}
      return { ...nothing, problems: [lockedProblem({ host, ...holder }, 0)] }
    }
    const problems = restores
      .filter(component => found.has(`failed ${component}`))
      .map(component => notGiven(host, component, lines(`given ${component}`)))
    problems.push(
      ...restores
        .filter(component => found.has(`down ${component}`))
        .map(component => notRunning(host, component, diagnosisIn(found, downOf(component)))),
    )
    const { failed = [], unable } = parseRemoval(mark, text) ?? {}
    problems.push(...[...failed].map(([name, why]) => removalProblem({ names: [name] }, host, why)))
    if (unable !== undefined) problems.push(noRemoval(host, unable))
    if (found.has('busy') || !found.has('end')) problems.push(stuck(host, stderr.trim()))
    return {
      given: restores.flatMap(component =>
        lines(`given ${component}`).flatMap(line => {
          const change = changeOf(line)
          return change ? [{ component, change }] : []
        }),
      ),
      data: lines('data').map(decodeURIComponent),
      backups: lines('backups').filter(path => !path.endsWith('/.unit')),
      problems,
    }
  } catch (failure) {
    return { ...nothing, problems: problemsOf(failure, host) }
  }
}

/** A line of what was given back: a path, or what was done to a unit. */
function changeOf(line: string): Change | undefined {
  const reason = 'as it was before promha came'
  const unit = /^(enabled|started) (.+)$/.exec(line)
  if (unit)
    return { resource: `service:${unit[2]}`, action: unit[1] === 'enabled' ? 'enable' : 'start', reason }
  const [, directory] = /^directory (.+)$/.exec(line) ?? []
  if (directory !== undefined) return { resource: `directory:${directory}`, action: 'update', reason }
  return line.startsWith('/') ? { resource: `file:${line}`, action: 'create', reason } : undefined
}

function notGiven(host: string, component: Component, lines: readonly string[]): Problem {
  return error(`what was there of ${component} before promha came could not be given back as it was`, {
    host,
    detail: lines.filter(line => changeOf(line) === undefined).join('\n'),
    remedy: `Fix what the message names, then run the command again. The files that were there before are below ${home}/backup/${component}.`,
  })
}

/** What runs now is not promha's: its config may hold secrets of which no inventory knows. */
function notRunning(host: string, component: Component, seen: Diagnosis): Problem {
  const unit = givenUnit(component)
  const result = ['', 'success'].includes(seen.result) ? '' : ` (${seen.result})`
  const again = seen.restarts > 0 ? ` and has restarted it ${seen.restarts} times` : ''
  const said = [
    `It ran before promha came. systemd says ${seen.active || 'nothing'}${result}${again}.`,
    ...(seen.journal.length > 0 ? ['Its last journal lines:', ...seen.journal] : []),
    ...(seen.manager.length > 0 ? ['systemd says:', ...seen.manager] : []),
  ]
  return error(`${unit} was given back, but does not run`, {
    host,
    resource: `service:${unit}`,
    detail: maskUnit(said.join('\n')),
    remedy: `Fix what its journal says (\`journalctl -u ${unit}\` on ${host}), then run \`promha destroy --restore\` again, which starts it.`,
  })
}

function stuck(host: string, detail: string): Problem {
  return error(`promha's own files could not be removed from ${home}`, {
    host,
    detail,
    remedy: 'Fix what the message names, then run the command again.',
  })
}
