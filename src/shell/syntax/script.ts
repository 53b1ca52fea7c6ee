/** A script as a value: what a host is to run, and what its output means. The protocol around it stands here alone. */
import { begin, preamble, type Sections, sections } from './frame.ts'

export interface Script<T> {
  /** For messages and tests. */
  readonly name: string
  /** @param nonce letters and digits that nothing else prints */
  readonly render: (nonce: string) => string
  /** Only of a script that came to its end; undefined if it says what no such script says. */
  readonly parse: (found: Sections) => T | undefined
  /** What it reads. */
  readonly stdin?: (nonce: string) => Uint8Array | AsyncIterable<Uint8Array>
  /** Milliseconds after which it is given up; absent: as the connection has it. */
  readonly timeout?: number
  /** false: it needs no root. */
  readonly root?: false
  /** Bytes that it may print; absent: `usualOutput`. */
  readonly largest?: number
  /** The section that is no lines but one text, which a line end follows. */
  readonly verbatim?: string
}

interface ScriptParts<T> extends Omit<Script<T>, 'render'> {
  /** Shell between the preamble and the end. What ends earlier, and is no failure, does so by {@link endEarly}. */
  readonly lines: (nonce: string) => readonly string[]
}

export function script<T>({ lines, ...rest }: ScriptParts<T>): Script<T> {
  return { ...rest, render: nonce => [preamble, ...lines(nonce), begin(nonce, 'end')].join('\n') }
}

/** Ends a script early, and whole: with these sections, of which nothing more is said. */
export function endEarly(nonce: string, ...names: readonly string[]): string {
  return `${[...names, 'end'].map(name => begin(nonce, name)).join('; ')}; exit 0`
}

/** Undefined if the script did not come to its end, or said what it cannot say. */
export function answerOf<T>(
  asked: Pick<Script<T>, 'parse' | 'verbatim'>,
  nonce: string,
  output: string,
): T | undefined {
  const found = sections(nonce, output, asked.verbatim)
  return found.has('end') ? asked.parse(found) : undefined
}
