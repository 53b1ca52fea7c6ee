/** Checksum files: lines of `hash  name`, or a bare hash. */
import { ProblemError } from '../../diagnostic/problem.ts'
import { fetchProblem } from '../messages.ts'

const sha256 = /^[0-9a-f]{64}$/i

/** The SHA-256 that a `sha256sums.txt` gives for that file name, in lower case. Throws a ProblemError if it gives two. */
export function findChecksum(text: string, name: string, checksums = 'its list'): string | undefined {
  const found = new Set<string>()
  for (const line of text.split('\n')) {
    const [hash = '', file = ''] = line.trim().split(/\s+\*?/)
    if (sha256.test(hash) && file.replace(/^\.\//, '') === name) found.add(hash.toLowerCase())
  }
  const [hash, other] = found
  if (other === undefined) return hash
  throw new ProblemError([fetchProblem.twoHashes({}, checksums, name, [...found])])
}

/** The SHA-256 that the checksum file of one archive starts with; the name behind it is often another one. */
export function leadingChecksum(text: string): string | undefined {
  const [hash = ''] = text.trim().split(/\s+/)
  return sha256.test(hash) ? hash.toLowerCase() : undefined
}

/** The same of a checksum file of that name, which is the archive's own if it bears the archive's name: `NAME.sha256`, `NAME-sha-256`. */
export function statedHash(text: string, archive: string, checksums: string): string | undefined {
  const found = findChecksum(text, archive, checksums)
  const isOwn = checksums.startsWith(`${archive}.`) || checksums.startsWith(`${archive}-`)
  return found ?? (isOwn ? leadingChecksum(text) : undefined)
}
