import { Command } from 'commander'
import { withInventory } from './inventory-file.ts'
import { withReport, withSelection, withWarning } from './options.ts'
import { type RunFlags, run } from './run.ts'

export function command(): Command {
  return withInventory(withWarning(withReport(withSelection(new Command('verify')))))
    .description('prove that the running stack is highly available; reads only')
    .action((file: string, flags: RunFlags) => run('verify', file, flags))
}
