/** Which hosts a run has to hold before it changes anything: every member of each cell concerned. */
import { type Problem, warning } from '../diagnostic/problem.ts'
import type { Connection } from '../ssh/connection.ts'
import { standbyHosts } from '../topology/standby.ts'
import type { RunRequest } from './api.ts'
import { nonce } from './hosts.ts'
import { LockFailedError } from './lock/locked.ts'
import { type HeldLocks, holdLocks } from './lock.ts'
import type { Compared, Survey } from './survey.ts'

/** `run` is `EPOCHMILLISECONDS-NONCE`. */
export interface Held extends HeldLocks {
  /** Members that are locked though they are not selected. */
  readonly outside: readonly Connection[]
  readonly hosts: ReadonlySet<string>
  /** All members of these are locked, as far as they can be reached. */
  readonly cells: ReadonlySet<string>
  /** Hosts whose lock cannot be had at all, with the reason: nothing is changed there. */
  readonly unlockable: ReadonlyMap<string, readonly Problem[]>
}

/**
 * Holds the locks of all that stand in for another in the cells that are to be changed, whatever the selection
 * leaves, and of every host that is to be changed. A member that cannot be reached, or gives no sensible answer, is left
 * out, with a warning. Rejects with a LockedError where another run holds one, or with a LockFailedError where none can be had.
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
  const unlockable = new Map<string, readonly Problem[]>()
  const usable = (connections: readonly Connection[]) =>
    connections.filter(({ host }) => !unlockable.has(host))
  const common = {
    run: `${Date.now()}-${nonce()}`,
    command: request.command,
    timeoutMs: request.lockTimeout,
    signal: request.signal,
    onWait: (note: string) => request.emit({ type: 'stage-progress', stage: 'lock', done: 0, note }),
    onLost: (_: string, problem: Problem) => request.emit({ type: 'problem', problem }),
  }
  const hold = async (): Promise<HeldLocks> => {
    for (;;) {
      try {
        return await holdLocks({ ...common, members: usable(locked), others: usable(reachedOthers) })
      } catch (failure) {
        if (!(failure instanceof LockFailedError)) throw failure
        // What one host answers, or does not, keeps the others from nothing: it is like one that cannot be reached.
        const before = unlockable.size
        for (const problem of failure.problems)
          if (problem.host !== undefined) unlockable.set(problem.host, [problem])
        if (unlockable.size === before || usable([...locked, ...reachedOthers]).length === 0) throw failure
      }
    }
  }
  const held = await hold()
  const without = [...members].filter(host => unlockable.has(host))
  if (without.length > 0) request.emit({ type: 'problem', problem: unlocked(without) })
  request.emit({ type: 'stage-end', stage: 'lock', elapsed: performance.now() - began })
  const selected = new Set(sessions.map(session => session.host.name))
  const outside = usable(locked).filter(({ host }) => !selected.has(host))
  for (const host of unlockable.keys()) names.delete(host)
  return { ...held, outside, hosts: names, cells, unlockable }
}

function unlocked(hosts: readonly string[]): Problem {
  return warning(`${hosts.join(', ')} cannot be reached, or does not answer, and so is not locked`, {
    detail: 'Another run that can reach it could be changing it now.',
    remedy: 'Make sure that no other run changes this cell.',
  })
}

async function reached(current: Survey, hosts: readonly string[]): Promise<readonly Connection[]> {
  const found = await Promise.all(hosts.map(host => current.connect(host).catch(() => undefined)))
  return found.filter(connection => connection !== undefined)
}
