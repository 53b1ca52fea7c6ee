/** Receives one compressed program on stdin beside the place it is to go to. */
import { preamble } from './frame.ts'
import { newName } from './layout.ts'
import { quote } from './quote.ts'

/** Prints the SHA-256 of what arrived. A transfer cut short leaves nothing, and gzip says so. */
export function pushScript(path: string): string {
  const directory = quote(path.replace(/\/[^/]*$/, ''))
  const fresh = quote(newName(path))
  return [
    preamble,
    `[ -d ${directory} ] || (umask 022; mkdir -p ${directory})`,
    `rm -f ${fresh}`,
    `if gzip -dc >${fresh} && chmod 0755 ${fresh} && sha256sum <${fresh}; then :; else rm -f ${fresh}; exit 1; fi`,
  ].join('\n')
}
