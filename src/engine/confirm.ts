/** Writes down what a gate has passed. */
import type { Problem } from '../diagnostic/problem.ts'
import { listingOf } from '../plan/generation.ts'
import type { InstancePlan } from '../plan/model.ts'
import { contentsOf, stampAfter } from '../plan/record.ts'
import type { Instance } from '../resource/model.ts'
import type { ChangeMark, ChangeRequest } from '../shell/change-request.ts'
import {
  type ConfirmRequest,
  confirmScript,
  confirmStream,
  type Remembered,
  rememberScript,
} from '../shell/confirm.ts'
import { sections } from '../shell/frame.ts'
import { recordHeader, renderRecord } from '../shell/record.ts'
import { nonce } from './hosts.ts'
import { hashesFor } from './releases.ts'
import type { StepContext } from './step.ts'
import { cutOff, lockLost, unrecorded } from './step-problem.ts'

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
  const { host } = connection
  const mark = nonce()
  const confirm = confirmRequest(plan, request, context)
  const result = await connection
    // Copying programs to a slow disk takes its time.
    .run({
      script: confirmScript(mark, change, confirm),
      stdin: confirmStream(mark, confirm),
      timeout: 300_000,
    })
    .then(said => ({ ...said, found: sections(mark, said.stdout.toString('utf8')) }))
    .catch(() => undefined)
  const when = 'as it was recorded'
  if (!result || result.code === null) return { outcome: 'unknown', problem: cutOff(request, host, when) }
  const { found } = result
  if (found.has('confirmed')) return { outcome: 'confirmed' }
  if (found.has('undone')) return { outcome: 'undone' }
  if (found.has('lost')) return { outcome: 'failed', problem: lockLost(request, host) }
  const detail = result.stderr.trim() || `it ended with code ${result.code}`
  return { outcome: 'failed', problem: unrecorded(request, host, detail) }
}

function confirmRequest(plan: InstancePlan, change: ChangeRequest, context: StepContext): ConfirmRequest {
  const hash = hashesFor(context.releases, context.arch)
  const { instance } = plan
  const stamp = stampAfter(plan, context.observed, hash, context.run)
  const common = { change, record: renderRecord(stamp), programs: programsOf(instance, context) }
  // What has left is no generation to go back to; one that is gone back to is there already.
  if (instance.retired) return { ...common, contents: [] }
  const contents = contentsOf(plan, hash)
  if (instance.back) return { ...common, contents }
  const text = listingOf(instance, recordHeader(stamp), hash)
  return { ...common, contents, listing: { number: stamp.generation, text } }
}

/** Programs that were there already and had to be hashed need not be hashed again. Never rejects. */
export async function remember(
  instance: Instance,
  context: Pick<StepContext, 'connection' | 'arch' | 'releases'>,
): Promise<void> {
  const script = rememberScript(instance.component, programsOf(instance, context))
  // Only a convenience of the next run: its failure is that run's to notice.
  await context.connection.run({ script }).catch(() => undefined)
}

function programsOf(
  instance: Instance,
  context: Pick<StepContext, 'arch' | 'releases'>,
): readonly Remembered[] {
  const hash = hashesFor(context.releases, context.arch)
  return instance.resources.flatMap(resource =>
    resource.kind === 'program' ? [{ path: resource.path, sha256: hash(resource) }] : [],
  )
}
