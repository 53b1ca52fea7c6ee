/** One instance changed as a whole: change, gate, and then confirmed, or put back. */
import type { Arch } from '../artifact/model.ts'
import { error, type Problem, ProblemError } from '../diagnostic/problem.ts'
import { changeOf } from '../plan/change.ts'
import type { InstancePlan } from '../plan/model.ts'
import { type Fingerprints, fingerprints } from '../plan/service.ts'
import { type Instance, type Resource, resourceId } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import { type ChangeRequest, changeScript } from '../shell/change.ts'
import { confirmScript } from '../shell/confirm.ts'
import { sections } from '../shell/frame.ts'
import { undoScript } from '../shell/undo.ts'
import type { Connection } from '../ssh/connection.ts'
import type { Ask } from '../verify/model.ts'
import type { Emit } from './event.ts'
import { gate } from './gate.ts'
import { nonce } from './hosts.ts'
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

/** Never rejects for what a host does; every failure stands in the result. */
export async function changeInstance(plan: InstancePlan, context: StepContext): Promise<StepResult> {
  const { request, stream } = changeOf(plan, context.observed)
  const failure = await carryOut(request, stream, context)
  if ('problem' in failure) return undo(plan, request, context, [failure.problem], failure.begun, 0)
  const began = performance.now()
  const problem = request.action === 'none' ? undefined : await gate(plan.instance, context, failure.clock)
  const waited = performance.now() - began
  if (problem) return undo(plan, request, context, [problem], true, waited)
  await confirm(plan.instance, context, true)
  return { status: 'changed', problems: [], waited }
}

/** Renews the memory of programs whose hash the probe had to compute, and the stamp where something changed. */
export async function confirm(instance: Instance, context: StepContext, changed: boolean): Promise<void> {
  const hash = programHash(context)
  const wanted: Fingerprints = fingerprints(instance, hash)
  const programs = instance.resources.flatMap(resource =>
    resource.kind === 'program' ? [{ path: resource.path, sha256: hash(resource) }] : [],
  )
  const script = confirmScript({ component: instance.component, ...wanted, programs, changed })
  const result = await context.connection.run({ script })
  if (result.code === 0) return
  throw new ProblemError([
    error(`the change of ${instance.component} runs, but could not be recorded`, {
      host: instance.host,
      resource: resourceId(instance.service),
      detail: result.stderr.trim(),
      remedy: 'see that /var/lib/promha can be written, then run again',
    }),
  ])
}

export function programHash(context: Pick<StepContext, 'arch' | 'releases'>) {
  return (program: Extract<Resource, { kind: 'program' }>) =>
    context.releases.file(context.arch, program).file.sha256
}

type Failure = { readonly problem: Problem; readonly begun: boolean }

async function carryOut(
  request: ChangeRequest,
  stream: readonly Uint8Array[],
  { connection }: StepContext,
): Promise<Failure | { readonly clock: number }> {
  const mark = nonce()
  const stdin = Buffer.concat([...stream, Buffer.from(`${mark}\n`)])
  const host = connection.host
  // Stopping a Prometheus with much data can take minutes; its unit allows ten.
  const result = await connection
    .run({ script: changeScript(mark, request), stdin, timeout: 900_000 })
    .catch((failure: unknown) => (failure instanceof ProblemError ? failure : Promise.reject(failure)))
  if (result instanceof ProblemError) {
    return { problem: result.problems[0] ?? error('the change was given up', { host }), begun: true }
  }
  const found = sections(mark, result.stdout.toString('utf8'))
  if (found.has('end')) return { clock: Number(found.get('clock')?.[0] ?? 0) }
  const step = [...found.keys()].at(-1) ?? 'staging'
  if (result.code === null) {
    const problem = error(`the connection ended while ${request.component} was being changed (at ${step})`, {
      host,
      resource: `service:${request.unit}`,
      remedy: 'run again: what is half done will be completed',
    })
    return { problem, begun: false }
  }
  const begun =
    step !== 'staging' && step !== 'check' && !step.startsWith('user:') && !step.startsWith('directory:')
  return { problem: stepProblem(request, step, found.get(step) ?? [], result.stderr, host), begun }
}

function stepProblem(
  request: ChangeRequest,
  step: string,
  lines: readonly string[],
  stderr: string,
  host: string,
): Problem {
  const detail = [...lines, stderr.trim()].filter(line => line !== '').join('\n')
  if (step === 'check') {
    const tool = request.checks[0]?.program.replace(/.*\//, '') ?? 'the check'
    return error(`${tool} refuses the new config of ${request.component}; what runs was not touched`, {
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

/** Puts the instance back to what it was and proves that it serves again. */
async function undo(
  plan: InstancePlan,
  request: ChangeRequest,
  context: StepContext,
  problems: readonly Problem[],
  begun: boolean,
  waited: number,
): Promise<StepResult> {
  if (!begun) return { status: 'failed', problems, waited }
  const { observed, connection } = context
  const unit = observed.units.get(request.unit)
  const running = unit?.active === 'active' || unit?.active === 'reloading'
  const mark = nonce()
  const script = undoScript(mark, request, {
    running,
    enabled: unit?.enabled === true,
    paths: new Set(observed.paths.keys()),
  })
  const result = await connection.run({ script, timeout: 900_000 }).catch(() => undefined)
  const found = sections(mark, result?.stdout.toString('utf8') ?? '')
  const host = connection.host
  const resource = resourceId(plan.instance.service)
  if (!found.has('end')) {
    const lost = error(`${request.component} could not be put back`, {
      host,
      resource,
      detail: result?.stderr.trim() ?? 'the connection ended',
      remedy: 'run again as soon as the host can be reached',
    })
    return { status: 'failed', problems: [...problems, lost], waited }
  }
  if (!running) return { status: 'failed', problems, waited }
  const still = await gate(plan.instance, context, Number(found.get('clock')?.[0] ?? 0))
  if (!still) return { status: 'rolled-back', problems, waited }
  return { status: 'failed', problems: [...problems, still], waited }
}
