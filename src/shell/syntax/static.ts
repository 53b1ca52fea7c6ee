/** Shell that is the same for every host, from `.sh` files that shellcheck reads; the bundle has the texts (scripts/build.mjs). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../package-root.ts'

const known = new Map<string, string>()

/** The text of a file below `src/shell/`, without its comments and its last line end; read once. */
export function staticShell(file: string): string {
  const found = known.get(file)
  if (found !== undefined) return found
  const text = readFileSync(join(packageRoot(), 'src/shell', file), 'utf8').replaceAll(/^ *#( .*)?\n/gm, '')
  known.set(file, text.trimEnd())
  return text.trimEnd()
}
