/** Proves, by asking the running programs, that the stack is highly available. */
import type { VerifyInput } from './input.ts'
import type { Check } from './model.ts'
import { pause } from './pause.ts'
import { questionsOf } from './questions.ts'
import { createRound } from './round.ts'
import type { Question, Verdict, View } from './view.ts'

const firstPause = 300
const longestPause = 1_000

/**
 * Decides every check of the selection, in the order of the cells. A check that fails is asked again within
 * `input.patience` milliseconds; an aborted signal ends the waiting, and what was seen last counts. Never rejects
 * for what a host or program says or fails to say.
 */
export async function verify(input: VerifyInput): Promise<readonly Check[]> {
  const questions = input.topology.cells.flatMap(cell => questionsOf(cell, input))
  const decided = new Map<Question, Check>()
  const deadline = performance.now() + input.patience
  let open: readonly Question[] = questions
  for (let wait = firstPause; open.length > 0; wait = Math.min(wait * 1.4, longestPause)) {
    const view = await ask(input, open)
    const last = input.signal.aborted || performance.now() >= deadline
    open = open.filter(question => {
      const { settled, ...verdict } = judge(question, view)
      if (!last && !(settled ?? verdict.status !== 'fail')) return true
      const check = { id: question.id, target: question.target, ...verdict }
      decided.set(question, check)
      input.onCheck(check)
      return false
    })
    if (open.length > 0) await pause(Math.min(wait, Math.max(deadline - performance.now(), 0)), input.signal)
  }
  return questions.flatMap(question => decided.get(question) ?? [])
}

async function ask(input: VerifyInput, questions: readonly Question[]): Promise<View> {
  const round = createRound(input)
  await round.fetch(questions.flatMap(({ needs }) => needs))
  await round.fetch(questions.flatMap(({ more }) => guarded(() => more?.(round.view) ?? [], [])))
  return round.view
}

function judge(question: Question, view: View): Verdict {
  return guarded(() => question.judge(view), {
    status: 'fail',
    detail: 'the answer has a shape that promha does not know',
    remedy: 'See that it is the program promha installs that listens there, in a version from the README.',
  })
}

/** Whatever listens on a port may answer anything; a strange answer is that check's failure and no crash. */
function guarded<T>(work: () => T, otherwise: T): T {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof TypeError) return otherwise
    throw cause
  }
}
