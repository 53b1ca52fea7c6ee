/** The command line in a unit file, as systemd reads it: continuation lines, quotes, variables of environment files. Pure. */
import { remembered } from '../../diagnostic/grouped.ts'

interface UnitCommand {
  /** Program and arguments; empty if the unit has none. */
  readonly argv: readonly string[]
  /** Where relative paths begin. */
  readonly directory: string
}

/** Characters of all words together, and words: a variable may be named very often. */
const mostText = 256 * 1024
const mostWords = 4_000

/** `texts`: the unit file, then its drop-ins in systemd's order. What `environments` say wins over `Environment=`. */
export function unitCommand(texts: readonly string[], environments: readonly string[] = []): UnitCommand {
  let command = ''
  let directory = '/'
  const variables = new Map<string, string>()
  for (const [key, value] of texts.flatMap(settingsOf)) {
    if (key === 'ExecStart') command = value === '' || command === '' ? value : command
    if (key === 'WorkingDirectory') directory = value.replace(/^-/, '') || '/'
    if (key === 'Environment') for (const word of execWords(value)) assign(word, variables)
  }
  for (const line of environments.flatMap(joinedLines)) assign(environmentLine(line), variables)
  return { argv: expanded(execWords(command.replace(/^[-@:+!|]+/, '')), variables), directory }
}

/** `KEY`, `VALUE` of the section [Service]. */
export function settingsOf(text: string): readonly (readonly [string, string])[] {
  let service = false
  return joinedLines(text).flatMap(line => {
    const [, section] = /^\[([^\]]*)\]$/.exec(line) ?? []
    if (section !== undefined) service = section === 'Service'
    const at = line.indexOf('=')
    return service && section === undefined && at > 0
      ? [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as const]
      : []
  })
}

/** Lines without comments; one that ends in a backslash goes on in the next, comments between them left out. */
function joinedLines(text: string): readonly string[] {
  const lines: string[] = []
  let open = ''
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    if (/^[#;]/.test(line)) continue
    if (line.endsWith('\\')) open += `${line.slice(0, -1)} `
    else {
      lines.push(open + line)
      open = ''
    }
  }
  return [...lines, open].map(line => line.trim()).filter(line => line !== '')
}

function assign(text: string, into: Map<string, string>): void {
  const at = text.indexOf('=')
  if (at > 0) into.set(text.slice(0, at).trim(), text.slice(at + 1))
}

/** A line of an environment file: quotes count at the beginning of the value, and the rest is taken as it is. */
function environmentLine(line: string): string {
  const at = line.indexOf('=')
  const value = line.slice(at + 1).trim()
  const quoted = /^(["'])([\s\S]*)\1$/.exec(value)?.[2]
  return `${line.slice(0, at)}=${quoted?.replaceAll(/\\(["\\$`])/g, '$1') ?? value}`
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', s: ' ' }

/** Splits at blanks; quotes hold words together, and a backslash escapes. `%%` is a percent sign. */
export function execWords(text: string): string[] {
  const found: string[] = []
  let word: string | undefined
  let quote = ''
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (quote === '' && /\s/.test(character)) {
      if (word !== undefined) found.push(word)
      word = undefined
    } else if (character === '\\' && at + 1 < text.length) {
      const [, hex] = /^x([0-9a-fA-F]{2})/.exec(text.slice(at + 1, at + 4)) ?? []
      const next = text.charAt(at + 1)
      word = (word ?? '') + (hex ? String.fromCharCode(Number.parseInt(hex, 16)) : (escapes[next] ?? next))
      at += hex ? 3 : 1
    } else if (quote === '' ? /["']/.test(character) : character === quote) {
      quote = quote === '' ? character : ''
      word ??= ''
    } else word = (word ?? '') + character
  }
  return (word === undefined ? found : [...found, word]).map(one => one.replaceAll('%%', '%'))
}

/** `$NAME` as a word of its own becomes several words, `${NAME}` within a word none more. Ends at the bounds. */
function expanded(line: readonly string[], variables: ReadonlyMap<string, string>): readonly string[] {
  const split = new Map<string, readonly string[]>()
  const wordsOf = (name: string) => remembered(split, name, () => execWords(variables.get(name) ?? ''))
  const argv: string[] = []
  let left = mostText
  for (const word of line) {
    const [, whole] = /^\$(\w+)$/.exec(word) ?? []
    for (const one of whole === undefined ? [filledIn(word, variables, left)] : wordsOf(whole)) {
      left -= one.length
      if (left < 0 || argv.length >= mostWords) return argv
      argv.push(one)
    }
  }
  return argv
}

/** The word with its variables, of which no more are filled in once it is longer than `most`. */
function filledIn(word: string, variables: ReadonlyMap<string, string>, most: number): string {
  let length = word.length
  return word.replaceAll(/\$\$|\$\{(\w+)\}/g, (_found, name: string | undefined) => {
    if (name === undefined) return '$'
    const value = length > most ? '' : (variables.get(name) ?? '')
    length += value.length
    return value
  })
}
