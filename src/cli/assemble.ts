/** The commands, with all that `--help` says of them. */
import { Command, type CommanderError } from 'commander'
import { ProblemError } from '../diagnostic/problem.ts'
import { print, printError } from '../report/print.ts'
import { commands } from './commands.ts'
import { environmentVariables, exitCodes, type Meaning } from './epilogue.ts'
import { examples } from './examples.ts'
import { cliProblem } from './messages.ts'

/** The whole program as `--help` shows it, of which only the wanted commands are really there. */
export async function assemble(wanted: (name: string) => boolean, version: string): Promise<Command> {
  const program = new Command('promha')
    .description('Makes Prometheus highly available on plain servers, over SSH, and proves it.')
    .version(version, '-V, --version')
    .helpCommand('help [command]', 'display help for command')
    .addHelpText('after', `\n${listed('Environment', environmentVariables)}`)
    .addHelpText('after', `\n${listed('Exit codes, of which the first that applies counts', exitCodes)}`)
  for (const [name, { usage = '[inventory]', summary, load }] of Object.entries(commands)) {
    if (wanted(name)) {
      const command = (await load()).command()
      program.addCommand(command.description(command.description() || summary))
    } else program.command(name).usage(usage).summary(summary).description(summary)
  }
  finish(program, 'promha')
  return program
}

/** Examples follow whatever else is said of a command. Usage errors are thrown, not printed, by it and all beneath it. */
function finish(command: Command, called: string): void {
  const shown = examples[called.replace(/^promha ?/, '')] ?? []
  if (shown.length > 0) {
    const lines = shown.flatMap(([call, text]) => [`  ${call}`, `      ${text}`])
    command.addHelpText('after', `\n${['Examples:', ...lines].join('\n')}`)
  }
  command.configureOutput({ writeOut: print, writeErr: printError, outputError: () => {} })
  command.exitOverride(thrown => {
    throw thrown.exitCode === 0 || thrown.code === 'commander.help' ? thrown : usageError(called, thrown)
  })
  for (const below of command.commands) finish(below, `${called} ${below.name()}`)
}

/** Meanings below each other, at most 84 columns wide. */
function listed(title: string, meanings: readonly Meaning[]): string {
  const width = Math.max(...meanings.map(([word]) => word.length)) + 4
  const rows = meanings.flatMap(([word, text]) =>
    folded(text, 84 - width).map((line, at) => `${(at === 0 ? `  ${word}` : '').padEnd(width)}${line}`),
  )
  return [`${title}:`, ...rows].join('\n')
}

function folded(text: string, width: number): readonly string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines
}

/** Commander's `error: unknown option '--limt'\n(Did you mean --limit?)` as a problem. */
function usageError(called: string, { message }: CommanderError): ProblemError {
  const [summary = '', guess] = message.replace(/^error: /, '').split('\n')
  const near = guess === undefined ? '' : `${guess.replace(/^\((.*)\)$/, '$1')} `
  return new ProblemError([cliProblem.usage({}, summary, near, `${called} --help`)])
}
