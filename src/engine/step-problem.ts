/** What is said of a change that did not come to its end. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { BundleCheck } from '../resource/model.ts'
import { checkStep } from '../shell/change.ts'
import type { ChangeRequest } from '../shell/change-request.ts'
import { silence } from '../shell/guard.ts'
import { type Judged, refusal, toolProblems, withheldDetail } from './refusal.ts'
import { plain } from './tool-message.ts'

const byItself = `the host puts it back by itself once it has not heard from promha for ${silence} s`

function of(request: ChangeRequest, host: string) {
  return { host, resource: `service:${request.unit}` }
}

/**
 * A step of the change program failed with these lines. What a tool refuses is told at its place in the user's files.
 * @param judged what a check of that number saw; absent: no place is known
 */
export async function stepProblem(
  request: ChangeRequest,
  step: string,
  lines: readonly string[],
  stderr: string,
  host: string,
  judged?: (check: number) => Judged | undefined,
): Promise<Problem> {
  const detail = [...lines, stderr.trim()].filter(line => line !== '').join('\n')
  const number = step.startsWith(checkStep) ? Number(step.slice(checkStep.length)) : -1
  const check = request.checks[number]
  if (check) return checkProblem(request, check, detail, host, judged?.(number))
  const full = isFull(detail)
  return error(
    `${request.component} could not be changed: ${full ? 'the disk is full' : `step ${step} failed`}`,
    {
      ...of(request, host),
      ...(step.includes(':') ? { resource: step } : {}),
      detail,
      remedy: full ? 'free some room, then run again' : 'mend what the message names, then run again',
    },
  )
}

/** One problem for all that the tool says, at the first of its places; the others are in its detail. */
async function checkProblem(
  request: ChangeRequest,
  check: BundleCheck,
  message: string,
  host: string,
  judged: Judged | undefined,
): Promise<Problem> {
  const found = judged ? await toolProblems({ ...judged, check }, message, request.component) : []
  const { source } = found.find(one => one.source) ?? {}
  const each = found.map(one => {
    const { file, line, column } = one.source ?? {}
    return found.length > 1 && file ? `${file}:${line}:${column}: ${one.detail}` : (one.detail ?? '')
  })
  return error(`${refusal(check)} of ${request.component}. What runs was not touched`, {
    ...of(request, host),
    detail: check.withheld ? withheldDetail : each.join('\n') || plain(message),
    remedy: 'Correct what it names, then run again.',
    ...(source ? { source } : {}),
  })
}

/** It passed its gate, and could not be written down. */
export function unrecorded(request: ChangeRequest, host: string, detail: string): Problem {
  return error(
    `the change of ${request.component} ran, but could not be recorded${isFull(detail) ? ': the disk is full' : ''}`,
    {
      ...of(request, host),
      detail,
      remedy: 'see that /var/lib/promha has room and can be written, then run again',
    },
  )
}

function isFull(detail: string): boolean {
  return /No space left on device|Disk quota exceeded/.test(detail)
}

export function cutOff(request: ChangeRequest, host: string, when: string): Problem {
  return error(`the connection ended while ${request.component} was being changed (${when})`, {
    ...of(request, host),
    remedy: 'run again as soon as the host can be reached',
  })
}

export function lockLost(request: ChangeRequest, host: string, detail = ''): Problem {
  return error(`${request.component} was not changed: the lock of the host was lost`, {
    ...of(request, host),
    detail: detail.trim(),
    remedy: 'see whether another run is at work or the host was booted anew, then run again',
  })
}

/** The host was faster than the gate. */
export function outrun(request: ChangeRequest, host: string): Problem {
  return error(`the host has undone the change of ${request.component} by itself`, {
    ...of(request, host),
    detail: `It had not heard from promha for ${silence} s.`,
    remedy: 'see that the connection is steady, then run again',
  })
}

/** promha itself cannot put it back now. `detail` is absent where the host could not be asked to. */
export function stuck(request: ChangeRequest, host: string, detail?: string): Problem {
  return error(`${request.component} could not be put back now: ${byItself}`, {
    ...of(request, host),
    ...(detail ? { detail } : {}),
    remedy: `run again as soon as the host can be reached; its journal tells more: journalctl -u promha-guard`,
  })
}
