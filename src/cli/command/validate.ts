import { Command, Option } from 'commander'
import { type EnvironmentFlags, readHere, withInventory } from '../input/inventory-file.ts'
import { withNote } from '../input/note.ts'
import { type ReportFlags, withReport } from '../input/options.ts'
import { session } from '../session.ts'

interface ValidateFlags extends ReportFlags, EnvironmentFlags {
  readonly strict?: boolean
}

const formats = 'how problems are shown: as text, or as annotations of a GitHub workflow'

const note = `This runs nothing that the inventory's author chose: no \${cmd:…}, no login, and of the programs only those that are
trusted on this machine. Run it, not \`promha plan\`, on a change that you have not read. What
\`promha artifacts trust\` has accepted runs here too.`

export function command(): Command {
  return withNote(withInventory(withReport(new Command('validate')), 'reads'), note)
    .option('--strict', 'fail if a check could not be made here, instead of warning')
    .addOption(new Option('--format <format>', formats).choices(['text', 'github']).default('text'))
    .action((file: string, flags: ValidateFlags) =>
      session('validate', file, flags, async work => {
        const { emit, signal } = work
        const { validate } = await import('../../engine/command/validate.ts')
        const { inventory, warnings } = await readHere(file, flags, work)
        const { strict = false } = flags
        const problems = await validate(inventory, emit, signal, { strict })
        return { problems: [...warnings, ...problems], interrupted: signal.aborted }
      }),
    )
}
