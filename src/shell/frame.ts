/**
 * Frames what a script prints, since a login shell's start-up files may print too: each section begins with
 * a line `NONCE NAME`, and only what stands behind such a line counts.
 */
import { error, ProblemError } from '../diagnostic/problem.ts'
import { longestLine, mostLines } from './bounds.ts'
import { quote } from './quote.ts'

/** The line of shell that begins a section. */
export function begin(nonce: string, section: string): string {
  return `echo ${quote(`${nonce} ${section}`)}`
}

/**
 * Section name → its lines. A section that is begun twice has both parts.
 * Text before the first section is dropped. Throws a ProblemError where there is more than any host should say.
 */
export function sections(nonce: string, output: string): ReadonlyMap<string, readonly string[]> {
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
  return new ProblemError([
    error(`the host gave an answer that is too large: ${why}`, {
      remedy: 'Log in to the host and check that stat, systemctl and ip work there (and /var/lib/promha).',
    }),
  ])
}

/** Every script starts so: known programs, no translations, nothing made readable by accident. */
export const preamble = 'PATH=/usr/sbin:/usr/bin:/sbin:/bin; LC_ALL=C; export PATH LC_ALL; umask 077'
