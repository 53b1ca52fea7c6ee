/** Whatever was thrown, as problems. */
import { type Problem, ProblemError } from '../../diagnostic/problem.ts'
import { LockedError, LockFailedError } from '../../engine/lock/locked.ts'
import { printProblems } from '../../report/print.ts'
import { cliProblem } from '../messages.ts'
import { type CommandFinding, exitCode } from './exit-code.ts'
import { streamsFlushed } from './flush.ts'

/** The problems that were collected, or one that tells of an unexpected error, with its stack. */
export function problemsThrown(thrown: unknown): readonly Problem[] {
  if (thrown instanceof ProblemError) return thrown.problems
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  // Without the message, which the stack repeats.
  const stack = thrown instanceof Error ? thrown.stack?.match(/^ +at .*$/gm)?.join('\n') : undefined
  return [cliProblem.unforeseen({}, message, stack)]
}

/** Whether it is more than a wrong request; undefined where it is not. */
export function kindOf(thrown: unknown): CommandFinding['thrown'] {
  if (thrown instanceof LockedError) return 'locked'
  return thrown instanceof LockFailedError ? 'failed' : undefined
}

/** From now on an error that nothing caught is told as every other one is, made visible, and ends the process. */
export function tellCrash(): void {
  process.once('uncaughtException', thrown => {
    printProblems(problemsThrown(thrown))
    void streamsFlushed([process.stderr]).then(() => process.exit(exitCode('refused')))
  })
}
