/** Frames what a script prints: a section begins with a line `NONCE NAME`, since a login shell's start-up files may print too. */
import { randomBytes } from 'node:crypto'
import { ProblemError } from '../../diagnostic/problem.ts'
import { longestLine, mostLines } from './bounds.ts'
import { answerProblem } from './messages.ts'
import { quote } from './quote.ts'

/** Section name → its lines. */
export type Sections = ReadonlyMap<string, readonly string[]>

/** What nothing else prints; letters, digits and a hyphen. */
export function nonce(): string {
  return `promha-${randomBytes(9).toString('hex')}`
}

/** The line of shell that begins a section. */
export function begin(nonce: string, section: string): string {
  return `echo ${quote(`${nonce} ${section}`)}`
}

/**
 * A section that is begun twice has both parts. Throws a ProblemError where there is more than any host should say.
 * @param verbatim the section that is one text of any length, up to the line end before the next section
 */
export function sections(nonce: string, output: string, verbatim?: string): Sections {
  const found = new Map<string, string[]>()
  let current: string[] | undefined
  let count = 0
  for (let at = 0; at <= output.length; ) {
    const end = output.indexOf('\n', at)
    const line = output.slice(at, end < 0 ? output.length : end)
    at += line.length + 1
    count += 1
    if (count > mostLines) throw oddAnswer(`it has more than ${mostLines} lines`)
    if (line.length > longestLine) throw oddAnswer(`a line has more than ${longestLine} characters`)
    if (line.startsWith(`${nonce} `)) {
      const name = line.slice(nonce.length + 1)
      current = found.get(name) ?? []
      found.set(name, current)
      if (name !== verbatim) continue
      const close = output.indexOf(`\n${nonce} `, at - 1)
      current.push(output.slice(at, Math.max(at, close)))
      at = close < 0 ? output.length : close + 1
    } else if (line !== '') {
      current?.push(line)
    }
  }
  return found
}

/** At most so many entries; throws a ProblemError where a host says more. `what` names them. */
export function atMost<T>(most: number, what: string, entries: readonly T[]): readonly T[] {
  if (entries.length > most) throw oddAnswer(`it names more than ${most} ${what}`)
  return entries
}

/** The error for an answer that no healthy host gives; the caller adds its host. */
function oddAnswer(why: string): ProblemError {
  return new ProblemError([answerProblem.tooLarge({}, why)])
}

/** Every script starts so: known programs, no translations, nothing made readable by accident. */
export const preamble = 'PATH=/usr/sbin:/usr/bin:/sbin:/bin; LC_ALL=C; export PATH LC_ALL; umask 077'
