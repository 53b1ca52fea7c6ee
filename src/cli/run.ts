/** What plan, apply and verify share. */
import type { RunOutcome, RunRequest } from '../engine/api.ts'
import type { ProbeFlags, ReportFlags, SelectFlags } from './options.ts'
import { requestOf } from './request.ts'
import { session } from './session.ts'

export type RunFlags = ReportFlags & SelectFlags & ProbeFlags

/** Runs one of the engine's three on the inventory and tells what came of it. */
export async function run(
  command: 'plan' | 'apply' | 'verify',
  file: string,
  flags: RunFlags,
): Promise<void> {
  await session(command, file, flags, async work => {
    const request = await requestOf(file, flags, work)
    const { plan, checks, interrupted } = await ask(command, request)
    const proven = command !== 'plan'
    return { hosts: plan.hosts, ...(proven ? { checks } : {}), interrupted }
  })
}

async function ask(command: 'plan' | 'apply' | 'verify', request: RunRequest): Promise<RunOutcome> {
  const engine = await import('../engine/run.ts')
  return engine[command](request)
}
