/** `npm run docs`: writes the pages and the schema that are made from the code. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generatedPages } from './pages.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
for (const [path, content] of generatedPages()) {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}
