/** One instance changed as a whole: change, gate, and then confirmed, or put back. */
import type { Arch } from '../artifact/model.ts'
import { error, type Problem, ProblemError } from '../diagnostic/problem.ts'
import { changeOf, type PlannedChange } from '../plan/change.ts'
import type { InstancePlan } from '../plan/model.ts'
import { type Fingerprints, fingerprints } from '../plan/service.ts'
import { type Instance, type Resource, resourceId, unitPath } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import { type ChangeRequest, changeScript, checkStep } from '../shell/change.ts'
import { confirmScript } from '../shell/confirm.ts'
import { sections } from '../shell/frame.ts'
import { undoScript } from '../shell/undo.ts'
import type { Connection, RunResult } from '../ssh/connection.ts'
import type { Ask } from '../verify/model.ts'
import type { Emit } from './event.ts'
import { gate, withJournal } from './gate.ts'
import { nonce } from './hosts.ts'
import { refusal } from './refusal.ts'
import type { Releases } from './releases.ts'

export interface StepContext {
  readonly connection: Connection
  readonly observed: Observed
  readonly arch: Arch
  readonly releases: Releases
  readonly ask: Ask
  readonly emit: Emit
}

export interface StepResult {
  readonly status: 'changed' | 'failed' | 'rolled-back'
  readonly problems: readonly Problem[]
  /** Milliseconds spent waiting for the program itself. */
  readonly waited: number
}

/** Never rejects: every failure stands in the result. */
export async function changeInstance(plan: InstancePlan, context: StepContext): Promise<StepResult> {
  const change = changeOf(plan, context.observed)
  const mark = nonce()
  const begun = await carryOut(mark, change, context)
  if ('problem' in begun) return undo(mark, plan, change.request, context, begun.problem, 0)
  const began = performance.now()
  const problem =
    change.request.action === 'none' ? undefined : await gate(plan.instance, context, begun.clock)
  const waited = performance.now() - began
  if (problem) return undo(mark, plan, change.request, context, problem, waited)
  const unrecorded = await confirm(plan.instance, context, true)
  return unrecorded
    ? { status: 'failed', problems: [unrecorded], waited }
    : { status: 'changed', problems: [], waited }
}

/** Writes down what a gate has passed: the programs' memory, and the stamp where something changed. Never rejects. */
export async function confirm(
  instance: Instance,
  context: StepContext,
  changed: boolean,
): Promise<Problem | undefined> {
  const hash = programHash(context)
  const wanted: Fingerprints = fingerprints(instance, hash)
  const programs = instance.resources.flatMap(resource =>
    resource.kind === 'program' ? [{ path: resource.path, sha256: hash(resource) }] : [],
  )
  const placed = instance.resources.flatMap(resource => {
    if (resource.kind === 'unit') return [unitPath(resource.name)]
    return resource.kind === 'file' || resource.kind === 'program' ? [resource.path] : []
  })
  const script = confirmScript({ component: instance.component, ...wanted, programs, placed, changed })
  const result = await context.connection.run({ script }).catch(failureOf)
  if (!(result instanceof Error) && result.code === 0) return undefined
  return error(`the change of ${instance.component} runs, but could not be recorded`, {
    host: instance.host,
    resource: resourceId(instance.service),
    detail: said(result),
    remedy: 'see that /var/lib/promha can be written, then run again',
  })
}

function failureOf(failure: unknown): Error {
  return failure instanceof Error ? failure : new Error(String(failure))
}

/** What a command said that did not end well. */
function said(result: RunResult | Error): string {
  if (result instanceof Error) return result.message
  return (
    result.stderr.trim() ||
    (result.code === null ? 'the connection ended' : `it ended with code ${result.code}`)
  )
}

export function programHash(context: Pick<StepContext, 'arch' | 'releases'>) {
  return (program: Extract<Resource, { kind: 'program' }>) =>
    context.releases.file(context.arch, program).file.sha256
}

/** Seconds by the host's clock from just before the service was told, or why the change did not come to its end. */
async function carryOut(
  mark: string,
  { request, stream }: PlannedChange,
  { connection }: StepContext,
): Promise<{ readonly clock: number } | { readonly problem: Problem }> {
  const stdin = Buffer.concat([...stream, Buffer.from(`${mark}\n`)])
  const host = connection.host
  // Stopping a Prometheus with much data can take minutes; its unit allows ten.
  const result = await connection
    .run({ script: changeScript(mark, request), stdin, timeout: 900_000 })
    .catch(failureOf)
  if (result instanceof ProblemError)
    return { problem: { host, ...(result.problems[0] ?? error(result.message)) } }
  if (result instanceof Error) return { problem: error(result.message, { host }) }
  const found = sections(mark, result.stdout.toString('utf8'))
  if (found.has('end')) return { clock: Number(found.get('clock')?.[0] ?? 0) }
  const step = [...found.keys()].at(-1) ?? 'staging'
  if (result.code === null) return { problem: lost(request, host, `at ${step}`) }
  const problem = stepProblem(request, step, found.get(step) ?? [], result.stderr, host)
  return { problem: step === request.action ? await withJournal(connection, request.unit, problem) : problem }
}

function lost(request: ChangeRequest, host: string, when: string): Problem {
  return error(`the connection ended while ${request.component} was being changed (${when})`, {
    host,
    resource: `service:${request.unit}`,
    remedy: 'run again: what is half done will be completed',
  })
}

function stepProblem(
  request: ChangeRequest,
  step: string,
  lines: readonly string[],
  stderr: string,
  host: string,
): Problem {
  const detail = [...lines, stderr.trim()].filter(line => line !== '').join('\n')
  const check = step.startsWith(checkStep) ? request.checks[Number(step.slice(checkStep.length))] : undefined
  if (check) {
    return error(`${refusal(check)} of ${request.component}; what runs was not touched`, {
      host,
      resource: `service:${request.unit}`,
      detail,
      remedy: 'correct what it names, then run again',
    })
  }
  const full = /No space left on device|Disk quota exceeded/.test(detail)
  return error(
    `${request.component} could not be changed: ${full ? 'the disk is full' : `step ${step} failed`}`,
    {
      host,
      resource: step.includes(':') ? step : `service:${request.unit}`,
      detail,
      remedy: full ? 'free some room, then run again' : 'mend what the message names, then run again',
    },
  )
}

/** Puts the instance back to what it was and, where its service was touched, proves that it serves again. */
async function undo(
  mark: string,
  plan: InstancePlan,
  request: ChangeRequest,
  context: StepContext,
  problem: Problem,
  waited: number,
): Promise<StepResult> {
  const { observed, connection } = context
  const unit = observed.units.get(request.unit)
  const running = unit?.active === 'active' || unit?.active === 'reloading'
  const before = { running, enabled: unit?.enabled === true, paths: new Set(observed.paths.keys()) }
  const own = nonce()
  const result = await connection
    .run({ script: undoScript(own, mark, request, before), timeout: 900_000 })
    .catch(failureOf)
  const found = sections(own, result instanceof Error ? '' : result.stdout.toString('utf8'))
  if (!found.has('end')) {
    const stuck = error(`${request.component} could not be put back`, {
      host: connection.host,
      resource: resourceId(plan.instance.service),
      detail: said(result),
      remedy: 'run again as soon as the host can be reached: what is half done will be completed',
    })
    return { status: 'failed', problems: [problem, stuck], waited }
  }
  const restored = found.get('restored')
  // The service was never told, so it runs on as before.
  if (!restored)
    return { status: running && found.has('back') ? 'rolled-back' : 'failed', problems: [problem], waited }
  const still = await gate(plan.instance, context, Number(restored[0] ?? 0))
  return still
    ? { status: 'failed', problems: [problem, still], waited }
    : { status: 'rolled-back', problems: [problem], waited }
}
