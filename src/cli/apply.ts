import { Command } from 'commander'
import { withProbe, withReport, withSelection } from './options.ts'
import { type RunFlags, run } from './run.ts'

export function command(): Command {
  return withReport(withProbe(withSelection(new Command('apply')), false))
    .description('converge the hosts in a safe order, then verify')
    .argument('<inventory>', 'the inventory file')
    .option('--check', 'change nothing: the same as plan')
    .action((file: string, flags: RunFlags & { readonly check?: boolean }, self: Command) => {
      // As plan does, --check shows differences unless they are refused.
      const diff = self.getOptionValueSource('diff') === 'default' ? true : (flags.diff ?? true)
      return flags.check ? run('plan', file, { ...flags, diff }) : run('apply', file, flags)
    })
}
