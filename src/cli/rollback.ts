import { Command } from 'commander'
import { withInventory } from './inventory-file.ts'
import { withLock, withOrder, withProbe, withReport, withSelection } from './options.ts'
import { requestOf } from './request.ts'
import type { RunFlags } from './run.ts'
import { session } from './session.ts'

export function command(): Command {
  return withInventory(
    withOrder(withLock(withReport(withProbe(withSelection(new Command('rollback')), false)))),
  )
    .description('undo the last run on the chosen hosts: back to the generation before, then verify')
    .action((file: string, flags: RunFlags) =>
      session('rollback', file, flags, async work => {
        const request = await requestOf('rollback', file, flags, work)
        const { rollback } = await import('../engine/rollback.ts')
        const { plan, checks, interrupted } = await rollback(request)
        return { hosts: plan.hosts, checks, interrupted }
      }),
    )
}
