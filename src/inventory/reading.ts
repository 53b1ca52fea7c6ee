/** What is known while one YAML text becomes values. */
import type { Problem } from '../diagnostic/problem.ts'
import { type Pair, TooMuch } from './nodes.ts'
import type { Source } from './place.ts'

export type Node = unknown

/** More is not read; each costs a look at its line, and a text of a host may be one line of nothing but faults. */
export const mostProblems = 100

export interface Reading {
  readonly source: Source
  readonly problems: Problem[]
  readonly anchors: Map<string, Node>
  /** Collections being read, to find an alias that holds itself. */
  readonly open: Set<Node>
  /** Pairs whose lines are hidden already: aliases lead to a secret of many lines many times. */
  readonly hidden: Set<Pair>
  /** Values that aliases lead to, so far. */
  aliased: number
  readonly mostAliased: number
  /** Aliases that are being followed. */
  following: number
  /** The keys that lead to what is being read. */
  readonly above: string[]
  /** What was read is not what was meant, so checking it would only add to the noise. */
  useless: boolean
}

/** Throws {@link TooMuch} once there are too many. */
export function report(problem: Problem, { problems }: Reading): void {
  problems.push(problem)
  if (problems.length >= mostProblems) throw new TooMuch(`more than ${mostProblems} faults in this text`)
}
