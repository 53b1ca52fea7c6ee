/** Proves, by asking the running programs, that the stack is highly available. */
import { defined } from '../diagnostic/defined.ts'
import { listFirst } from '../diagnostic/list-first.ts'
import { pause } from '../wait/poll.ts'
import { brief } from './answer/text.ts'
import { type CheckDefinition, type CheckVerdict, strangeRemedy, type View } from './answer/view.ts'
import type { Question } from './ask/question.ts'
import { createRound } from './ask/round.ts'
import { checksIn } from './checks/cell.ts'
import { knownComponents } from './checks/known.ts'
import { type Refine, scrapedSince } from './checks/scraped-since.ts'
import type { VerifyInput } from './input.ts'
import type { Check } from './model.ts'

const firstPause = 300
const longestPause = 1_000

/** Decides every check by the answers of one round; failed ones are asked again for `patience` ms, at last all. Never rejects. */
export async function proveSite(input: VerifyInput): Promise<readonly Check[]> {
  const known = await knownComponents()
  const questions = input.topology.cells.flatMap(cell =>
    checksIn(cell, input, known).map(one => ({ ...one, cell: cell.name })),
  )
  const refine = input.afterChange ? scrapedSince(input) : undefined
  const deadline = performance.now() + input.patience
  let wait = firstPause
  for (let asked = questions; ; ) {
    const view = await ask(input, asked, refine)
    const seen = asked.map(question => ({ question, verdict: judge(question, view) }))
    const open = seen.filter(({ verdict }) => !(verdict.settled ?? verdict.status !== 'fail'))
    const [first] = open
    const left = deadline - performance.now()
    const isAwaited = first !== undefined && !input.signal.aborted && left > 0
    if (!isAwaited && asked === questions) {
      const checks = seen.map(({ question, verdict }) => checkOf(question, verdict, input.failedOn))
      for (const check of checks) input.onCheck(check)
      return checks
    }
    asked = isAwaited ? open.map(({ question }) => question) : questions
    if (!isAwaited) continue
    input.onWait?.(`${first.question.id} of ${first.question.target}: ${first.verdict.detail}`)
    await pause(Math.min(wait, left), input.signal)
    wait = Math.min(wait * 1.4, longestPause)
  }
}

/** What an apply would do is no remedy if it has just failed to. */
function checkOf(
  { id, target, cell, offers }: CheckDefinition & { readonly cell: string },
  { settled: _, afterFailure, by, ...verdict }: CheckVerdict,
  failedOn: readonly string[] = [],
): Check {
  const offer =
    offers === undefined ? {} : { offer: { what: offers, ...defined({ by: by ?? given(target, verdict) }) } }
  const check = { id, target, cell, ...verdict, ...offer }
  if (afterFailure === undefined || failedOn.length === 0) return check
  const failed = `This run failed on ${listFirst(failedOn)}: fix what failed there, then run it again.`
  return { ...check, remedy: [afterFailure, failed].filter(text => text !== '').join(' ') }
}

/** The host of a program that is well; of the check of a program, the target is `HOST/component`. */
function given(target: string, { status }: CheckVerdict): string | undefined {
  return status === 'pass' || status === 'warn' ? target.split('/')[0] : undefined
}

async function ask(
  input: VerifyInput,
  questions: readonly CheckDefinition[],
  refine: Refine | undefined,
): Promise<View> {
  const round = createRound(input, refine)
  await round.fetch(questions.flatMap(({ needs }) => needs))
  await round.fetch(questions.flatMap(question => further(question, round.view)))
  return round.view
}

/** An answer that it does not understand is told by {@link judge}. */
function further({ more }: CheckDefinition, view: View): readonly Question[] {
  try {
    return more?.(view) ?? []
  } catch {
    return []
  }
}

/** Whatever listens on a port may answer anything; a strange answer is that check's failure and no crash. */
function judge(question: CheckDefinition, view: View): CheckVerdict {
  try {
    return question.judge(view)
  } catch (cause) {
    const said = brief(cause instanceof Error ? cause.message : String(cause))
    const detail = `the answer has a shape that promha does not know: ${said}`
    return { status: 'fail', detail, remedy: strangeRemedy }
  }
}
