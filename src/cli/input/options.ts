/** Flags that mean the same on every command that has them. */
import { type Command, InvalidArgumentError } from 'commander'
import type { Verbosity } from '../../report/outcome.ts'
import { durationOption } from './duration.ts'
import { withNote } from './note.ts'

/** Flags about what is told, and in which form. */
export interface ReportFlags {
  readonly json?: boolean
  readonly junit?: string
  readonly verbose?: boolean
  readonly quiet?: boolean
  readonly diff?: boolean
  readonly 'diff=full'?: boolean
  readonly format?: 'text' | 'github'
}

/** Flags about which hosts and components are meant. Patterns are checked against the inventory later. */
export interface SelectFlags {
  readonly limit?: string
  readonly only?: readonly string[]
  readonly skip?: readonly string[]
  readonly forks: number
}

export interface ProbeFlags {
  readonly deep?: boolean
}

/** How much of what changes within files is shown. */
export function diffOf(flags: ReportFlags): 'none' | 'short' | 'full' {
  if (flags['diff=full']) return 'full'
  return flags.diff ? 'short' : 'none'
}

export function withReport(command: Command): Command {
  return command
    .option('--json', 'one JSON document on standard output, nothing else there')
    .option('--junit <file>', 'also write the outcome as JUnit XML')
    .option('-v, --verbose', 'tell more: each change with its reason, each check')
    .option('-q, --quiet', 'tell errors and the summary only')
    .hook('preAction', (_, action) => {
      if (action.opts().verbose && action.opts().quiet)
        action.error("error: option '--quiet' cannot be used with option '--verbose'")
    })
}

export function withSelection(command: Command): Command {
  return command
    .option(
      '-l, --limit <pattern>',
      'only these hosts, groups or cells: globs, comma-separated; !NAME excludes',
    )
    .option('--only <components>', 'only these components, comma-separated', listOption)
    .option('--skip <components>', 'not these components, comma-separated', listOption)
    .option('-f, --forks <number>', 'hosts worked on at once', positive, 50)
}

/** `shown`: whether differences are shown unless the user says otherwise. */
export function withProbe(command: Command, shown: boolean): Command {
  return (
    command
      .option('--diff', 'show what changes within files; secrets are masked', shown)
      .option('--no-diff', 'hide what changes within files')
      // By its whole name, so that `--diff INVENTORY` keeps its meaning.
      .option('--diff=full', 'show all of it: new files too, and however long it is')
      .option('--deep', 'hash every program again instead of trusting its size, times and inode')
  )
}

/** For commands that look harmless. */
export function withWarning(command: Command): Command {
  return withNote(
    command,
    `This runs every \${cmd:…} of the inventory and logs in to its hosts, as you. On a change that you have not read, run
\`promha validate\` first, not \`promha ${command.name()}\`.`,
  )
}

/** For commands that change hosts. */
export interface ChangeFlags {
  readonly lockTimeout?: number
  readonly allowOutage?: boolean
  readonly canary?: string
  readonly parallelCells?: number
  readonly keepGoing?: boolean
}

export function withLockOption(command: Command): Command {
  return command.option(
    '--lock-timeout <duration>',
    "wait this long for another run's lock, as 30s or 5m, before giving up",
    durationOption,
  )
}

export function withOrder(command: Command): Command {
  return command
    .option('--canary <cell>', 'change this cell first, and alone')
    .option('--parallel-cells <number>', 'cells changed at once', positive, 1)
    .option('--keep-going', 'a cell that fails does not stop those that are not begun')
    .option('--allow-outage', 'do it although it interrupts the last healthy member of a pair or cluster')
}

export function verbosityOf({ verbose, quiet }: ReportFlags): Verbosity {
  if (quiet) return 'quiet'
  return verbose ? 'verbose' : 'normal'
}

export function listOption(text: string, before: readonly string[] = []): readonly string[] {
  const items = text.split(',').map(item => item.trim())
  return [...before, ...items.filter(item => item !== '')]
}

function positive(text: string): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || number < 1)
    throw new InvalidArgumentError('It must be a whole number, 1 or more.')
  return number
}
