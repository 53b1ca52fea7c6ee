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
  /** What is wrong, as one word for scripts and for code that decides by it: `cell.no-hosts`. */
  readonly code: string
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
  /** Its summary says nothing of a file's content: a type, or a key that promha itself looks for. */
  readonly contentFree?: true
}

/** For a message that may be shown of a file outside the inventory's directory: `...contentFree`. */
export const contentFree = { contentFree: true } as const

/** Thrown where work cannot go on; carries every problem found so far. */
export class ProblemError extends Error {
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(problems.map(problem => problem.summary).join('\n'))
    this.name = 'ProblemError'
    this.problems = problems
  }
}

/** Equal for problems that say the same of the same place. */
export function problemKey(problem: Problem): string {
  const facts = Object.entries(problem).map(fact => JSON.stringify(fact))
  return facts.sort().join()
}

export function isError({ severity }: Problem): boolean {
  return severity === 'error'
}

/** Throws a {@link ProblemError} of all the problems where at least one of them is an error. */
export function throwErrors(problems: readonly Problem[]): void {
  const errors = problems.filter(isError)
  if (errors.length > 0) throw new ProblemError(errors)
}

type Message = Pick<Problem, 'summary' | 'detail' | 'remedy' | 'contentFree'> & {
  readonly severity?: 'warning'
}
/** Where a problem is. */
type Whereabouts = Pick<Problem, 'host' | 'resource' | 'source' | 'first'>
/** Facts of a message that has more than three. */
export type Texts<Name extends string> = Readonly<Record<Name, string>>
/** A text alone is the summary. */
type Table = Readonly<Record<string, (...facts: never[]) => Message | string>>
type Problems<T extends Table> = {
  readonly [Name in keyof T]: (where: Whereabouts, ...facts: Parameters<T[Name]>) => Problem
}

/** Makes each message a function of place and facts: `noHosts` of `cell` has the code `cell.no-hosts`, and is an error by default. */
export function messages<T extends Table>(topic: string, table: T): Problems<T> {
  const made = Object.entries(table).map(([name, words]) => {
    const code = `${topic}.${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
    const problem = (where: Whereabouts, ...facts: never[]) => {
      const said = words(...facts)
      const message = typeof said === 'string' ? { summary: said } : said
      return { code, severity: 'error', ...message, ...where }
    }
    return [name, problem]
  })
  return Object.fromEntries(made)
}
