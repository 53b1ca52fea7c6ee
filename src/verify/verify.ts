/** Proves, by asking the running programs, that the stack is highly available. */
import { few } from '../diagnostic/few.ts'
import { type Refine, scrapedSince } from './fresh.ts'
import type { VerifyInput } from './input.ts'
import { knownComponents } from './known.ts'
import type { Check } from './model.ts'
import { pause } from './pause.ts'
import { questionsOf } from './questions.ts'
import { createRound } from './round.ts'
import { brief } from './text.ts'
import { type Question, strangeRemedy, type Verdict, type View } from './view.ts'

const firstPause = 300
const longestPause = 1_000

/**
 * Decides every check of the selection, in the order of the cells, all by the answers of one round. While a check fails,
 * what it needs is asked again for `input.patience` milliseconds, after a change also until that was scraped anew; once
 * nothing is awaited any more all is asked again, since what had passed may have changed meanwhile. An aborted signal ends
 * the waiting. Never rejects for what a host or program says or fails to say.
 */
export async function verify(input: VerifyInput): Promise<readonly Check[]> {
  const known = await knownComponents()
  const questions = input.topology.cells.flatMap(cell => questionsOf(cell, input, known))
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
  { id, target }: Question,
  { settled: _, afterFailure, ...verdict }: Verdict,
  failedOn: readonly string[] = [],
): Check {
  if (afterFailure === undefined || failedOn.length === 0) return { id, target, ...verdict }
  const failed = `This run failed on ${few(failedOn)}: fix what failed there, then run it again.`
  return { id, target, ...verdict, remedy: [afterFailure, failed].filter(text => text !== '').join(' ') }
}

async function ask(
  input: VerifyInput,
  questions: readonly Question[],
  refine: Refine | undefined,
): Promise<View> {
  const round = createRound(input, refine)
  await round.fetch(questions.flatMap(({ needs }) => needs))
  await round.fetch(
    questions.flatMap(({ more }) =>
      guarded(
        () => more?.(round.view) ?? [],
        () => [],
      ),
    ),
  )
  return round.view
}

function judge(question: Question, view: View): Verdict {
  return guarded<Verdict>(
    () => question.judge(view),
    cause => ({
      status: 'fail',
      detail: `the answer has a shape that promha does not know: ${said(cause)}`,
      remedy: strangeRemedy,
    }),
  )
}

function said(cause: unknown): string {
  return brief(cause instanceof Error ? cause.message : String(cause))
}

/** Whatever listens on a port may answer anything; a strange answer is that check's failure and no crash. */
function guarded<T>(work: () => T, otherwise: (cause: unknown) => T): T {
  try {
    return work()
  } catch (cause) {
    return otherwise(cause)
  }
}
