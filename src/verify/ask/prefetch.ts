/** Asks what verify will ask first, while the hosts are still observed: a run without changes has its answers by then. */
import { checksIn } from '../checks/cell.ts'
import type { Known } from '../checks/known.ts'
import type { VerifyInput } from '../input.ts'
import type { Asking } from '../model.ts'
import { hostOf, type Question } from './question.ts'

/** Gives each early answer once, and asks again from then on. */
export interface Prefetch extends Asking {
  /** Asks one host and its programs; its connection stands. */
  begin(host: string): void
  /** What was asked so far is of no worth any more, since something was changed. */
  forget(): void
}

export function prefetch(
  input: Pick<VerifyInput, 'topology' | 'hosts' | 'components' | 'ask' | 'askHost'>,
  known: readonly Known[],
): Prefetch {
  const early = new Map<string, Promise<unknown>>()
  const chosen = { ...input, unreachable: new Map<string, string>(), facts: () => undefined }
  let needs: readonly Question[] | undefined
  /** One key is one question, so it has the type of its answer. */
  const once = <A>(key: string, asked: () => Promise<A>, keep: boolean): Promise<A> => {
    const answer = (early.get(key) as Promise<A> | undefined) ?? asked()
    if (!keep) early.delete(key)
    else if (!early.has(key)) {
      // A question in earnest is told of the failure.
      answer.catch(() => {})
      early.set(key, answer)
    }
    return answer
  }
  const asking = (keep: boolean): Asking => ({
    ask: (host, address, port, path, sent) => {
      const more = sent ? ` ${JSON.stringify(sent)}` : ''
      const key = `${host} ${address} ${port} ${path}${more}`
      return once(key, () => input.ask(host, address, port, path, sent), keep)
    },
    askHost: (host, ask) => once(`${host} ${ask.name}`, () => input.askHost(host, ask), keep),
  })
  const ahead = asking(true)
  return {
    begin(host) {
      needs ??= input.topology.cells
        .flatMap(cell => checksIn(cell, chosen, known))
        .flatMap(({ needs }) => needs)
      for (const question of needs) if (hostOf(question) === host) void put(ahead, question)
    },
    ...asking(false),
    forget: () => early.clear(),
  }
}

function put({ ask, askHost }: Asking, question: Question): Promise<unknown> {
  if (question.kind === 'host') return askHost(question.host, question.ask)
  const { host, local } = question.program
  return ask(host, local.address, local.port, question.path, question.sent)
}
