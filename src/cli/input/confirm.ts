/** Asks before what cannot be taken back. */
import { createInterface } from 'node:readline'
import { ProblemError } from '../../diagnostic/problem.ts'
import { visible } from '../../diagnostic/visible.ts'
import { cliProblem } from '../messages.ts'

/** Milliseconds in which a signal to this very process has certainly arrived. */
const delivery = 50

/** Asks on standard error, and is true for `y` or `yes` only. */
export function askYes(question: string): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stderr })
  return new Promise<boolean>(resolve => {
    reader.on('SIGINT', () => {
      // The terminal is raw while it is read: Ctrl-C arrives as a character, not as a signal.
      process.kill(process.pid, 'SIGINT')
      setTimeout(() => reader.close(), delivery)
    })
    reader.on('close', () => resolve(false))
    reader.question(`${visible(question)} [y/N] `, answer => {
      resolve(/^y(es)?$/i.test(answer.trim()))
      reader.close()
    })
  })
}

type Ask = ((question: string) => Promise<boolean>) | undefined

/** Rejects with a ProblemError unless the user says yes, or has said so with `--yes`. `ask` is absent without a terminal. */
export async function mustConfirm(question: string, yes: boolean, ask: Ask): Promise<void> {
  if (yes) return
  if (ask === undefined) throw new ProblemError([cliProblem.confirmationRequired({}, question)])
  if (await ask(question)) return
  throw new ProblemError([cliProblem.notConfirmed({})])
}
