/** What the local file system refused, as a problem. */
import { ProblemError } from '../../diagnostic/problem.ts'
import { fetchProblem } from '../messages.ts'

type Reason = readonly [seen: string, remedy: string]

const denied: Reason = [
  'permission denied',
  'Give this user the right to write there, or set `artifacts.cache` to another directory.',
]
const reasons: Readonly<Record<string, Reason>> = {
  ENOSPC: ['the disk is full', 'Make room there, or set `artifacts.cache` to a directory on a larger disk.'],
  EDQUOT: ['the disk quota is used up', 'Make room there, or set `artifacts.cache` to another directory.'],
  EACCES: denied,
  EPERM: denied,
  EROFS: ['the file system is read-only', 'Set `artifacts.cache` to a directory that can be written.'],
  ENOTDIR: ['a part of the path is a file', 'Set `artifacts.cache` to a directory.'],
}

/** A ProblemError for a refusal of the file system; every other error as it is. */
export function diskProblem(cause: unknown, doing: string, fallbackPath: string): unknown {
  const { code, path } = cause as NodeJS.ErrnoException
  const known = code === undefined ? undefined : reasons[code]
  if (!known || cause instanceof ProblemError) return cause
  const [seen, remedy] = known
  return new ProblemError([fetchProblem.diskFault({}, { doing, path: path ?? fallbackPath, seen, remedy })])
}

/** What was learned cannot be put into the lock file. */
export class UnwritableLockError extends ProblemError {}

/** The same for a lock file, which no setting moves elsewhere: an UnwritableLockError. */
export function lockFileProblem(cause: unknown, shown: string, inventory: string): unknown {
  const { code = '' } = cause as NodeJS.ErrnoException
  const known = reasons[code]
  if (!known || cause instanceof ProblemError) return cause
  const remedy = ['ENOSPC', 'EDQUOT'].includes(code)
    ? 'Make room there.'
    : `Run \`promha artifacts fetch ${inventory}\` where you can write, and commit the lock file.`
  return new UnwritableLockError([fetchProblem.lockFileUnwritable({}, shown, known[0], remedy)])
}
