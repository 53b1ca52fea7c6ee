/** What plan, apply and verify share. */
import type { RunOutcome, RunRequest } from '../engine/api.ts'
import type { SavedPlan } from '../plan/saved.ts'
import type { EnvironmentFlags } from './inventory-file.ts'
import type { ChangeFlags, ProbeFlags, ReportFlags, SelectFlags } from './options.ts'
import { requestOf } from './request.ts'
import { type Session, session } from './session.ts'

export type RunFlags = ReportFlags & SelectFlags & ProbeFlags & ChangeFlags & EnvironmentFlags

/** Runs one of the engine's three on the inventory and tells what came of it. */
export async function run(
  command: 'plan' | 'apply' | 'verify',
  file: string,
  flags: RunFlags & { readonly out?: string },
): Promise<void> {
  await session(command, file, flags, async work => {
    const { out } = flags
    const keep = out === undefined ? undefined : await (await import('./plan-file.ts')).openPlanFile(out)
    const { saved, ...finding } = await runOnce(command, file, flags, work)
    if (saved) await keep?.(saved)
    return finding
  })
}

/** `saved`: the plan that is to be carried out, exactly as it is. */
export async function runOnce(
  command: 'plan' | 'apply' | 'verify',
  file: string,
  flags: Parameters<typeof requestOf>[2],
  work: Session,
  saved?: SavedPlan,
) {
  const request = await requestOf(command, file, flags, work)
  const { plan, checks, interrupted, saved: fresh } = await ask(command, request, saved)
  const proven = command !== 'plan'
  return {
    hosts: plan.hosts,
    ...(proven ? { checks } : {}),
    interrupted,
    ...(fresh === undefined ? {} : { saved: fresh }),
  }
}

async function ask(
  command: 'plan' | 'apply' | 'verify',
  request: RunRequest,
  saved: SavedPlan | undefined,
): Promise<RunOutcome> {
  const engine = await import('../engine/run.ts')
  return command === 'apply' ? engine.apply(request, saved) : engine[command](request)
}
