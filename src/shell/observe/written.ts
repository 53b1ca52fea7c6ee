/** Whether a service can write the files that its config has it write: a part of the probe. */
import { posix } from 'node:path'
import type { WriteFault } from '../../resource/observed.ts'
import { command } from '../syntax/quote.ts'
import { staticShell } from '../syntax/static.ts'

/** A file that the service of that user is to open for writing. */
export interface Written {
  readonly user: string
  readonly path: string
}

export function writtenScript(files: readonly Written[]): string {
  return [
    staticShell('observe/written.sh'),
    ...files.map(({ user, path }) => command('written', user, posix.dirname(path), path)),
  ].join('\n')
}

/** Path → why it cannot be written; without those that can. */
export function parseWritten(lines: readonly string[]): ReadonlyMap<string, WriteFault> {
  return new Map(
    lines.flatMap((line): [string, WriteFault][] => {
      const [, why, owner = '', sure, at = '', path] =
        /^(missing|no-user|other|file|closed|link|kind) (\S+) (yes|no) (\S+) (\/.*)$/.exec(line) ?? []
      if (path === undefined) return []
      const fault = { why: why as WriteFault['why'], owner, sure: sure === 'yes' }
      return [[path, at === '-' ? fault : { ...fault, at: Buffer.from(at, 'base64').toString() }]]
    }),
  )
}
