/**
 * Asks what verify will ask first, while the hosts are still being observed: a run that finds nothing to change has its
 * answers by then.
 */
import type { VerifyInput } from './input.ts'
import type { Known } from './known.ts'
import type { Answer, Ask } from './model.ts'
import { questionsOf } from './questions.ts'
import type { Need } from './view.ts'

export interface Ahead {
  /** Asks the programs of one host, whose connection stands. */
  begin(host: string): void
  /** Gives each early answer once, and asks anew from then on. */
  readonly ask: Ask
  /** What was asked so far is of no worth any more, since something was changed. */
  forget(): void
}

export function askAhead(
  input: Pick<VerifyInput, 'topology' | 'hosts' | 'components' | 'ask'>,
  known: readonly Known[],
): Ahead {
  const early = new Map<string, Promise<Answer>>()
  const key = (...words: readonly (string | number)[]) => words.join(' ')
  const chosen = { ...input, unreachable: new Map<string, string>(), facts: () => undefined }
  let needs: readonly Need[] | undefined
  return {
    begin(host) {
      needs ??= input.topology.cells
        .flatMap(cell => questionsOf(cell, chosen, known))
        .flatMap(question => question.needs)
      for (const { program, path } of needs) {
        const { address, port } = program.local
        const name = key(host, address, port, path)
        if (program.host !== host || early.has(name)) continue
        const answer = input.ask(host, address, port, path)
        // A question in earnest is told of the failure.
        answer.catch(() => {})
        early.set(name, answer)
      }
    },
    ask(host, address, port, path) {
      const name = key(host, address, port, path)
      const answer = early.get(name) ?? input.ask(host, address, port, path)
      early.delete(name)
      return answer
    },
    forget: () => early.clear(),
  }
}
