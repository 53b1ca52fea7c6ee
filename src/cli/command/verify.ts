import { Command } from 'commander'
import { withInventory } from '../input/inventory-file.ts'
import { withReport, withSelection, withWarning } from '../input/options.ts'
import { type RunFlags, runCommand } from './run.ts'

export function command(): Command {
  return withInventory(withWarning(withReport(withSelection(new Command('verify'))))).action(
    (file: string, flags: RunFlags) => runCommand('verify', file, flags),
  )
}
