/** The end of packages that promha installed, once all that used them is gone: the last thing that is done on a host. */
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import type { HostPlan } from '../plan/model.ts'
import { parseRemoval, type RemovalRequest, removalScript } from '../shell/package-removal.ts'
import type { Connection } from '../ssh/connection.ts'
import type { RunRequest } from './api.ts'
import { nonce, problemsOf } from './hosts.ts'
import { removalProblem } from './package-problem.ts'
import { fail, note, type Progress } from './progress.ts'
import type { Compared, Survey } from './survey.ts'

/** A package manager may wait for another one. */
const timeout = 900_000

/** Removes what left with the components that were changed. A failure is the host's. `run`: of the locks that are held. */
export async function removePackages(
  { prepared }: Survey,
  { plans, sessions }: Compared,
  run: string,
  progress: Progress,
  emit: RunRequest['emit'],
): Promise<void> {
  await Promise.all(
    plans.map(async plan => {
      const leaving = leavingOf(plan, progress)
      const connection = sessions.find(session => session.host.name === plan.host)?.connection
      if (leaving.length === 0 || !connection) return
      const wanted = [...prepared.all, ...plan.instances.map(({ instance }) => instance)]
        .filter(({ host }) => host === plan.host)
        .flatMap(({ resources }) => resources.flatMap(one => (one.kind === 'package' ? [one.name] : [])))
      const { problems, warnings } = await remove(connection, { leaving, wanted: [...new Set(wanted)], run })
      note(progress, plan.host, warnings)
      if (problems.length > 0) fail(progress, emit, plan.host, 'failed', problems)
    }),
  )
}

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
  const mark = nonce()
  try {
    const result = await connection.run({ script: removalScript(mark, request), timeout })
    const answer = parseRemoval(mark, result.stdout.toString('utf8'))
    const names = request.leaving.map(({ name }) => name).join(', ')
    if (!answer || answer.lost) {
      const why = answer ? 'the lock of the host was lost' : result.stderr.trim() || 'the connection ended'
      const remedy = 'see whether another run is at work, then run again'
      return { problems: [error(`${names} could not be removed: ${why}`, { host, remedy })], warnings: [] }
    }
    return {
      problems: [...answer.failed].map(([name, why]) => removalProblem(name, host, why)),
      warnings: [...answer.kept].map(([name, needing]) => kept(name, host, needing)),
    }
  } catch (failure) {
    return { problems: problemsOf(failure, host), warnings: [] }
  }
}

function kept(name: string, host: string, needing: readonly string[]): Problem {
  return warning(`${name} stays installed, for other packages need it by now`, {
    host,
    resource: `package:${name}`,
    detail: needing.join(', '),
    remedy: 'remove it by hand where nobody wants it any more; promha does not look after it from now on',
  })
}
