/** What every command that reads an inventory has in common: told as it happens, ended by Ctrl-C, summed up last. */
import { error } from '../diagnostic/problem.ts'
import type { Emit } from '../engine/event.ts'
import { createLimit } from '../limit.ts'
import { printProblems, rendered } from '../report/print.ts'
import { createReporter } from '../report/reporter.ts'
import { askYes } from './confirm.ts'
import { exitCode, type Finding, resultOf } from './exit-code.ts'
import { kindOf, problemsOf } from './failure.ts'
import { watchInterrupt } from './interrupt.ts'
import { openJunit } from './junit-file.ts'
import { type ReportFlags, verbosityOf } from './options.ts'
import { askHidden, canAsk } from './prompt.ts'

export interface Session {
  readonly emit: Emit
  readonly signal: AbortSignal
  /** From now on, none of these is shown by anything. */
  readonly hide: (secrets: readonly string[]) => void
  /** Asks a hidden question on the terminal; absent where there is none. The answer is hidden from then on. */
  readonly prompt?: (question: string) => Promise<string>
  /** Asks a question that wants a yes, in turn with the others; absent where there is no terminal. */
  readonly confirm?: (question: string) => Promise<boolean>
}

/**
 * Does the work of `command` on the inventory (as the user typed it; empty where there is none) and tells what
 * came of it, errors thrown by the work included. Leaves the exit code in `process.exitCode`.
 */
export async function session(
  command: string,
  inventory: string,
  flags: ReportFlags,
  work: (session: Session) => Promise<Finding>,
): Promise<void> {
  const { junit, blocked } = await prepared(flags.junit)
  const reporter = await createReporter({
    json: flags.json ?? false,
    verbosity: verbosityOf(flags),
    diff: flags.diff ?? false,
    ...(flags.format === undefined ? {} : { format: flags.format }),
    ...(junit === undefined ? {} : { junit }),
    out: rendered('stdout'),
    err: rendered('stderr'),
    env: process.env,
  })
  const interrupt = watchInterrupt(reporter.notice, () =>
    reporter.abandon({ command, inventory, result: 'interrupted', problems: [cutShort] }),
  )
  const { signal } = interrupt
  const { emit, hide } = reporter
  const oneByOne = createLimit(1)
  const prompt = (question: string) =>
    oneByOne(async () => {
      const answer = await reporter.aside(() => askHidden(question))
      hide([answer])
      return answer
    })
  const confirm = (question: string) => oneByOne(() => reporter.aside(() => askYes(question)))
  const given = { emit, signal, hide, ...(canAsk() ? { prompt, confirm } : {}) }
  const finding = blocked ?? (await work(given).catch(thrown => failed(thrown, signal)))
  const { hosts, checks, status, artifacts, programs, problems = [] } = finding
  const result = resultOf(finding, reporter.tally().changed)
  process.exitCode = exitCode(result)
  await reporter
    .finish({
      command,
      inventory,
      result,
      ...(hosts === undefined ? {} : { hosts }),
      ...(checks === undefined ? {} : { checks }),
      ...(status === undefined ? {} : { status }),
      ...(artifacts === undefined ? {} : { artifacts }),
      ...(programs === undefined ? {} : { programs }),
      problems,
    })
    .catch(thrown => {
      printProblems(problemsOf(thrown))
      process.exitCode ||= exitCode('refused')
    })
  interrupt.release()
}

const cutShort = error('ended at once, in the middle of a step', {
  remedy: 'run the command again: it finds out what was done and does the rest',
})

/** What was thrown, as a finding. That the user asked to stop is nothing to complain of. */
function failed(thrown: unknown, { aborted, reason }: AbortSignal): Finding {
  const asked = aborted && (thrown === reason || (thrown instanceof Error && thrown.name === 'AbortError'))
  const kind = kindOf(thrown)
  return {
    problems: asked ? [] : problemsOf(thrown),
    interrupted: aborted,
    ...(kind === undefined ? {} : { thrown: kind }),
  }
}

async function prepared(file: string | undefined): Promise<{
  readonly junit?: (xml: string) => Promise<void>
  readonly blocked?: Finding
}> {
  if (file === undefined) return {}
  return openJunit(file).then(
    junit => ({ junit }),
    (thrown: unknown) => ({ blocked: { problems: problemsOf(thrown) } }),
  )
}
