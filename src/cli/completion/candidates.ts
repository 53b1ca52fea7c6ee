/** What may stand for the word that is being typed. */
import type { Argument, Command, Option } from 'commander'
import { type Candidate, type Completions, type Names, valuesOf } from './values.ts'

/** How far a line has been read. */
interface Position {
  readonly command: Command
  readonly operands: readonly string[]
  readonly options: readonly Option[]
  /** The flag whose value comes next. */
  readonly open?: Option | undefined
  /** After `--`, nothing is a flag. */
  readonly rest: boolean
}

/**
 * `words`: what was typed after `promha`; the last one is being completed and may be empty. `namesIn` is asked for an
 * inventory (as typed; undefined if none was) only if a name of it may stand there.
 */
export async function candidatesFor(
  program: Command,
  words: readonly string[],
  namesIn: (inventory: string | undefined) => Promise<Names>,
): Promise<Completions> {
  const [word = '', ...before] = joinedAtEquals(words).reverse()
  let position: Position = { command: program, operands: [], options: [], rest: false }
  for (const one of before.reverse()) position = after(position, one)
  const names = () => namesIn(inventoryOf(position))
  const { command, open, rest, operands } = position
  if (open) return valuesOf(open, word, names)
  const [, flag, value = ''] = rest ? [] : (withValue.exec(word) ?? [])
  if (flag !== undefined) {
    const option = command.options.find(({ long, required }) => long === flag && required)
    return option ? valuesOf(option, value, names) : { kind: 'words', words: endsOf(position, word) }
  }
  if (word.startsWith('-') && !rest) return { kind: 'words', words: flagsOf(position, word) }
  if (command.commands.length > 0) return { kind: 'words', words: commandsOf(position, word) }
  const argument = argumentAt(command, operands.length)
  return argument ? valuesOf(argument, word, names) : { kind: 'words', words: [] }
}

/** `--only=x` */
const withValue = /^(--[\w-]+)=(.*)$/s

/** bash makes three words of `--only=x`, which are one again, as zsh and fish hand it over. */
function joinedAtEquals(words: readonly string[]): string[] {
  const found: string[] = []
  for (const word of words) {
    const last = found.at(-1) ?? ''
    if (/^--[\w-]+=$/.test(last) || (word === '=' && /^--[\w-]+$/.test(last)))
      found.push(`${found.pop()}${word}`)
    else found.push(word)
  }
  return found
}

function after(position: Position, word: string): Position {
  const { open, ...here } = position
  const { command, operands, options, rest } = here
  if (open) return here
  if (word === '--' && !rest) return { ...here, rest: true }
  if (word.startsWith('-') && !rest) {
    const whole = command.options.find(({ short, long }) => word === short || word === long)
    const [, flag] = withValue.exec(word) ?? []
    const option = whole ?? command.options.find(({ long }) => long === flag)
    if (option === undefined) return here
    return { ...here, options: [...options, option], open: whole?.required ? whole : undefined }
  }
  const below = command.commands.find(one => one.name() === word)
  // `promha help apply` is completed like `promha apply`, which needs no command of that name.
  return below ? { ...here, command: below } : { ...here, operands: [...operands, word] }
}

function inventoryOf({ command, operands }: Position): string | undefined {
  return operands[command.registeredArguments.findIndex(one => one.name() === 'inventory')]
}

/** The flags that can be given now. One that was given, or its opposite, is only there again if it makes a list. */
function flagsOf({ command, options }: Position, word: string): readonly Candidate[] {
  const given = new Set(options.filter(option => !isList(option)).map(option => option.attributeName()))
  const open = command
    .createHelp()
    .visibleOptions(command)
    .filter(option => !given.has(option.attributeName()))
  return startingWith(
    open.map(option => ({ word: option.long ?? option.short ?? '', text: option.description })),
    word,
  )
}

/** What may follow the `=` of a flag that is there in several whole forms, such as `--diff=full`. */
function endsOf(position: Position, word: string): readonly Candidate[] {
  const start = word.indexOf('=') + 1
  return flagsOf(position, word).map(one => ({ ...one, word: one.word.slice(start) }))
}

function isList({ flags }: Option): boolean {
  return flags.includes('<components>')
}

function commandsOf({ command, operands }: Position, word: string): readonly Candidate[] {
  if (operands.length > 0 && operands[0] !== 'help') return []
  const below = command.createHelp().visibleCommands(command)
  return startingWith(
    below.map(one => ({ word: one.name(), text: one.summary() || one.description() })),
    word,
  )
}

function argumentAt({ registeredArguments }: Command, at: number): Argument | undefined {
  const last = registeredArguments.at(-1)
  return registeredArguments[at] ?? (last?.variadic ? last : undefined)
}

function startingWith(all: readonly Candidate[], word: string): readonly Candidate[] {
  return all.filter(candidate => candidate.word.startsWith(word))
}
