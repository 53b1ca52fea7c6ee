/** Arguments in, exit code out. */
import { Command, CommanderError } from 'commander'
import { ProblemError } from '../diagnostic/problem.ts'
import { print, printError, printProblems } from '../report/print.ts'
import { commands } from './commands.ts'
import { cliProblem } from './messages.ts'
import { exitCode } from './process/exit-code.ts'
import { problemsThrown, tellCrash } from './process/failure.ts'
import { session } from './session.ts'

/** Carries out the command that `args` name, without the program's own name. Resolves to the exit code. */
export async function runPromha(args: readonly string[], version: string): Promise<number> {
  tellCrash()
  // A reader that has ended (`promha plan … | head`), or a log on a full disk, must not end an apply half-way.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const words = args[0] === 'help' ? [...args.slice(1, 2), '--help'] : args
  const name = words[0] ?? ''
  try {
    const program = await programFor(name, version)
    await program.parseAsync([...words], { from: 'user' })
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0
    await refuse(name, words, thrown)
  }
  return Number(process.exitCode ?? 0)
}

const environment = `
Environment:
  PROMHA_INVENTORY    the inventory file of every command that names none;
                      without it, ./inventory.yml
  PROMHA_TRUST_OWNER  uid of one more user, beside root and you, whose files promha
                      runs and believes: for containers that map users
  PROMHA_TRUSTED      a list of accepted programs, instead of ~/.config/promha/trusted;
                      it must lie outside of the inventory's checkout`

/** The whole program as `--help` shows it, of which only the named command is really there. */
async function programFor(name: string, version: string): Promise<Command> {
  const program = new Command('promha')
    .description('Makes Prometheus highly available on plain servers, over SSH, and proves it.')
    .version(version, '-V, --version')
    .helpCommand('help [command]', 'display help for command')
    .addHelpText('after', environment)
  for (const [known, { usage = '[inventory]', summary, load }] of Object.entries(commands)) {
    if (known === name) {
      const command = (await load()).command()
      program.addCommand(command.description(command.description() || summary))
    } else program.command(known).usage(usage).summary(summary).description(summary)
  }
  strict(program, 'promha')
  return program
}

/** Usage errors are thrown, not printed, by the command and all beneath it. */
function strict(command: Command, called: string): void {
  command.configureOutput({ writeOut: print, writeErr: printError, outputError: () => {} })
  command.exitOverride(thrown => {
    throw thrown.exitCode === 0 || thrown.code === 'commander.help' ? thrown : usageError(called, thrown)
  })
  for (const below of command.commands) strict(below, `${called} ${below.name()}`)
}

/** Tells why the request cannot be carried out, as a document too where a command that knows them was named. */
async function refuse(name: string, words: readonly string[], thrown: unknown): Promise<void> {
  // Help that was shown for want of a command needs no further word.
  const problems = thrown instanceof CommanderError ? [] : problemsThrown(thrown)
  if (Object.hasOwn(commands, name) && words.includes('--json')) {
    await session(name, '', { json: true }, async () => ({ problems }))
    return
  }
  printProblems(problems)
  process.exitCode = exitCode('refused')
}

/** Commander's `error: unknown option '--limt'\n(Did you mean --limit?)` as a problem. */
function usageError(called: string, { message }: CommanderError): ProblemError {
  const [summary = '', guess] = message.replace(/^error: /, '').split('\n')
  const near = guess === undefined ? '' : `${guess.replace(/^\((.*)\)$/, '$1')} `
  return new ProblemError([cliProblem.usage({}, summary, near, `${called} --help`)])
}
