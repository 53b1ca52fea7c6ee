/** The end of packages that promha installed, once all that used them is gone: the last thing that is done on a host. */
import type { Problem } from '../../diagnostic/problem.ts'
import { createLimit } from '../../limit.ts'
import type { InstancePlan } from '../../plan/model.ts'
import { ofKind } from '../../resource/model.ts'
import { type RemovalRequest, removalScript } from '../../shell/package/removal.ts'
import { ask, ScriptError } from '../../ssh/ask.ts'
import type { Connection } from '../../ssh/connection.ts'
import type { LockedContext } from '../context.ts'
import { fail, note, type Progress } from '../progress.ts'
import { problemsOf } from '../session/hosts.ts'
import { type StageWork, stage } from '../stage.ts'
import { packagesProblem } from './messages.ts'
import { atPackages, removalProblem } from './problem.ts'

/** Removes what left with the components that were changed. A failure is the host's. Once the run is to end none is begun. */
export async function removePackages(context: LockedContext): Promise<void> {
  const { emit, forks, signal } = context.request
  const { locks, prepared, progress } = context
  const work = [...context.hosts].flatMap(([host, { plan, session }]) => {
    const { connection } = session
    const leaving = leavingOf(plan, progress)
    if (leaving.length === 0 || !connection) return []
    const wanted = [...prepared.all, ...plan.map(({ instance }) => instance)]
      .filter(instance => instance.host === host)
      .flatMap(({ resources }) => ofKind(resources, 'package').map(({ name }) => name))
    return [{ host, connection, request: { leaving, wanted: [...new Set(wanted)], run: locks.run } }]
  })
  if (work.length === 0) return
  const atOnce = createLimit(forks)
  const removeAll = (told: StageWork) =>
    Promise.all(
      work.map(({ host, connection, request }) =>
        atOnce(async () => {
          if (signal.aborted) {
            const names = namesOf(request)
            return note(progress, host, [packagesProblem.notYetRemoved(atPackages(names, host), names)])
          }
          const { problems, warnings = [] } = await remove(connection, request)
          note(progress, host, warnings)
          if (problems.length > 0) fail(context, host, problems)
          told.advance(1, host)
        }),
      ),
    )
  await stage(emit, 'removal', removeAll, { total: work.length, unit: 'hosts' })
}

const namesOf = ({ leaving }: RemovalRequest) => leaving.map(({ name }) => name)

function leavingOf(plan: readonly InstancePlan[], { results }: Progress): RemovalRequest['leaving'] {
  return plan
    .filter(item => results.get(item) === 'changed')
    .flatMap(({ component, removed }) =>
      removed.flatMap(({ kind, name }) => (kind === 'package' ? [{ component, name }] : [])),
    )
}

interface Told {
  readonly problems: readonly Problem[]
  readonly warnings?: readonly Problem[]
}

/** Never rejects. */
async function remove(connection: Connection, request: RemovalRequest): Promise<Told> {
  const { host } = connection
  const names = namesOf(request)
  const cutOff = (why: string, remedy?: string) =>
    packagesProblem.removalCutOff(atPackages(names, host), names, why, remedy)
  try {
    const { lost, unable, failed, kept } = await ask(connection, removalScript(request))
    if (lost) return { problems: [cutOff('the lock of the host was lost')] }
    if (unable !== undefined) return { problems: [removalProblem(names, host, unable)] }
    return {
      problems: [...failed].map(([name, why]) => removalProblem([name], host, why)),
      warnings: [...kept].map(([name, needing]) =>
        packagesProblem.stillNeeded(atPackages([name], host), name, needing),
      ),
    }
  } catch (failure) {
    if (failure instanceof ScriptError) return { problems: [cutOff(failure.stderr || failure.message)] }
    return { problems: problemsOf(failure, host).map(({ summary, remedy }) => cutOff(summary, remedy)) }
  }
}
