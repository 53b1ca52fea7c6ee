/** POSIX access lists, which Node cannot see: `ls` marks what has one. */
import { outputOf } from '../process/run.ts'

/** Whether what lies at `path`, which is no link, has an access list. True if `ls` cannot say. */
export function hasAccessList(path: string): boolean {
  return showsAccessList(outputOf('/bin/ls', ['-ld', '--', path]))
}

/** Of a line of `ls -ld`: the type, nine permissions, and then `+` if there is a list. */
export function showsAccessList(line: string): boolean {
  return !/^[-a-zA-Z]{10}[^+]/.test(line)
}
