/** How a script travels past the login shell and sudo, and how its output is told from what these print by themselves. */
import { command as words } from '../../shell/syntax/quote.ts'

/** `none`: as who logged in; `silent`: sudo may not ask; `password`: sudo asks with {@link Envelope.question}. */
export type Become = 'none' | 'silent' | 'password'

export interface Envelope {
  readonly command: string
  /** Printed to stdout and stderr, followed by a line end, right before the script starts. */
  readonly announcement: string
  /** What sudo asks with. */
  readonly question: string
  /** To be sent on stdin before what the script reads; empty where the script is in the command. */
  readonly head: Buffer
}

/** The kernel takes 128 KiB for one argument, and quoting may make it longer. */
const longestCommand = 100 * 1024

/**
 * Builds the command for one script.
 * @param nonce letters and digits that nothing else prints
 * @param onStdin send the script on stdin even where it is short: some login shells read quotes in their own way
 */
export function envelope(script: string, nonce: string, become: Become, onStdin: boolean): Envelope {
  const announcement = `promha-start-${nonce}`
  const question = `promha-sudo-${nonce}:`
  const ends = { announcement, question }
  const announce = `LC_ALL=C; export LC_ALL; printf '%s\\n' ${announcement}; printf '%s\\n' ${announcement} >&2`
  if (!onStdin) {
    // Two backslashes in quotes are one in a login shell like fish: then the script is not what was sent.
    const intact = `set -- '\\\\'; [ \${#1} -eq 2 ] || exit 126; shift`
    const command = wrap(`${intact}; ${announce}\n${script}`, question, become)
    if (Buffer.byteLength(command) <= longestCommand) return { ...ends, command, head: Buffer.alloc(0) }
  }
  const end = `#promha-end-${nonce}`
  const head = Buffer.from(`shift\n${script}\n${end}`)
  // A connection that breaks must not leave half a script to run: the end is looked for first.
  const reader = `${announce}; set -- "$(head -c ${head.length})"; case $1 in *'${end}') eval "$1";; *) exit 125;; esac`
  return { ...ends, command: wrap(reader, question, become), head }
}

function wrap(body: string, question: string, become: Become): string {
  const shell = words('/bin/sh', '-c', body)
  if (become === 'none') return `exec ${shell}`
  // sudo translates its messages; -k leaves no ticket unused, so that the password is always read.
  const sudo =
    become === 'silent' ? words('sudo', '-n', '--') : words('sudo', '-S', '-k', '-p', question, '--')
  return `exec env LC_ALL=C ${sudo} ${shell}`
}
