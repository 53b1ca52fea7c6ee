/** `npm run man`: writes man/promha.1 from the same definitions as `--help`. Takes another path as its argument. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Argument, Command, Option } from 'commander'
import { assemble } from '../src/cli/assemble.ts'
import { environmentVariables, exitCodes, type Meaning } from '../src/cli/epilogue.ts'
import { examples } from '../src/cli/examples.ts'
import { notesOf } from '../src/cli/input/note.ts'

// Without a version: the page is the same in every release in which no command changed.
const program = await assemble(() => true, '')

const page = [
  '.\\" Written by "npm run man". Change the definitions in src/cli/ instead.',
  '.TH PROMHA 1 "" promha',
  '.SH NAME',
  `promha \\- ${roff(
    program
      .description()
      .replace(/^\w/, first => first.toLowerCase())
      .replace(/\.$/, ''),
  )}`,
  '.SH SYNOPSIS',
  '.B promha',
  `.I ${quoted('command')}`,
  `[${italic('options')}] [${italic('inventory')}]`,
  '.SH DESCRIPTION',
  'The inventory says what runs on which host.',
  roff('If it is not an argument, PROMHA_INVENTORY names it, and otherwise it is ./inventory.yml.'),
  '.SH COMMANDS',
  ...program.commands.flatMap(command => sections(command, [command.name()])),
  '.SH ENVIRONMENT',
  ...environmentVariables.flatMap(tagged),
  '.SH EXIT STATUS',
  'The first that applies counts.',
  ...exitCodes.flatMap(tagged),
]

writeFileSync(
  process.argv[2] ?? fileURLToPath(new URL('../man/promha.1', import.meta.url)),
  `${page.join('\n')}\n`,
)

/** A section for a command, and for each below it. */
function sections(command: Command, called: readonly string[]): readonly string[] {
  const help = command.createHelp()
  const below = help.visibleCommands(command).filter(one => one.name() !== 'help')
  if (below.length > 0) return below.flatMap(one => sections(one, [...called, one.name()]))
  const name = called.join(' ')
  const words = ['promha', ...called, '[options]', ...command.registeredArguments.map(argumentTerm)]
  return [
    `.SS ${quoted(words.join(' '))}`,
    sentence(command.description()),
    ...help.visibleArguments(command).flatMap(one => tagged([argumentTerm(one), argumentText(one)])),
    ...help.visibleOptions(command).flatMap(one => tagged([one.flags, optionText(one)])),
    ...notesOf(command).flatMap(note => ['.PP', ...note.split('\n').map(roff)]),
    ...(examples[name] ?? []).flatMap(([call, text]) => [
      '.PP',
      sentence(text),
      '.PP',
      '.EX',
      `    ${roff(call)}`,
      '.EE',
    ]),
  ]
}

function argumentTerm(one: Argument): string {
  const name = one.name() + (one.variadic ? '...' : '')
  return one.required ? `<${name}>` : `[${name}]`
}

function argumentText({ description, argChoices }: Argument): string {
  return argChoices ? `${description}: ${argChoices.join(', ')}` : description
}

function optionText({ description, argChoices, defaultValue, negate }: Option): string {
  const choices = argChoices ? `: ${argChoices.join(', ')}` : ''
  const plain = typeof defaultValue === 'boolean' || defaultValue === undefined || negate
  return description + choices + (plain ? '' : ` (default: ${defaultValue})`)
}

function tagged([word, text]: Meaning): readonly string[] {
  return ['.TP', `.B ${quoted(word)}`, sentence(text)]
}

function sentence(text: string): string {
  return roff(
    `${text.replace(/^[a-z](?!\w*=)/, first => first.toUpperCase())}${/[.?]$/.test(text) ? '' : '.'}`,
  )
}

/** Text as it is to be shown: hyphens that can be copied, and no line that is taken for a request. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha')
    .replaceAll('`', '\\(ga')
    .replace(/^(?=[.'])/, '\\&')
    .replace(/[^ -~]/gu, one => `\\[u${one.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`)
}

function quoted(text: string): string {
  return `"${roff(text).replaceAll('"', '\\(dq')}"`
}

function italic(text: string): string {
  return `\\fI${roff(text)}\\fR`
}
