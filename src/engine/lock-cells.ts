/** Which hosts a run has to hold before it changes anything: every member of each cell concerned. */
import { type Problem, warning } from '../diagnostic/problem.ts'
import type { Connection } from '../ssh/connection.ts'
import { standbyHosts } from '../topology/standby.ts'
import type { RunRequest } from './api.ts'
import { nonce } from './hosts.ts'
import { type HeldLocks, holdLocks } from './lock.ts'
import type { Compared, Survey } from './survey.ts'

/** `run` is `EPOCHMILLISECONDS-NONCE`. */
export interface Held extends HeldLocks {
  /** Members that are locked though they are not selected. */
  readonly outside: readonly Connection[]
  readonly hosts: ReadonlySet<string>
  /** All members of these are locked, as far as they can be reached. */
  readonly cells: ReadonlySet<string>
}

/**
 * Holds the locks of all that stand in for another in the cells that are to be changed, whatever the selection
 * leaves, and of every host that is to be changed. A member that cannot be reached is left out, with a warning. Rejects with a LockedError, or with a ProblemError that names the host.
 */
export async function lockCells(
  current: Survey,
  { plans, sessions }: Compared,
  request: RunRequest,
): Promise<Held> {
  const began = performance.now()
  request.emit({ type: 'stage-begin', stage: 'lock' })
  const unfinished = (host: string) =>
    (sessions.find(session => session.host.name === host)?.observed?.unfinished.length ?? 0) > 0
  const changing = plans.filter(plan => plan.status === 'differs' || unfinished(plan.host))
  const cells = new Set(changing.flatMap(plan => plan.cells))
  const members = new Set(
    current.prepared.topology.cells.filter(cell => cells.has(cell.name)).flatMap(standbyHosts),
  )
  const others = changing.map(plan => plan.host).filter(host => !members.has(host))
  const locked = await reached(current, [...members])
  const reachedOthers = await reached(current, others)
  const names = new Set([...locked, ...reachedOthers].map(connection => connection.host))
  const missed = [...members].filter(host => !names.has(host))
  if (missed.length > 0) request.emit({ type: 'problem', problem: unlocked(missed) })
  const held = await holdLocks({
    run: `${Date.now()}-${nonce()}`,
    members: locked,
    others: reachedOthers,
    command: request.command,
    timeoutMs: request.lockTimeout,
    signal: request.signal,
    onWait: note => request.emit({ type: 'stage-progress', stage: 'lock', done: 0, note }),
    onLost: (_, problem) => request.emit({ type: 'problem', problem }),
  })
  request.emit({ type: 'stage-end', stage: 'lock', elapsed: performance.now() - began })
  const selected = new Set(sessions.map(session => session.host.name))
  return { ...held, outside: locked.filter(({ host }) => !selected.has(host)), hosts: names, cells }
}

function unlocked(hosts: readonly string[]): Problem {
  return warning(`${hosts.join(', ')} cannot be reached and so is not locked`, {
    detail: 'Somebody who reaches it from elsewhere could be changing it now.',
    remedy: 'see that nobody else is at work on this cell',
  })
}

async function reached(current: Survey, hosts: readonly string[]): Promise<readonly Connection[]> {
  const found = await Promise.all(hosts.map(host => current.connect(host).catch(() => undefined)))
  return found.filter(connection => connection !== undefined)
}
