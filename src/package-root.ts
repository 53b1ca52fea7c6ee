/** Where this package lies, so that what ships beside the program is found from sources and from the bundle alike. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

let found: string | undefined

/** Absolute path of the folder whose package.json is promha's own. Throws where the installation is broken. */
export function packageRoot(): string {
  found ??= search(dirname(fileURLToPath(import.meta.url)))
  return found
}

function search(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (packageName(folder) === 'promha') return folder
    if (dirname(folder) === folder)
      throw new Error(`no package.json of promha in ${start} or any folder above it`)
  }
}

function packageName(folder: string): string | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name
  } catch {
    return undefined
  }
}
