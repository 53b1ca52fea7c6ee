/** How a value is written into each kind of text that templates make. */
import { yamlText } from './yaml.ts'

/** A command line as a value: the program's absolute path and its arguments. */
interface CommandLine {
  readonly command: readonly string[]
}

export type Escape = (value: unknown) => string

/** A YAML text: any value, written at the left margin. */
export const yaml: Escape = value => yamlText(value).replace(/\n$/, '')

/** A systemd unit: a string becomes one word of a setting, a {@link CommandLine} the words of an Exec line. */
export const unit: Escape = value => {
  if (typeof value === 'string') return unitWord(value)
  const { command } = (value ?? {}) as Partial<CommandLine>
  if (Array.isArray(command)) return command.map(execWord).join(' \\\n  ')
  throw new TypeError(`a unit file cannot hold ${String(value)}`)
}

/** Words of a config that has no quotes all its readers share: all else must have been refused long before. */
export const wordEscape: Escape = value => {
  if (Array.isArray(value)) return value.map(wordEscape).join(' ')
  const text = String(value)
  if ((typeof value === 'string' || typeof value === 'number') && /^[\w.:@/+-]+$/.test(text)) return text
  throw new TypeError(`a config of words cannot hold ${JSON.stringify(value)}`)
}

/** A script: its values come by its arguments and standard input, and none is written into it. */
export const scriptEscape: Escape = value => {
  throw new TypeError(`a script is no template, and cannot hold ${JSON.stringify(value)}`)
}

/** One word of a setting that is split at blanks: quoted where needed, `%` doubled because it begins a specifier. */
export function unitWord(text: string): string {
  // Noncharacters: systemd takes a line that holds one for broken UTF-8 and ignores it.
  if (/[\0\p{Cs}\p{NChar}]/u.test(text))
    throw new TypeError('a unit file cannot hold NUL or what is no character')
  const specifiersKept = text.replaceAll('%', '%%')
  if (/^[\p{L}\p{N}_/:=.,@%+${}*()[\]?<>!|&^~-]+$/u.test(text)) return specifiersKept
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
  return `"${specifiersKept.replaceAll(/["\\]|[\x01-\x1f\x7f]/g, cEscaped)}"`
}

/** One word of a command line: there `$` begins a variable too. */
export function execWord(text: string): string {
  return unitWord(text).replaceAll('$', '$$$$')
}

function cEscaped(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
}
