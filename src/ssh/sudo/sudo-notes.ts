/** Which hosts needed no sudo password, kept from run to run: one that asks after that may have been taken over. */
import { mkdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Problem } from '../../diagnostic/problem.ts'
import { findForeign } from '../../trust/ours.ts'
import { replaceFile } from '../../trust/replace-file.ts'
import { stateHome } from '../../trust/user-directories.ts'
import { sshProblem } from '../messages.ts'

export interface SudoNotes {
  /** Whether the last success there, in an earlier run, needed no password. */
  needsNone(place: string): Promise<boolean>
  /** What a success of this run needed; the last one counts. */
  note(place: string, password: boolean): void
  /** Writes the file if something changed. Rejects with nothing: without notes a run goes on. */
  save(): Promise<void>
}

const mostBytes = 16 * 1024 * 1024
/** The oldest are forgotten first. */
const mostPlaces = 10_000
const heading =
  '# sudo needed no password here. promha never offers these hosts one that was typed for others.'

/** In the user's own state directory. */
export function usualNotesFile(environment: NodeJS.ProcessEnv = process.env): string {
  return join(stateHome(environment), 'promha/sudo-without-password')
}

/** The file is read when it is needed. Without a `path` nothing is kept. `warn` is told if the file cannot be used. */
export function openSudoNotes(path: string | undefined, warn: (problem: Problem) => void): SudoNotes {
  const seen = new Map<string, boolean>()
  let stored: Promise<ReadonlySet<string>> | undefined

  async function read(): Promise<ReadonlySet<string>> {
    if (path === undefined) return new Set()
    try {
      const foreign = findForeign(path)
      if (foreign !== undefined) throw new Error(`${foreign.path} ${foreign.why}`)
      const found = await stat(path)
      if (!found.isFile() || found.size > mostBytes) throw new Error('it is not a file that promha wrote')
      const lines = (await readFile(path, 'utf8')).split('\n')
      return new Set(lines.filter(line => line !== '' && !line.startsWith('#')))
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') warn(unusable(path, 'read', cause as Error))
      return new Set()
    }
  }

  return {
    async needsNone(place) {
      stored ??= read()
      return (await stored).has(place)
    },
    note(place, password) {
      seen.set(place, !password)
    },
    async save() {
      if (path === undefined || seen.size === 0) return
      // Another run may have written meanwhile.
      const known = await read()
      if ([...seen].every(([place, none]) => known.has(place) === none)) return
      try {
        if (findForeign(path) !== undefined) return
        const kept = [...known].filter(place => seen.get(place) !== false)
        const added = [...seen].filter(([place, none]) => none && !known.has(place)).map(([place]) => place)
        const places = [...kept, ...added].slice(-mostPlaces)
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        await replaceFile(path, `${[heading, ...places].join('\n')}\n`)
      } catch (cause) {
        warn(unusable(path, 'written', cause as Error))
      }
    },
  }
}

function unusable(path: string, verb: 'read' | 'written', cause: Error): Problem {
  return sshProblem.notesUnusable({}, { verb, message: cause.message, path, dirname: dirname(path) })
}
