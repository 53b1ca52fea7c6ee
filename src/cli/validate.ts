import { Command, Option } from 'commander'
import { type EnvironmentFlags, variablesOf, withInventory } from './inventory-file.ts'
import { type ReportFlags, withReport } from './options.ts'
import { session } from './session.ts'

interface ValidateFlags extends ReportFlags, EnvironmentFlags {
  readonly strict?: boolean
}

export function command(): Command {
  return withInventory(withReport(new Command('validate')), 'reads')
    .description('check everything that can be checked without touching a host')
    .option('--strict', 'fail if a check could not be made here, instead of warning')
    .addOption(
      new Option(
        '--format <format>',
        'how problems are shown: as text, or as annotations of a GitHub workflow',
      )
        .choices(['text', 'github'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `
This runs nothing that the inventory's author chose: no \${cmd:…}, no login, and of the programs only those that are
trusted on this machine. Run it, not \`promha plan\`, on a change that you have not read. What
\`promha artifacts trust\` has accepted runs here too.`,
    )
    .action((file: string, flags: ValidateFlags) =>
      session('validate', file, flags, async ({ emit, signal, hide }) => {
        const { readInventory } = await import('../site/read.ts')
        const { validate } = await import('../engine/validate.ts')
        const { inventory, warnings } = await readInventory(file, {
          secrets: false,
          ...(await variablesOf(flags)),
        })
        hide(inventory.secrets)
        const { strict = false } = flags
        const problems = await validate(inventory, emit, signal, { strict })
        return { problems: [...warnings, ...problems], interrupted: signal.aborted }
      }),
    )
}
