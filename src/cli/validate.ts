import { Command } from 'commander'
import { type ReportFlags, withReport } from './options.ts'
import { session } from './session.ts'

export function command(): Command {
  return withReport(new Command('validate'))
    .description('check everything that can be checked without touching a host')
    .argument('<inventory>', 'the inventory file')
    .action((file: string, flags: ReportFlags) =>
      session('validate', file, flags, async ({ emit, signal, hide }) => {
        const { readInventory } = await import('../inventory/read.ts')
        const { validate } = await import('../engine/validate.ts')
        const { inventory, warnings } = await readInventory(file, { secrets: false })
        hide(inventory.secrets)
        const problems = await validate(inventory, emit, signal)
        return { problems: [...warnings, ...problems], interrupted: signal.aborted }
      }),
    )
}
