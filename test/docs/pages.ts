/** The pages of the docs, as paths from the root. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../architecture/sources.ts'

const pagesIn = (names: readonly string[]) => names.filter(name => name.endsWith('.md'))

/** Those beside the README, which is one of them. */
export const topPages = pagesIn(readdirSync(root)).sort()

/** Those below `docs/`. */
export const docsPages = pagesIn(readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }))
  .map(name => join('docs', name))
  .sort()
