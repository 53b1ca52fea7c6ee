/** What every command that reads an inventory has in common: told as it happens, ended by Ctrl-C, summed up last. */
import { defined } from '../diagnostic/defined.ts'
import type { RunRequest } from '../engine/api.ts'
import { createLimit } from '../limit.ts'
import { printProblems, rendered } from '../report/print.ts'
import { createReporter } from '../report/reporter.ts'
import { askYes } from './input/confirm.ts'
import { openJunit } from './input/junit-file.ts'
import { diffOf, type ReportFlags, verbosityOf } from './input/options.ts'
import { askHidden, canAsk } from './input/prompt.ts'
import { cliProblem } from './messages.ts'
import { type CommandFinding, exitCode, resultOf } from './process/exit-code.ts'
import { kindOf, problemsThrown } from './process/failure.ts'
import { watchStages } from './process/halfway.ts'
import { watchInterrupt } from './process/interrupt.ts'

/** An answer to `prompt` is hidden from then on. Questions of `confirm` are asked in turn. */
export interface Session extends Pick<RunRequest, 'emit' | 'signal' | 'prompt' | 'confirm'> {
  /** From now on, none of these is shown by anything. */
  readonly hide: (secrets: readonly string[]) => void
}

/** Does the work on the inventory (as typed; may be empty) and tells what came of it. Leaves the code in `process.exitCode`. */
export async function session(
  command: string,
  inventory: string,
  flags: ReportFlags,
  work: (session: Session) => Promise<CommandFinding>,
): Promise<void> {
  const opened = await openReport(flags.junit)
  const junit = typeof opened === 'function' ? opened : undefined
  const reporter = await createReporter({
    json: flags.json ?? false,
    verbosity: verbosityOf(flags),
    diff: diffOf(flags),
    ...defined({ format: flags.format, junit }),
    out: rendered('stdout'),
    err: rendered('stderr'),
    env: process.env,
  })
  const stages = watchStages(reporter.emit)
  const interrupt = watchInterrupt(reporter.notice, () =>
    reporter.abandon({
      command,
      inventory,
      result: 'interrupted',
      problems: [cliProblem.endedAtOnce({}, stages.isChanging())],
    }),
  )
  const { signal } = interrupt
  const { hide } = reporter
  const { emit } = stages
  const oneByOne = createLimit(1)
  const prompt = (question: string) =>
    oneByOne(async () => {
      const answer = await reporter.aside(() => askHidden(question))
      hide([answer])
      return answer
    })
  const confirm = (question: string) => oneByOne(() => reporter.aside(() => askYes(question)))
  const hooks = { emit, signal, hide, ...(canAsk() ? { prompt, confirm } : {}) }
  const blocked = typeof opened === 'object' ? opened : undefined
  const finding = blocked ?? (await work(hooks).catch(thrown => failed(thrown, signal)))
  const { hosts, checks, addresses, status, artifacts, programs, problems = [] } = finding
  const result = resultOf(finding, reporter.tally().changed)
  process.exitCode = exitCode(result)
  const found = defined({ hosts, checks, addresses, status, artifacts, programs })
  await reporter.finish({ command, inventory, result, problems, ...found }).catch(tellLate)
  interrupt.release()
}

/** The result of the run has been printed already. */
export function tellLate(thrown: unknown): void {
  printProblems(problemsThrown(thrown))
  process.exitCode ||= exitCode('refused')
}

/** What was thrown, as a finding. That the user asked to stop is nothing to complain of. */
function failed(thrown: unknown, { aborted, reason }: AbortSignal): CommandFinding {
  const asked = aborted && (thrown === reason || (thrown instanceof Error && thrown.name === 'AbortError'))
  const problems = asked ? [] : problemsThrown(thrown)
  return { problems, interrupted: aborted, ...defined({ thrown: kindOf(thrown) }) }
}

/** What writes the report, or why it cannot be written. */
async function openReport(file: string | undefined) {
  if (file === undefined) return undefined
  return openJunit(file).catch((thrown: unknown): CommandFinding => ({ problems: problemsThrown(thrown) }))
}
