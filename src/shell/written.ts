/** Whether a service can write the files that its config has it write: a part of the probe. */
import { posix } from 'node:path'
import type { WriteFault } from '../resource/observed.ts'
import { command } from './quote.ts'

/** A file that the service of that user is to open for writing. */
export interface Written {
  readonly user: string
  readonly path: string
}

/**
 * For sh: `written USER DIR FILE` prints `FAULT OWNER FILE` if the user cannot write the file, or the directory is somebody
 * else's. As systemd does, the user is tried with all of its groups.
 */
const written = `written() {
  owner=- fault=
  if [ ! -d "$2" ]; then fault=missing
  else
    owner=$(stat -L -c %U -- "$2")
    case $owner in root | "$1") ;; *) fault=other ;; esac
  fi
  uid=$(id -u "$1" 2>/dev/null) && gid=$(id -g "$1" 2>/dev/null) || fault=no-user
  if [ -z "$fault" ]; then
    target=$2
    [ ! -e "$3" ] || target=$3
    setpriv --reuid "$uid" --regid "$gid" --init-groups -- test -w "$target" </dev/null 2>/dev/null && return
    fault=closed
    [ ! -e "$3" ] || { fault=file; owner=$(stat -L -c %U -- "$3"); }
  fi
  printf '%s %s %s\\n' "$fault" "$owner" "$3"
}`

export function writtenScript(files: readonly Written[]): string {
  return [
    written,
    ...files.map(({ user, path }) => command('written', user, posix.dirname(path), path)),
  ].join('\n')
}

/** Path → why it cannot be written; without those that can. */
export function parseWritten(lines: readonly string[]): ReadonlyMap<string, WriteFault> {
  return new Map(
    lines.flatMap((line): [string, WriteFault][] => {
      const [, why, owner = '', path] = /^(missing|no-user|other|file|closed) (\S+) (\/.*)$/.exec(line) ?? []
      return path === undefined ? [] : [[path, { why: why as WriteFault['why'], owner }]]
    }),
  )
}
