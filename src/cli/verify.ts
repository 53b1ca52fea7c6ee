import { Command } from 'commander'
import { withReport, withSelection, withWarning } from './options.ts'
import { type RunFlags, run } from './run.ts'

export function command(): Command {
  return withWarning(withReport(withSelection(new Command('verify'))))
    .description('prove that the running stack is highly available; reads only')
    .argument('<inventory>', 'the inventory file')
    .action((file: string, flags: RunFlags) => run('verify', file, flags))
}
