/** The text of promha's own sources. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A file relative to the project, with forward slashes → its text. */
export function sources(): ReadonlyMap<string, string> {
  return new Map(
    ['src', 'roles'].flatMap(folder =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('.ts'))
        .map(name => [`${folder}/${name}`, readFileSync(join(root, folder, name), 'utf8')] as const),
    ),
  )
}
