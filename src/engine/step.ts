/** One instance changed as a whole: change, gate, and then confirmed, or put back. */
import type { Arch } from '../artifact/model.ts'
import { error, type Problem } from '../diagnostic/problem.ts'
import type { Inventory } from '../inventory/model.ts'
import { changeOf, type PlannedChange } from '../plan/change.ts'
import type { InstancePlan } from '../plan/model.ts'
import type { Instance } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import { changeScript, hostFiles, lockStep } from '../shell/change.ts'
import type { ChangeMark, ChangeRequest } from '../shell/change-request.ts'
import { sections } from '../shell/frame.ts'
import { undoScript } from '../shell/undo.ts'
import type { Connection } from '../ssh/connection.ts'
import type { Ask } from '../verify/model.ts'
import type { Baseline } from './baseline.ts'
import { confirmChange } from './confirm.ts'
import type { Emit } from './event.ts'
import { gate, withJournal } from './gate.ts'
import { nonce, problemsOf } from './hosts.ts'
import { judgedBundle } from './judged.ts'
import type { Releases } from './releases.ts'
import { cutOff, lockLost, outrun, stepProblems, stuck } from './step-problem.ts'

export interface StepContext {
  readonly connection: Connection
  readonly observed: Observed
  readonly arch: Arch
  readonly releases: Releases
  readonly ask: Ask
  readonly emit: Emit
  /** For the places of what a tool refuses. */
  readonly inventory?: Inventory
  /** Of the lock that is held on the host. */
  readonly run: string
  /** What it did before the change; absent where there is nothing to compare with. */
  readonly baseline?: Baseline
}

interface StepResult {
  readonly status: 'changed' | 'failed' | 'rolled-back'
  readonly problems: readonly Problem[]
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
  const planned = changeOf(plan, context.observed)
  const { request } = planned
  const step: Step = { plan, context, request, change: { mark: nonce(), run: context.run } }
  const begun = await carryOut(step, planned)
  if ('problems' in begun) return undo(step, begun, 0)
  const began = performance.now()
  const awaited = request.action !== 'none' && request.action !== 'stop'
  const problem = awaited ? await gate(plan.instance, context, begun.clock, context.baseline) : undefined
  const waited = performance.now() - began
  if (problem) return undo(step, { problems: [problem], touched: true }, waited)
  const confirmed = await confirmChange(plan, request, step.change, context)
  switch (confirmed.outcome) {
    case 'confirmed':
      return { status: 'changed', problems: [], waited }
    case 'undone':
      return proveOld(step, [outrun(request, context.connection.host)], 0, waited)
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
async function carryOut(
  { plan, change, context, request }: Step,
  { stream }: PlannedChange,
): Promise<{ readonly clock: number } | Failed> {
  const { connection } = context
  const { host } = connection
  const own = hostFiles(change, request).map(({ bytes }) => bytes)
  const stdin = Buffer.concat([...own, ...stream, Buffer.from(`${change.mark}\n`)])
  // Stopping a Prometheus with much data can take minutes; its unit allows ten.
  const result = await connection
    .run({ script: changeScript(change, request), stdin, timeout: 900_000 })
    .then(said => ({ ...said, found: sections(change.mark, said.stdout.toString('utf8')) }))
    .catch((failure: unknown) => problemsOf(failure, host)[0] ?? error(String(failure), { host }))
  if ('summary' in result) return { problems: [result], touched: true }
  const { found } = result
  if (found.has('end')) return { clock: Number(found.get('clock')?.[0] ?? 0) }
  const last = [...found.keys()].at(-1) ?? 'staging'
  const touched = found.has('guard')
  if (result.code === null) return { problems: [cutOff(request, host, `at ${last}`)], touched: true }
  if (last === lockStep) return { problems: [lockLost(request, host, result.stderr)], touched }
  const judged = (check: number) => {
    const made = plan.instance.checks[check]
    return made && context.inventory && judgedBundle(plan.instance, made, context.inventory)
  }
  const problems = await stepProblems(request, last, found.get(last) ?? [], result.stderr, host, judged)
  const told = last === request.action
  return {
    problems: told
      ? await Promise.all(
          problems.map(problem =>
            withJournal(connection, request, problem, Number(found.get('clock')?.[0] ?? 0)),
          ),
        )
      : problems,
    touched,
  }
}

/** Puts the instance back to what it was and, where its service was touched, proves that it serves again. */
async function undo(step: Step, { problems, touched }: Failed, waited: number): Promise<StepResult> {
  const { context, request } = step
  const { connection } = context
  const own = nonce()
  const script = undoScript(own, step.change, request)
  const failed = (more: Problem): StepResult => ({ status: 'failed', problems: [...problems, more], waited })
  const result = await connection
    .run({ script, timeout: 900_000 })
    .then(said => ({ ...said, found: sections(own, said.stdout.toString('utf8')) }))
    .catch((failure: unknown) => (failure instanceof Error ? failure : new Error(String(failure))))
  if (result instanceof Error || result.code === null) return failed(stuck(request, connection.host))
  const { found } = result
  if (found.has('lost')) return failed(stuck(request, connection.host))
  if (!found.has('end')) return failed(stuck(request, connection.host, result.stderr.trim()))
  if (found.has('gone') && touched) return proveOld(step, problems, 0, waited)
  const restored = found.get('restored')
  // The service was never told, so it runs on as before.
  const serves = request.before.active === true && found.has('back')
  if (!restored) return { status: serves ? 'rolled-back' : 'failed', problems, waited }
  return proveOld(step, problems, Number(restored[0] ?? 0), waited)
}

/** `since`: by the host's clock, from just before the service was told to go back; 0 if that is not known. */
async function proveOld(
  { plan, context, request }: Step,
  problems: readonly Problem[],
  since: number,
  waited: number,
): Promise<StepResult> {
  // Of a unit that was not looked at, only the host knows whether it ran.
  if (request.before.active === false) return { status: 'failed', problems, waited }
  const still = await gate(asItWas(plan.instance, context.observed), context, since)
  return still
    ? { status: 'failed', problems: [...problems, still], waited }
    : { status: 'rolled-back', problems, waited }
}

/** What it goes back to may listen elsewhere. */
function asItWas(instance: Instance, observed: Observed): Instance {
  const health = observed.stamps.get(instance.component)?.health
  return health ? { ...instance, health } : instance
}
