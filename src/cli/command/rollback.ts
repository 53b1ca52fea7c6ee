import { Command } from 'commander'
import { withInventory } from '../input/inventory-file.ts'
import { withLockOption, withOrder, withProbe, withReport, withSelection } from '../input/options.ts'
import { requestOf } from '../input/request.ts'
import { session } from '../session.ts'
import type { RunFlags } from './run.ts'

export function command(): Command {
  return withInventory(
    withOrder(withLockOption(withReport(withProbe(withSelection(new Command('rollback')), false)))),
  )
    .description('undo the last run on the chosen hosts: back to the generation before, then verify')
    .action((file: string, flags: RunFlags) =>
      session('rollback', file, flags, async work => {
        const request = await requestOf('rollback', file, flags, work)
        const { rollback } = await import('../../engine/command/rollback.ts')
        return rollback(request)
      }),
    )
}
