/** Errors that nothing caught: Node would print their text as it is, and a host may have written it. */
import { printProblems } from '../report/print.ts'
import { exitCode } from './exit-code.ts'
import { problemsOf } from './failure.ts'
import { flushed } from './flush.ts'

/** From now on such an error is told as every other one is, and ends the process. */
export function tellCrash(): void {
  const end = (thrown: unknown) => {
    printProblems(problemsOf(thrown))
    void flushed([process.stderr]).then(() => process.exit(exitCode('refused')))
  }
  process.once('uncaughtException', end)
}
