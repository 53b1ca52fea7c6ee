/** Which hosts a run has to hold before it changes anything: every member of each cell concerned, and of those that share its store. */
import type { Problem } from '../../diagnostic/problem.ts'
import { nonce } from '../../shell/syntax/frame.ts'
import type { Connection } from '../../ssh/connection.ts'
import { redundantHosts } from '../../topology/member/redundant.ts'
import { boundCells } from '../../topology/store/bound.ts'
import type { RunContext } from '../context.ts'
import { cellsOf, differs, hasUnfinished } from '../host-run.ts'
import { lockProblem } from '../messages.ts'
import { stage } from '../stage.ts'
import { type CellLocks, type HeldLocks, type HoldRequest, holdLocks } from './lock.ts'
import { LockFailedError } from './locked.ts'

/** Locks all members of the cells to be changed. One that cannot be reached is left out with a warning, since it may be down. */
export function lockCells(context: RunContext): Promise<CellLocks> {
  const { emit, command, lockTimeout, signal } = context.request
  return stage(emit, 'lock', async told => {
    const changing = [...context.hosts.values()].filter(run => differs(run) || hasUnfinished(run))
    const cells = new Set(changing.flatMap(cellsOf))
    const members = new Set(boundCells(context.prepared.topology.cells, cells).flatMap(redundantHosts))
    const rest = changing.map(({ host }) => host.name).filter(host => !members.has(host))
    const locked = await reached(context, [...members])
    const others = await reached(context, rest)
    const names = new Set([...locked, ...others].map(connection => connection.host))
    const warn = (missed: readonly string[]) => {
      if (missed.length > 0) emit({ type: 'problem', problem: lockProblem.unlocked({}, missed) })
    }
    warn([...members].filter(host => !names.has(host)))
    const { held, unlockable } = await holdUsable({
      run: `${Date.now()}-${nonce()}`,
      ...{ command, signal, members: locked, others, timeoutMs: lockTimeout },
      onWait: note => told.advance(0, note),
      onLost: (_, problem) => emit({ type: 'problem', problem }),
    })
    warn([...members].filter(host => unlockable.has(host)))
    const outside = locked.filter(({ host }) => !unlockable.has(host) && !context.hosts.has(host))
    for (const host of unlockable.keys()) names.delete(host)
    return { ...held, outside, hosts: names, cells, unlockable }
  })
}

/** What one host answers, or does not, keeps the others from nothing: it is like one that cannot be reached. */
async function holdUsable(
  request: HoldRequest,
): Promise<{ readonly held: HeldLocks; readonly unlockable: ReadonlyMap<string, readonly Problem[]> }> {
  const unlockable = new Map<string, readonly Problem[]>()
  for (;;) {
    const usable = (all: readonly Connection[]) => all.filter(({ host }) => !unlockable.has(host))
    const [members, others] = [usable(request.members), usable(request.others)]
    try {
      return { held: await holdLocks({ ...request, members, others }), unlockable }
    } catch (failure) {
      if (!(failure instanceof LockFailedError)) throw failure
      const before = unlockable.size
      for (const problem of failure.problems)
        if (problem.host !== undefined) unlockable.set(problem.host, [problem])
      if (unlockable.size === before || usable([...members, ...others]).length === 0) throw failure
    }
  }
}

async function reached(context: RunContext, hosts: readonly string[]): Promise<readonly Connection[]> {
  const found = await Promise.all(hosts.map(host => context.connect(host).catch(() => undefined)))
  return found.filter(connection => connection !== undefined)
}
