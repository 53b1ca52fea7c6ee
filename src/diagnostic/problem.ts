/** A problem as a value: collected, never printed where it is found; `src/report` turns it into words. */

/** Where in a text the problem stands. Lines and columns count from 1. */
export interface SourceRange {
  readonly file: string
  readonly line: number
  readonly column: number
  /** The offending line itself, for the code frame. Absent where it could hold a secret. */
  readonly text?: string
  /** How many columns to underline; 1 where absent. */
  readonly length?: number
}

export interface Problem {
  readonly severity: 'error' | 'warning'
  /** One line: what is wrong, with what was expected and what was seen. */
  readonly summary: string
  /** More of what was seen: a tool's own message, journal lines. May have several lines. */
  readonly detail?: string
  /** What to do about it. */
  readonly remedy?: string
  readonly host?: string
  /** As in the JSON document: `file:/etc/…`, `service:prometheus.service`. */
  readonly resource?: string
  readonly source?: SourceRange
  /** Told before the changes, since it says what they mean. */
  readonly first?: true
}

/** Thrown where work cannot go on; carries every problem found so far. */
export class ProblemError extends Error {
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(problems.map(problem => problem.summary).join('\n'))
    this.name = 'ProblemError'
    this.problems = problems
  }
}

export function error(summary: string, rest: Omit<Problem, 'severity' | 'summary'> = {}): Problem {
  return { severity: 'error', summary, ...rest }
}

export function warning(summary: string, rest: Omit<Problem, 'severity' | 'summary'> = {}): Problem {
  return { severity: 'warning', summary, ...rest }
}

export function isError({ severity }: Problem): boolean {
  return severity === 'error'
}

/** Throws a {@link ProblemError} of all the problems where at least one of them is an error. */
export function throwErrors(problems: readonly Problem[]): void {
  const errors = problems.filter(isError)
  if (errors.length > 0) throw new ProblemError(errors)
}
