/** Writes down what a gate has passed, and what was hashed. */
import type { Problem } from '../../diagnostic/problem.ts'
import type { InstancePlan } from '../../plan/model.ts'
import { contentsOf, recordAfter } from '../../plan/owned/record.ts'
import { resourceKind } from '../../resource/kind/kinds.ts'
import type { Instance } from '../../resource/model.ts'
import type { ChangeMark, ChangeRequest } from '../../shell/change/request.ts'
import {
  type ConfirmRequest,
  confirmScript,
  type HashedProgram,
  hashCacheScript,
} from '../../shell/record/confirm.ts'
import { renderGeneration } from '../../shell/record/generation.ts'
import { recordHeader, renderRecord } from '../../shell/record/record.ts'
import { ask, ScriptError } from '../../ssh/ask.ts'
import type { RunContext } from '../context.ts'
import { archOf, hashesFor } from '../transfer/releases.ts'
import { changeProblem } from './messages.ts'
import type { StepContext } from './step-context.ts'
import { atService, isFull } from './step-problem.ts'

/** `undone`: the host was faster; `unknown`: it cannot be told, or may not be asked; `failed`: it is unconfirmed. */
type Confirmed =
  | { readonly outcome: 'confirmed' | 'undone' }
  | { readonly outcome: 'unknown' | 'failed'; readonly problem: Problem }

/** The change becomes the confirmed generation. Never rejects. */
export async function confirmChange(
  plan: InstancePlan,
  request: ChangeRequest,
  change: ChangeMark,
  context: StepContext,
): Promise<Confirmed> {
  const { connection } = context
  const { component } = plan
  const where = atService(request, connection.host)
  try {
    const outcome = await ask(connection, confirmScript(change, confirmRequest(plan, request, context)))
    return outcome === 'lost'
      ? { outcome: 'failed', problem: changeProblem.unconfirmed(where, component) }
      : { outcome }
  } catch (failure) {
    if (!(failure instanceof ScriptError) || failure.cutOff)
      return { outcome: 'unknown', problem: changeProblem.cutOff(where, component, 'as it was recorded') }
    const said = failure.stderr || failure.message
    const problem = changeProblem.unrecorded(where, component, said, isFull(said))
    return { outcome: 'failed', problem }
  }
}

function confirmRequest(plan: InstancePlan, change: ChangeRequest, context: StepContext): ConfirmRequest {
  const hash = hashesFor(context.releases, context.arch)
  const { instance } = plan
  const stamp = recordAfter(plan, context.observed, hash, context.run)
  const common = { change, record: renderRecord(stamp), programs: programsOf(instance, context) }
  // What has left is no generation to go back to; one that is gone back to is there already.
  if (instance.retired) return { ...common, contents: [] }
  const contents = contentsOf(plan, hash)
  if (instance.back) return { ...common, contents }
  const text = renderGeneration(recordHeader(stamp), instance.resources, hash)
  return { ...common, contents, listing: { number: stamp.generation, text } }
}

/** Notes programs that were there already and had to be hashed. `begun`: what a change has taken care of. Never rejects. */
export async function cacheProgramHashes(
  { hosts, releases }: RunContext,
  begun: ReadonlyMap<InstancePlan, unknown> = new Map(),
): Promise<void> {
  await Promise.all(
    [...hosts].map(async ([host, { plan: plans, session }]) => {
      const { connection, observed } = session
      if (!connection || !observed) return
      for (const { changes, component, instance } of plans.filter(one => !begun.has(one))) {
        const isNew = instance.resources.some(one => 'path' in one && observed.unremembered.has(one.path))
        if (changes.length > 0 || !isNew) continue
        const programs = programsOf(instance, { arch: archOf(observed.machine, host), releases })
        // Only a convenience of the next run: its failure is that run's to notice.
        await ask(connection, hashCacheScript(component, programs)).catch(() => undefined)
      }
    }),
  )
}

function programsOf(
  instance: Instance,
  context: Pick<StepContext, 'arch' | 'releases'>,
): readonly HashedProgram[] {
  const hash = hashesFor(context.releases, context.arch)
  return instance.resources
    .flatMap(resource => resourceKind(resource).content?.(resource, hash) ?? [])
    .filter(({ shared }) => shared)
}
