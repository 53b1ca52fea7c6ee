/** Receives one compressed program, or a tree, on stdin beside the place it is to go to. */
import { begin } from '../syntax/frame.ts'
import { stagedName } from '../syntax/placing.ts'
import { command, quote } from '../syntax/quote.ts'
import { type Script, script } from '../syntax/script.ts'
import { treeFunctions } from '../syntax/tree.ts'
import { enter, parted, wayFunctions } from '../syntax/way.ts'
import { pushMark } from './staging.ts'

/** Answers with the SHA-256 of what arrived. A transfer cut short leaves nothing, and gzip says so. */
export function pushScript(path: string): Script<string> {
  const fresh = quote(stagedName(path))
  return received(path, `(set -C; gzip -dc >${fresh}) && chmod 0755 ${fresh} && sha256sum <${fresh}`)
}

/** The same of a tree, as `unpack` reads it: answers with its hash. */
export function pushTreeScript(path: string): Script<string> {
  const fresh = quote(stagedName(path))
  return received(path, `gzip -dc | unpack ${fresh} && tree_hash ${fresh}`, [treeFunctions])
}

function received(path: string, take: string, functions: readonly string[] = []): Script<string> {
  const { directory } = parted(path)
  const fresh = quote(stagedName(path))
  const lines = (nonce: string) => [
    wayFunctions,
    ...functions,
    ...markPush(path),
    `[ -d ${quote(directory)} ] || ${command('make_way', directory)} || exit 1`,
    `${enter(directory)} || exit 1`,
    `rm -rf ${fresh}`,
    begin(nonce, 'sha256'),
    `if ${take}; then :; else rm -rf ${fresh} ${quote(pushMark(path))}; exit 1; fi`,
  ]
  return script({ name: 'push', lines, parse: found => found.get('sha256')?.[0]?.slice(0, 64) })
}

/** Before a program is laid beside its place: the next run finds it, should it not be placed. */
export function markPush(path: string): readonly string[] {
  const mark = pushMark(path)
  return [
    command('mkdir', '-p', mark.replace(/\/[^/]*$/, '')),
    `printf '%s\\n' ${quote(path)} >${quote(mark)} || exit 1`,
  ]
}
