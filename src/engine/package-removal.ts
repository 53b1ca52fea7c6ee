/** The end of packages that promha installed, once all that used them is gone: the last thing that is done on a host. */
import { type Problem, warning } from '../diagnostic/problem.ts'
import { createLimit } from '../limit.ts'
import type { HostPlan } from '../plan/model.ts'
import { parseRemoval, type RemovalRequest, removalScript } from '../shell/package-removal.ts'
import type { Connection } from '../ssh/connection.ts'
import type { RunRequest } from './api.ts'
import { nonce, problemsOf } from './hosts.ts'
import { cutOffRemoving, notYetRemoved, removalProblem } from './package-problem.ts'
import { fail, note, type Progress } from './progress.ts'
import type { Compared, Survey } from './survey.ts'

/** A package manager may wait for another one. */
const timeout = 900_000

/**
 * Removes what left with the components that were changed. A failure is the host's. Once the run is to end none is begun.
 * `run`: of the locks that are held.
 */
export async function removePackages(
  { prepared }: Survey,
  { plans, sessions }: Compared,
  run: string,
  { emit, forks, signal }: RunRequest,
  progress: Progress,
): Promise<void> {
  const work = plans.flatMap(plan => {
    const leaving = leavingOf(plan, progress)
    const connection = sessions.find(session => session.host.name === plan.host)?.connection
    if (leaving.length === 0 || !connection) return []
    const wanted = [...prepared.all, ...plan.instances.map(({ instance }) => instance)]
      .filter(({ host }) => host === plan.host)
      .flatMap(({ resources }) => resources.flatMap(one => (one.kind === 'package' ? [one.name] : [])))
    return [{ host: plan.host, connection, request: { leaving, wanted: [...new Set(wanted)], run } }]
  })
  if (work.length === 0) return
  const began = performance.now()
  emit({ type: 'stage-begin', stage: 'removal', total: work.length, unit: 'hosts' })
  let done = 0
  const atOnce = createLimit(forks)
  await Promise.all(
    work.map(({ host, connection, request }) =>
      atOnce(async () => {
        if (signal.aborted) return note(progress, host, [notYetRemoved(namesOf(request), host)])
        const { problems, warnings } = await remove(connection, request)
        note(progress, host, warnings)
        if (problems.length > 0) fail(progress, emit, host, 'failed', problems)
        emit({ type: 'stage-progress', stage: 'removal', done: ++done, note: host })
      }),
    ),
  )
  emit({ type: 'stage-end', stage: 'removal', elapsed: performance.now() - began })
}

const namesOf = ({ leaving }: RemovalRequest) => ({ names: leaving.map(({ name }) => name) })

function leavingOf({ instances }: HostPlan, { results }: Progress): RemovalRequest['leaving'] {
  return instances
    .filter(item => results.get(item) === 'changed')
    .flatMap(({ component, removed }) =>
      removed.flatMap(({ kind, name }) => (kind === 'package' ? [{ component, name }] : [])),
    )
}

interface Told {
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

/** Never rejects. */
async function remove(connection: Connection, request: RemovalRequest): Promise<Told> {
  const { host } = connection
  const names = namesOf(request)
  const mark = nonce()
  try {
    const result = await connection.run({ script: removalScript(mark, request), timeout })
    const answer = parseRemoval(mark, result.stdout.toString('utf8'))
    if (!answer || answer.lost) {
      const why = answer ? 'the lock of the host was lost' : result.stderr.trim() || 'the connection ended'
      return { problems: [cutOffRemoving(names, host, why)], warnings: [] }
    }
    if (answer.unable !== undefined)
      return { problems: [removalProblem(names, host, answer.unable)], warnings: [] }
    return {
      problems: [...answer.failed].map(([name, why]) => removalProblem({ names: [name] }, host, why)),
      warnings: [...answer.kept].map(([name, needing]) => kept(name, host, needing)),
    }
  } catch (failure) {
    const problems = problemsOf(failure, host)
    return {
      problems: problems.map(({ summary, remedy }) => cutOffRemoving(names, host, summary, remedy)),
      warnings: [],
    }
  }
}

function kept(name: string, host: string, needing: readonly string[]): Problem {
  return warning(`${name} was not removed because other packages depend on it`, {
    host,
    resource: `package:${name}`,
    detail: needing.join(', '),
    remedy: 'Remove it by hand if you no longer want it: promha does not manage it any more.',
  })
}
