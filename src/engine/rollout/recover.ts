/** What earlier runs left in the middle is put right before anything new is begun. */
import type { Problem } from '../../diagnostic/problem.ts'
import { clearUndoneScript } from '../../shell/record/clear-undone.ts'
import { recoverScript } from '../../shell/record/recover.ts'
import { ask, ScriptError } from '../../ssh/ask.ts'
import type { Connection } from '../../ssh/connection.ts'
import type { RunContext } from '../context.ts'
import { hostStatus } from '../host-run.ts'
import { problemsOf } from '../session/hosts.ts'
import { recoveryProblem } from './messages.ts'

/** The run holds the host's lock. Never rejects: what could not be put right is told. */
export async function recoverInterrupted(connection: Connection, run: string): Promise<readonly Problem[]> {
  const { host } = connection
  try {
    const { failed, lost, said } = await ask(connection, recoverScript(run))
    if (lost) return [recoveryProblem.lockLost({ host })]
    return failed.map(component =>
      recoveryProblem.failed({ host }, `the unfinished change of ${component}`, said.join('\n')),
    )
  } catch (failure) {
    if (!(failure instanceof ScriptError)) return problemsOf(failure, host)
    if (failure.cutOff) return [recoveryProblem.cutOff({ host })]
    return [recoveryProblem.failed({ host }, 'the unfinished change of an earlier run', failure.stderr)]
  }
}

/** Where an apply by a person finds a host as wanted, an earlier undo no longer keeps drift from being repaired. Never rejects. */
export async function clearUndone({ hosts }: RunContext): Promise<void> {
  await Promise.all(
    [...hosts.values()].map(async run => {
      const { connection, observed } = run.session
      if (!connection || !observed || hostStatus(run) !== 'ok') return
      const components = run.plan
        .map(({ component }) => component)
        .filter(component => observed.records.get(component)?.undone !== undefined)
      if (components.length === 0) return
      await ask(connection, clearUndoneScript(components)).catch(() => undefined)
    }),
  )
}
