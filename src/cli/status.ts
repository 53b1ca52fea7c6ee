import { Command } from 'commander'
import { withInventory } from './inventory-file.ts'
import { withReport, withSelection, withWarning } from './options.ts'
import { requestOf } from './request.ts'
import type { RunFlags } from './run.ts'
import { session } from './session.ts'

export function command(): Command {
  return withInventory(withWarning(withReport(withSelection(new Command('status')))))
    .description('one table: what runs where, its version, health, replica and last change')
    .action((file: string, flags: RunFlags) =>
      session('status', file, flags, async work => {
        const { status } = await import('../engine/run.ts')
        const rows = await status(await requestOf('status', file, flags, work))
        return { status: rows, interrupted: work.signal.aborted }
      }),
    )
}
