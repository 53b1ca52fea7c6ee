import { Argument, Command } from 'commander'
import { print } from '../../report/print.ts'
import { withNote } from '../input/note.ts'
import { completionScripts } from './scripts.ts'

const shells = Object.keys(completionScripts)

const note = `The script asks promha for the words that may follow. For names of hosts, groups and cells promha reads the
inventory, but it runs nothing of it: no \${cmd:…}, no login.`

export function command(): Command {
  return withNote(new Command('completion'), note)
    .addArgument(new Argument('<shell>', 'the shell that you use').choices(shells))
    .action((shell: string) => print(completionScripts[shell] ?? ''))
}
