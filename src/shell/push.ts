/** Receives one compressed program on stdin beside the place it is to go to. */
import { preamble } from './frame.ts'
import { newName } from './layout.ts'
import { command, quote } from './quote.ts'
import { pushMark } from './staging.ts'
import { enter, parted } from './way.ts'
import { wayFunctions } from './way-functions.ts'

/** Prints the SHA-256 of what arrived. A transfer cut short leaves nothing, and gzip says so. */
export function pushScript(path: string): string {
  const { directory } = parted(path)
  const fresh = quote(parted(newName(path)).name)
  const mark = quote(pushMark(path))
  return [
    preamble,
    wayFunctions,
    ...markPush(path),
    `[ -d ${quote(directory)} ] || ${command('make_way', directory)} || exit 1`,
    `${enter(directory)} || exit 1`,
    `rm -rf ${fresh}`,
    `if (set -C; gzip -dc >${fresh}) && chmod 0755 ${fresh} && sha256sum <${fresh}; then :; else rm -f ${fresh} ${mark}; exit 1; fi`,
  ].join('\n')
}

/** Before a program is laid beside its place: the next run finds it, should it not be placed. */
export function markPush(path: string): readonly string[] {
  const mark = pushMark(path)
  return [
    command('mkdir', '-p', mark.replace(/\/[^/]*$/, '')),
    `printf '%s\\n' ${quote(path)} >${quote(mark)} || exit 1`,
  ]
}
