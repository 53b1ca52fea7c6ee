/** The state while one YAML text is converted to values. */
import type { Problem } from '../../diagnostic/problem.ts'
import type { SourceText } from '../text/source-text.ts'
import { type Pair, TooMuch } from './nodes.ts'

export type Node = unknown

/** More are not useful, and each costs a search for its line: a hostile text may be one long line of faults. */
export const mostProblems = 100

export interface Reading {
  readonly source: SourceText
  readonly problems: Problem[]
  readonly anchors: Map<string, Node>
  /** Collections being read, to find an alias that contains itself. */
  readonly open: Set<Node>
  /** Pairs whose lines are hidden already: with many aliases to a long secret, hiding it each time would take too long. */
  readonly hidden: Set<Pair>
  /** Number of values that were read through aliases so far. */
  aliased: number
  readonly mostAliased: number
  /** How many aliases deep the reader is now. */
  following: number
  /** The keys that lead to what is being read. */
  readonly above: string[]
  /** The value is known to be wrong, so checking it further would only report follow-up errors. */
  useless: boolean
}

/** Throws {@link TooMuch} once there are too many. */
export function report(problem: Problem, { problems }: Reading): void {
  problems.push(problem)
  if (problems.length >= mostProblems) throw new TooMuch(`more than ${mostProblems} faults in this text`)
}
