/** The errors for a change of an instance that failed or was interrupted. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { BundleCheck } from '../resource/model.ts'
import { checkStep } from '../shell/change.ts'
import type { ChangeRequest } from '../shell/change-request.ts'
import { silence } from '../shell/guard.ts'
import { flagProblems } from './flag-values.ts'
import { type Judged, refusal, toolProblems, withheldDetail } from './refusal.ts'
import { plain } from './tool-message.ts'

const byItself = `the host puts it back by itself once it has not heard from promha for ${silence} s`

const fixNamed = 'Fix what the message names, then run the command again.'

function at(request: ChangeRequest, host: string) {
  return { host, resource: `service:${request.unit}` }
}

/**
 * A step of the change program failed with these lines: one problem, or one for each thing that a check found wrong.
 * @param judged what the check of that number saw; absent: no place is known
 */
export async function stepProblems(
  request: ChangeRequest,
  step: string,
  lines: readonly string[],
  stderr: string,
  host: string,
  judged?: (check: number) => Judged | undefined,
): Promise<readonly Problem[]> {
  const said = [...lines, stderr.trim()].filter(line => line !== '')
  const number = step.startsWith(checkStep) ? Number(step.slice(checkStep.length)) : -1
  const check = request.checks[number]
  if (!check) return [stepProblem(request, step, said.join('\n'), host)]
  const { flags, program } = check
  if (!flags) return checkProblems(request, check, said.join('\n'), host, judged?.(number))
  const where = 'on this host, so what runs was not touched'
  return flagProblems({ program, flags }, said, where).map(problem => ({ ...problem, ...at(request, host) }))
}

async function checkProblems(
  request: ChangeRequest,
  check: BundleCheck,
  message: string,
  host: string,
  judged: Judged | undefined,
): Promise<readonly Problem[]> {
  const { component } = request
  const found = judged
    ? await toolProblems({ ...judged, check }, message, component)
    : [
        error(`${refusal(check)} of ${component}`, {
          detail: check.withheld ? withheldDetail : plain(message),
        }),
      ]
  return found.map(problem => ({
    ...{ remedy: fixNamed, ...problem, ...at(request, host) },
    summary: `${problem.summary}, so what runs was not touched`,
  }))
}

function stepProblem(request: ChangeRequest, step: string, detail: string, host: string): Problem {
  const full = isFull(detail)
  return error(
    `${request.component} could not be changed: ${full ? 'the disk is full' : `step ${step} failed`}`,
    {
      ...at(request, host),
      ...(step.includes(':') ? { resource: step } : {}),
      detail,
      remedy: full ? 'Free some disk space, then run the command again.' : fixNamed,
    },
  )
}

/** It passed its gate, and could not be written down. */
export function unrecorded(request: ChangeRequest, host: string, detail: string): Problem {
  return error(
    `the change of ${request.component} ran, but could not be recorded${isFull(detail) ? ': the disk is full' : ''}`,
    {
      ...at(request, host),
      detail,
      remedy: 'Check that /var/lib/promha can be written and has room, then run the command again.',
    },
  )
}

function isFull(detail: string): boolean {
  return /No space left on device|Disk quota exceeded/.test(detail)
}

export function cutOff(request: ChangeRequest, host: string, when: string): Problem {
  return error(`the connection ended while ${request.component} was being changed (${when})`, {
    ...at(request, host),
    remedy: 'Run the command again once the host can be reached.',
  })
}

export function lockLost(request: ChangeRequest, host: string, detail = ''): Problem {
  return error(`${request.component} was not changed: the lock of the host was lost`, {
    ...at(request, host),
    detail: detail.trim(),
    remedy: 'Check whether another run is active or the host was rebooted, then run the command again.',
  })
}

/** The host was faster than the gate. */
export function outrun(request: ChangeRequest, host: string): Problem {
  return error(`the host has undone the change of ${request.component} by itself`, {
    ...at(request, host),
    detail: `It had not heard from promha for ${silence} s.`,
    remedy: 'Check the connection, then run the command again.',
  })
}

/** promha itself cannot put it back now. `detail` is absent where the host could not be asked to. */
export function stuck(request: ChangeRequest, host: string, detail?: string): Problem {
  return error(`${request.component} could not be put back now: ${byItself}`, {
    ...at(request, host),
    ...(detail ? { detail } : {}),
    remedy:
      'Run the command again once the host can be reached. `journalctl -u promha-guard` there says more.',
  })
}
