/** Whatever was thrown, as problems. */
import { error, type Problem, ProblemError } from '../diagnostic/problem.ts'
import { LockedError, LockFailedError } from '../engine/lock/locked.ts'
import type { Finding } from './exit-code.ts'

/** The problems that were collected, or one that tells of an unexpected error, with its stack. */
export function problemsOf(thrown: unknown): readonly Problem[] {
  if (thrown instanceof ProblemError) return thrown.problems
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  // Without the message, which the stack repeats.
  const stack = thrown instanceof Error ? thrown.stack?.match(/^ +at .*$/gm)?.join('\n') : undefined
  return [
    error(`promha failed in a way that it did not foresee: ${message}`, {
      ...(stack === undefined ? {} : { detail: stack }),
      remedy: 'this is a fault of promha; please report it with the text above',
    }),
  ]
}

/** Whether it is more than a wrong request; undefined where it is not. */
export function kindOf(thrown: unknown): Finding['thrown'] {
  if (thrown instanceof LockedError) return 'locked'
  return thrown instanceof LockFailedError ? 'failed' : undefined
}
