/** Configs as their check sees them: files of the staged bundle are not yet at the absolute paths that configs name. */
import { literalPattern } from '../../src/diagnostic/literal-pattern.ts'
import { brings } from '../../src/inventory/file/host-paths.ts'
import type { FileResource } from '../../src/resource/model.ts'

/** Copies of the configs among the files that name files of the bundle by absolute paths, with relative ones instead. */
export function checkedCopies(
  root: string,
  files: readonly FileResource[],
  isConfig: (name: string) => boolean,
): readonly { readonly name: string; readonly content: string }[] {
  const names = files.map(({ path }) => path.slice(root.length + 1))
  return files.flatMap(({ content }, index) => {
    const name = names[index] ?? ''
    if (!isConfig(name) || typeof content !== 'string') return []
    // Paths of a config count from its own directory.
    const up = '../'.repeat(name.split('/').length - 1) || './'
    const copy = relativePaths(content, root, names, up)
    return copy === content ? [] : [{ name, content: copy }]
  })
}

/** A path in quotes may hold blanks, one without ends at the first; nothing of a path comes before the root. */
function relativePaths(text: string, root: string, names: readonly string[], up: string): string {
  if (!text.includes(`${root}/`)) return text
  const literal = literalPattern(root)
  const path = new RegExp(
    `(?<![\\w./-])(?:(?<=(["']))${literal}/(?:(?!\\1)[^\\n])+|${literal}/[^\\s"',\\]}]+)`,
    'g',
  )
  return text.replaceAll(path, found =>
    brings(names, found, root) ? `${up}${found.slice(root.length + 1)}` : found,
  )
}
