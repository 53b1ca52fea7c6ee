/**
 * Frames what a script prints, since a login shell's start-up files may print too: each section begins with
 * a line `NONCE NAME`, and only what stands behind such a line counts.
 */
import { quote } from './quote.ts'

/** The line of shell that begins a section. */
export function begin(nonce: string, section: string): string {
  return `echo ${quote(`${nonce} ${section}`)}`
}

/**
 * Section name → its lines. A section that is begun twice has both parts.
 * Text before the first section is dropped.
 */
export function sections(nonce: string, output: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  let current: string[] | undefined
  for (const line of output.split('\n')) {
    if (line.startsWith(`${nonce} `)) {
      const name = line.slice(nonce.length + 1)
      current = found.get(name) ?? []
      found.set(name, current)
    } else if (line !== '') {
      current?.push(line)
    }
  }
  return found
}

/** Every script starts so: known programs, no translations, nothing made readable by accident. */
export const preamble = 'PATH=/usr/sbin:/usr/bin:/sbin:/bin; LC_ALL=C; export PATH LC_ALL; umask 077'
