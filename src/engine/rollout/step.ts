/** One instance changed as a whole: change, gate, and then confirmed, or put back. */
import { unitHealth } from '../../../roles/component.ts'
import { ownPortKey, writtenAt } from '../../check/finding/part.ts'
import { judgedBundle } from '../../check/judged.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import { changeOf } from '../../plan/change.ts'
import type { InstancePlan } from '../../plan/model.ts'
import type { Instance } from '../../resource/model.ts'
import type { Observed } from '../../resource/observed.ts'
import { changeScript, clockIn, lockStep } from '../../shell/change/change.ts'
import type { ChangeMark, ChangeRequest } from '../../shell/change/request.ts'
import { undoScript } from '../../shell/change/undo.ts'
import { nonce } from '../../shell/syntax/frame.ts'
import { ask, ScriptError } from '../../ssh/ask.ts'
import { awaitGate, withJournal } from '../gate/gate.ts'
import { problemsOf } from '../session/hosts.ts'
import { confirmChange } from './confirm.ts'
import { changeProblem } from './messages.ts'
import type { StepContext } from './step-context.ts'
import { atService, stepProblems } from './step-problem.ts'

export interface StepResult {
  readonly status: 'changed' | 'failed' | 'rolled-back'
  readonly problems: readonly Problem[]
  /** It failed, and the host is as it was before: the change is undone, and what ran before runs again. */
  readonly undone?: true
  /** Milliseconds spent waiting for the program itself. */
  readonly waited: number
}

/** A change under way. */
interface Step {
  readonly plan: InstancePlan
  readonly context: StepContext
  readonly change: ChangeMark
  readonly request: ChangeRequest
}

/** Never rejects: every failure stands in the result. */
export async function changeInstance(plan: InstancePlan, context: StepContext): Promise<StepResult> {
  const request = changeOf(plan, context.observed)
  const step: Step = { plan, context, request, change: { mark: nonce(), run: context.run } }
  const begun = await carryOut(step)
  if ('problems' in begun) return undo(step, begun, 0)
  const began = performance.now()
  const awaited = request.action !== 'none' && request.action !== 'stop'
  const { baseline } = context
  const where = writtenAt(plan.instance, context.inventory)
  const ownPort = ownPortKey(plan.instance, context.inventory?.cells ?? [])
  const problem = awaited
    ? await awaitGate(plan.instance, context, { since: begun.clock, baseline, where, ownPort })
    : undefined
  const waited = performance.now() - began
  if (problem) return undo(step, { problems: [problem], touched: true }, waited)
  const confirmed = await confirmChange(plan, request, step.change, context)
  switch (confirmed.outcome) {
    case 'confirmed':
      return { status: 'changed', problems: [], waited }
    case 'undone': {
      const at = atService(request, context.connection.host)
      return awaitOldGate(step, [changeProblem.undoneByHost(at, request.component)], 0, waited)
    }
    case 'unknown':
      return { status: 'failed', problems: [confirmed.problem], waited }
    case 'failed':
      return undo(step, { problems: [confirmed.problem], touched: true }, waited)
  }
}

interface Failed {
  /** At least one. */
  readonly problems: readonly Problem[]
  /** Something may have been put in place, as far as is known. */
  readonly touched: boolean
}

/** Seconds by the host's clock from just before the service was told, or why the change did not come to its end. */
async function carryOut(step: Step): Promise<{ readonly clock: number } | Failed> {
  const { plan, change, request } = step
  const { connection, inventory } = step.context
  const { host } = connection
  try {
    return { clock: await ask(connection, changeScript(change, request)) }
  } catch (failure) {
    if (!(failure instanceof ScriptError)) {
      const problem = problemsOf(failure, host)[0] ?? changeProblem.failed({ host }, String(failure))
      return { problems: [problem], touched: true }
    }
    const { cutOff, found, stderr } = failure
    const { component } = request
    const where = atService(request, host)
    const last = [...found.keys()].at(-1) ?? 'staging'
    if (cutOff) return { problems: [changeProblem.cutOff(where, component, `at ${last}`)], touched: true }
    const touched = found.has('guard')
    if (last === lockStep) return { problems: [changeProblem.lockLost(where, component, stderr)], touched }
    const judged = (check: number) => {
      const made = plan.instance.checks[check]
      return made && inventory && judgedBundle(plan.instance, made, inventory)
    }
    const failed = { step: last, lines: found.get(last) ?? [], stderr, judged }
    const problems = await stepProblems(request, host, failed)
    if (last !== request.action) return { problems, touched }
    const told = problems.map(problem => withJournal(connection, request, problem, clockIn(found)))
    return { problems: await Promise.all(told), touched }
  }
}

/** Puts the instance back to what it was and, where its service was touched, proves that it serves again. */
async function undo(step: Step, { problems, touched }: Failed, waited: number): Promise<StepResult> {
  const { context, change, request } = step
  const { connection } = context
  const stuck = (why: unknown): StepResult => {
    const detail = why instanceof ScriptError ? why.stderr : ''
    const more = detail === '' ? {} : { detail }
    const problem = changeProblem.notPutBack(atService(request, connection.host), request.component, more)
    return { status: 'failed', problems: [...problems, problem], waited }
  }
  try {
    const { state, placed, restored } = await ask(connection, undoScript(change, request))
    if (state === 'lost') {
      // Only a run with the lock may clear away. Files that are only staged change nothing on the host.
      return touched ? stuck(undefined) : { status: 'failed', problems, waited }
    }
    if (state === 'gone' && touched) return awaitOldGate(step, problems, 0, waited)
    if (restored !== undefined) return awaitOldGate(step, problems, restored, waited)
    // The service was never told, so it runs on as before.
    const serves = request.before.active === true && placed
    return { status: serves ? 'rolled-back' : 'failed', problems, undone: true, waited }
  } catch (failure) {
    return stuck(failure)
  }
}

/** `since`: by the host's clock, from just before the service was told to go back; 0 if that is not known. */
async function awaitOldGate(
  { plan, context, request }: Step,
  problems: readonly Problem[],
  since: number,
  waited: number,
): Promise<StepResult> {
  // Of a unit that was not looked at, only the host knows whether it ran.
  if (request.before.active === false) return { status: 'failed', problems, undone: true, waited }
  const still = await awaitGate(asItWas(plan.instance, context.observed), context, {
    since,
    reloadTime: context.baseline?.reloadTime,
  })
  return still
    ? { status: 'failed', problems: [...problems, still], waited }
    : { status: 'rolled-back', problems, undone: true, waited }
}

/** What it goes back to may listen elsewhere. Of a unit that is not promha's, nothing is known but whether it stays up. */
function asItWas(instance: Instance, { damaged, records }: Observed): Instance {
  const { component } = instance
  const foreign = !records.has(component) && !damaged.includes(component)
  return { ...instance, health: records.get(component)?.health ?? (foreign ? unitHealth : instance.health) }
}
