import { Command } from 'commander'
import { withInventory } from '../input/inventory-file.ts'
import { withReport, withSelection, withWarning } from '../input/options.ts'
import { requestOf } from '../input/request.ts'
import { session } from '../session.ts'
import type { RunFlags } from './run.ts'

export function command(): Command {
  return withInventory(withWarning(withReport(withSelection(new Command('status'))))).action(
    (file: string, flags: RunFlags) =>
      session('status', file, flags, async work => {
        const { status } = await import('../../engine/command/run.ts')
        const rows = await status(await requestOf('status', file, flags, work))
        return { status: rows, interrupted: work.signal.aborted }
      }),
  )
}
