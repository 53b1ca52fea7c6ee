/** One scalar as YAML, for readers of 1.1 and of 1.2. */
import { Document } from 'yaml'

/** Characters that YAML 1.1 takes for line ends, or refuses unless they are escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const special = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/
const unescaped = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g
/** What would not be read as a text at all, or not whole, if it had no quotes. */
const indicators = /^[\t ,[\]{}#&*!|>'"%@`]|^[?-]$|^[?-][\t ]|:[\t ]|[\t ]#|[\t :-]$|^---|^\.\.\.|\t/
/** Go reads more than YAML 1.1 does as a number. */
const goNumber = /^[-+]?0[bBoOxX][\da-fA-F_]+$/
const resolved = resolvers()

/** The tests by which readers of either version find that a plain text is a number, a date, a word for true … */
function resolvers(): readonly RegExp[] {
  const { tags, compat } = new Document(null, { compat: 'yaml-1.1' }).schema
  return [...tags, ...(compat ?? [])].flatMap(tag =>
    'test' in tag && tag.default && tag.tag !== 'tag:yaml.org,2002:str' && tag.test instanceof RegExp
      ? tag.test
      : [],
  )
}

/** Whether a text that was read as a plain one can be written as one. */
export function isPlainText(text: string): boolean {
  return !special.test(text) && !text.includes('\n')
}

/** `indent`: of the lines of a text of several lines. */
export function scalarText(value: unknown, indent: string): string {
  if (typeof value === 'string') return stringText(value, indent)
  if (typeof value === 'number') return numberText(value)
  if (Array.isArray(value)) return '[]'
  return typeof value === 'object' && value !== null ? '{}' : String(value ?? null)
}

function stringText(text: string, indent: string): string {
  if (special.test(text) || /^\s/.test(text)) return doubleQuoted(text)
  if (text.includes('\n')) return /\n[\t ]+$/.test(text) ? doubleQuoted(text) : blockLiteral(text, indent)
  if (!needsQuotes(text)) return text
  return text.includes('"') && !/['\t]/.test(text) ? `'${text}'` : doubleQuoted(text)
}

function needsQuotes(text: string): boolean {
  if (indicators.test(text) || text === '<<' || text === '=') return true
  // Only what begins like this is anything but a text.
  return (
    /^(?:[-+.~\d]|[yntfo]|null$|$)/i.test(text) &&
    (goNumber.test(text) || resolved.some(one => one.test(text)))
  )
}

function blockLiteral(text: string, indent: string): string {
  const body = text.replace(/\n+$/, '')
  const ends = text.length - body.length
  const lines = body.split('\n').map(line => (line === '' ? '' : `${indent}${line}`))
  return `|${ends === 0 ? '-' : ends === 1 ? '' : '+'}\n${lines.join('\n')}${'\n'.repeat(Math.max(0, ends - 1))}`
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  if (!Number.isFinite(value)) return value < 0 ? '-.inf' : '.inf'
  return Object.is(value, -0) ? '-0' : JSON.stringify(value)
}

export function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(
    unescaped,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
