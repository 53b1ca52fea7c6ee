/** A text that was read, and stretches of it as messages show them. */
import type { SourceRange } from '../../diagnostic/problem.ts'
import { assignsSecret, holdsCredentials, isSecretLine, mayBeConcealed } from '../secret/secret-keys.ts'

/** One text that was read: the inventory itself, or a file that it names. */
export interface SourceText {
  /** As messages show it. */
  readonly file: string
  readonly text: string
  /** Offsets at which the lines begin. */
  readonly lineStarts: readonly number[]
  /** Lines (from 1) whose text is never shown, because a secret may stand there. */
  readonly hidden: Set<number>
  /** It was parsed as YAML, so every line with a secret is in `hidden`. */
  understood?: boolean
  /** It was read from outside the inventory's directory, so nothing of its content is shown. */
  readonly outside: boolean
}

/** From now on no line of it is shown. */
export function conceal({ lineStarts, hidden }: SourceText): void {
  for (let line = 1; line <= lineStarts.length; line += 1) hidden.add(line)
}

/** A stretch of a source, as offsets; `end` is exclusive. */
export interface Place {
  readonly source: SourceText
  readonly start: number
  readonly end: number
}

export interface MemberPlace {
  readonly key: Place
  readonly value: Place
  /** The value may be a secret, so it is never quoted in a message. */
  readonly secret: boolean
  /** The value came from `${env:…}`, `${file:…}` or `${cmd:…}`. */
  readonly expanded?: boolean
  /** Part of the value is a placeholder, for a reference that was not resolved. */
  readonly placeholder?: boolean
  /** The text of a scalar that was written plain and on one line; for an alias, the text at its anchor. */
  readonly plain?: Place
  /** The key was written plain, on one line. */
  readonly plainKey?: boolean
  /** The tag that was written before the value, as `!!binary`. */
  readonly tag?: string
  /** Of a quoted scalar with a tag, which may have made something else of it: its text. */
  readonly text?: string
}

export function source(file: string, text: string, outside = false): SourceText {
  const lineStarts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1)
  return { file, text, lineStarts, hidden: new Set(), outside }
}

/** The line number of an offset, from 1. */
export function lineOf(of: SourceText, offset: number): number {
  let low = 0
  let high = of.lineStarts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((of.lineStarts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low + 1
}

/** The column of an offset in its line, from 1. */
export function columnOf(of: SourceText, offset: number): number {
  return offset - (of.lineStarts[lineOf(of, offset) - 1] ?? 0) + 1
}

function lineText({ text, lineStarts }: SourceText, line: number): string {
  const next = lineStarts[line]
  return text.slice(lineStarts[line - 1], next === undefined ? undefined : next - 1)
}

/** Read as far as somebody asks: a text may have many faults, and each needs few lines. */
function* linesUpFrom(of: SourceText, line: number): Generator<string> {
  for (let at = line; at > 0; at -= 1) yield lineText(of, at)
}

/** The place as a problem carries it; without the line's text where that could hold a secret. */
export function range(place: Place): SourceRange {
  const { source: of, start } = place
  const line = lineOf(of, start)
  const lineStart = of.lineStarts[line - 1] ?? 0
  const text = lineText(of, line).replace(/\r$/, '')
  const column = start - lineStart + 1
  if (of.outside) return { file: of.file, line, column }
  const length = Math.max(1, Math.min(place.end - start, text.length - column + 1))
  // Lines of parsed YAML are hidden by their keys; only a comment may hold a secret that was not seen.
  const unknown = of.understood ? (/(?:^|\s)#(.*)$/.exec(text)?.[1] ?? '') : text
  const hide =
    of.hidden.has(line) ||
    isSecretLine(unknown) ||
    assignsSecret(text) ||
    holdsCredentials(text) ||
    (!of.understood && mayBeConcealed(linesUpFrom(of, line)))
  return { file: of.file, line, column, length, ...(hide ? {} : { text }) }
}

export function withoutLine({ text: _, ...place }: SourceRange): SourceRange {
  return place
}

/** The source text of a place. */
export function written(place: Place): string {
  return place.source.text.slice(place.start, place.end)
}
