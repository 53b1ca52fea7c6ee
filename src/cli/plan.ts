import { Command, Option } from 'commander'
import { withInventory } from './inventory-file.ts'
import { withProbe, withReport, withSelection, withWarning } from './options.ts'
import { type RunFlags, run } from './run.ts'

export function command(): Command {
  return withInventory(withWarning(withReport(withProbe(withSelection(new Command('plan')), true))))
    .description('show what apply would change; reads hosts, changes nothing')
    .option('--out <file>', 'keep the plan, for apply --plan; it holds hashes and no contents')
    .addOption(new Option('--scheduled', 'as a timer runs it').hideHelp())
    .action((file: string, flags: RunFlags & { readonly out?: string }) => run('plan', file, flags))
}
