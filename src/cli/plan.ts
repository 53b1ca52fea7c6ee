import { Command } from 'commander'
import { withProbe, withReport, withSelection } from './options.ts'
import { type RunFlags, run } from './run.ts'

export function command(): Command {
  return withReport(withProbe(withSelection(new Command('plan')), true))
    .description('show what apply would change; reads hosts, changes nothing')
    .argument('<inventory>', 'the inventory file')
    .action((file: string, flags: RunFlags) => run('plan', file, flags))
}
