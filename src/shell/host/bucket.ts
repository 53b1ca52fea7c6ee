/** What a host is asked for the trial of a bucket: the certificates that it trusts, and what its own program says. */
import { begin } from '../syntax/frame.ts'
import { command } from '../syntax/quote.ts'
import { endEarly, type Script, script } from '../syntax/script.ts'

/** Bytes of a file of certificates. That of a distribution has 250 kB. */
const largestCertificates = 1024 * 1024
/** Bytes of what a program says of a failure: that of Go has the stack in it. */
const mostSaid = 16_000

/** The text of the first of these files that is there; empty if none is. */
export function certificatesScript(paths: readonly string[]): Script<string> {
  const lines = (nonce: string) => [
    begin(nonce, 'text'),
    `for file in ${command(...paths)}; do`,
    `  if [ -f "$file" ]; then head -c ${largestCertificates} <"$file"; break; fi`,
    'done',
    'echo',
  ]
  const parse = (found: ReadonlyMap<string, readonly string[]>) => found.get('text')?.[0]
  return script({ name: 'certificates', lines, parse, verbatim: 'text', timeout: 20_000 })
}

export interface BucketListing {
  /** Undefined if none of the programs is there. */
  readonly code?: number
  readonly said: string
}

/** Has the first of these programs that is there list a bucket. The config goes over stdin, since it holds secrets. */
export function bucketListScript(programs: readonly string[], config: string): Script<BucketListing> {
  const list = command('tools', 'bucket', 'ls', '--objstore.config-file=/dev/stdin')
  const lines = (nonce: string) => [
    'program=',
    `for one in ${command(...programs)}; do if [ -x "$one" ]; then program=$one; break; fi; done`,
    `[ -n "$program" ] || { ${endEarly(nonce, 'absent')}; }`,
    // Through a pipe, which can be opened by a name: the stdin of a session may be a socket.
    `said=$(cat | timeout 40 "$program" ${list} 2>&1 >/dev/null) && code=0 || code=$?`,
    begin(nonce, 'code'),
    'echo "$code"',
    begin(nonce, 'said'),
    `printf '%s' "$said" | tail -c ${mostSaid}`,
    'echo',
  ]
  return script({
    ...{ name: 'bucket list', lines, root: false, timeout: 60_000, verbatim: 'said' },
    stdin: () => Buffer.from(config),
    parse: found => {
      if (found.has('absent')) return { said: '' }
      const code = Number(found.get('code')?.[0])
      return Number.isInteger(code) ? { code, said: found.get('said')?.[0] ?? '' } : undefined
    },
  })
}
