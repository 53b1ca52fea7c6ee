/** What plan, apply and verify share. */
import { defined } from '../../diagnostic/defined.ts'
import type { SavedPlan } from '../../plan/saved/saved.ts'
import type { EnvironmentFlags } from '../input/inventory-file.ts'
import type { ChangeFlags, ProbeFlags, ReportFlags, SelectFlags } from '../input/options.ts'
import { requestOf } from '../input/request.ts'
import { type Session, session } from '../session.ts'

export type RunFlags = ReportFlags & SelectFlags & ProbeFlags & ChangeFlags & EnvironmentFlags
export type PlanFlags = RunFlags & { readonly out?: string }

/** Runs one of the engine's three on the inventory and tells what came of it. */
export async function runCommand(command: Run, file: string, flags: PlanFlags): Promise<void> {
  await session(command, file, flags, async work => {
    const { out } = flags
    const keep =
      out === undefined ? undefined : await (await import('../input/plan-file.ts')).openPlanFile(out)
    const { saved, ...finding } = await runOnce(command, { file, flags }, work)
    if (saved) await keep?.(saved)
    return finding
  })
}

interface RunArguments {
  readonly file: string
  readonly flags: Parameters<typeof requestOf>[2]
  /** The plan that is to be carried out, exactly as it is. */
  readonly saved?: SavedPlan | undefined
}

type Run = 'plan' | 'apply' | 'verify'

export async function runOnce(command: Run, { file, flags, saved }: RunArguments, work: Session) {
  const request = await requestOf(command, file, flags, work)
  const engine = await import('../../engine/command/run.ts')
  const run = await (command === 'apply' ? engine.apply(request, saved) : engine[command](request))
  const checks = command === 'plan' ? undefined : run.checks
  return {
    hosts: run.hosts,
    interrupted: run.interrupted,
    ...defined({ checks, saved: run.saved, addresses: run.addresses }),
  }
}
