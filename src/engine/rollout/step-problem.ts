/** The errors for a step of a change that failed. */
import { plainMessage } from '../../check/finding/message.ts'
import { type Judged, refusal, toolProblems, withheldDetail } from '../../check/refusal.ts'
import { flagProblems } from '../../check/subject/flag-values.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { BundleCheck } from '../../resource/model.ts'
import { checkStep } from '../../shell/change/change.ts'
import type { ChangeRequest } from '../../shell/change/request.ts'
import { changeProblem } from './messages.ts'

export function atService(request: ChangeRequest, host: string) {
  return { host, resource: `service:${request.unit}` }
}

interface FailedStep {
  readonly step: string
  /** What the step said. */
  readonly lines: readonly string[]
  readonly stderr: string
  /** What the check of that number saw; absent: no place is known. */
  readonly judged?: (check: number) => Judged | undefined
}

/** A step of the change program failed: one problem, or one for each thing that a check found wrong. */
export async function stepProblems(
  request: ChangeRequest,
  host: string,
  { step, lines, stderr, judged }: FailedStep,
): Promise<readonly Problem[]> {
  const said = [...lines, stderr.trim()].filter(line => line !== '')
  const number = step.startsWith(checkStep) ? Number(step.slice(checkStep.length)) : -1
  const check = request.checks[number]
  if (!check) return [stepProblem(request, step, said.join('\n'), host)]
  const { flags, program } = check
  if (!flags) return checkProblems(request, check, said.join('\n'), host, judged?.(number))
  const where = 'on this host, so what runs was not touched'
  const found = flagProblems({ program, flags }, said, where)
  return found.map(problem => ({ ...problem, ...atService(request, host) }))
}

async function checkProblems(
  request: ChangeRequest,
  check: BundleCheck,
  message: string,
  host: string,
  judged: Judged | undefined,
): Promise<readonly Problem[]> {
  const { component } = request
  const detail = check.withheld ? withheldDetail : plainMessage(message)
  const found = judged
    ? await toolProblems({ ...judged, check }, message, component)
    : [changeProblem.refused({}, component, refusal(check), detail)]
  return found.map(problem => ({
    ...{ remedy: 'Fix what the message names, then run the command again.', ...problem },
    ...atService(request, host),
    summary: `${problem.summary}, so what runs was not touched`,
  }))
}

function stepProblem(request: ChangeRequest, step: string, detail: string, host: string): Problem {
  const where = { ...atService(request, host), ...(step.includes(':') ? { resource: step } : {}) }
  return isFull(detail)
    ? changeProblem.diskFull(where, request.component, detail)
    : changeProblem.stepFailed(where, request.component, step, detail)
}

export function isFull(said: string): boolean {
  return /No space left on device|Disk quota exceeded/.test(said)
}
