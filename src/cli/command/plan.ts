import { Command, Option } from 'commander'
import { withInventory } from '../input/inventory-file.ts'
import { withProbe, withReport, withSelection, withWarning } from '../input/options.ts'
import { type PlanFlags, runCommand } from './run.ts'

export function command(): Command {
  return withInventory(withWarning(withReport(withProbe(withSelection(new Command('plan')), true))))
    .option('--out <file>', 'keep the plan, for apply --plan; it holds hashes and no contents')
    .addOption(new Option('--scheduled', 'as a timer runs it').hideHelp())
    .action((file: string, flags: PlanFlags) => runCommand('plan', file, flags))
}
