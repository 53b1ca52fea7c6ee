/** What writes to the standard streams, but for `--version` (main.ts) and the line of a question (confirm.ts). */
import { describe } from '../diagnostic/describe.ts'
import type { Problem } from '../diagnostic/problem.ts'
import { visible, visibleJson } from '../diagnostic/visible.ts'
import { cleaned } from './clean.ts'
import type { Write } from './outcome.ts'

/** A standard stream, or what stands in for it. Takes what is rendered: cleaned text and promha's own colours. */
export interface Sink {
  readonly write: Write
  readonly isTTY?: boolean
}

/** For the reporter, which cleans what it renders. */
export function rendered(name: 'stdout' | 'stderr'): Sink {
  const stream = process[name]
  return { write: text => void stream.write(text), isTTY: stream.isTTY }
}

/** Plain text for standard output, without colours: whatever else is in it is made visible. */
export function print(text: string): void {
  process.stdout.write(visible(text))
}

/** The same for standard error. */
export function printError(text: string): void {
  process.stderr.write(visible(text))
}

/** Problems that no reporter tells, on standard error. */
export function printProblems(problems: readonly Problem[]): void {
  for (const problem of cleaned(problems)) printError(`${describe(problem)}\n`)
}

/** One JSON document with a line end; what it is parsed to is `value`, whatever its strings hold. */
export function jsonText(value: unknown): string {
  return `${visibleJson(JSON.stringify(value, null, 2))}\n`
}
