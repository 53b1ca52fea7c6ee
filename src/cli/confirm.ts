/** Asks before what cannot be taken back. */
import { createInterface } from 'node:readline'
import { error, ProblemError } from '../diagnostic/problem.ts'
import { visible } from '../diagnostic/visible.ts'

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

/**
 * Resolves where the user says yes, or has said it already with `--yes`. Rejects with a ProblemError otherwise.
 * `ask` is absent where there is no terminal.
 */
export async function mustConfirm(
  question: string,
  yes: boolean,
  ask: ((question: string) => Promise<boolean>) | undefined,
): Promise<void> {
  if (yes) return
  if (ask === undefined) {
    throw new ProblemError([
      error('confirmation is required, but there is no terminal', {
        detail: question,
        remedy: 'Pass --yes if this is meant.',
      }),
    ])
  }
  if (await ask(question)) return
  throw new ProblemError([
    error('not confirmed: nothing was changed', { remedy: 'Answer y if this is meant.' }),
  ])
}
