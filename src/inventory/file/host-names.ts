/** Names below one directory of a host for files of the user, which may have any name and place. */

interface Found {
  /** Relative to the inventory, with forward slashes. */
  readonly path: string
  /** The end of the path that is kept on the host, if no other file has it. */
  readonly kept: string
}

/** Safe names, the end of each path. Files that clash keep one more directory each; a number is the last resort. */
export function hostNames(files: readonly Found[]): readonly string[] {
  const parts = files.map(({ path }) =>
    path.split('/').filter(part => part !== '..' && part !== '.' && part !== ''),
  )
  const depths = files.map(({ kept }) => kept.split('/').length)
  const names = () =>
    parts.map((all, index) =>
      all
        .slice(-(depths[index] ?? 1))
        .map(safe)
        .join('/'),
    )
  for (;;) {
    const found = names()
    const clashing = clashes(found).filter(index => (depths[index] ?? 0) < (parts[index]?.length ?? 0))
    if (clashing.length === 0) return numbered(found)
    for (const index of clashing) depths[index] = (depths[index] ?? 0) + 1
  }
}

/** Indexes of names that another file has too, or needs as a directory. */
function clashes(names: readonly string[]): readonly number[] {
  const count = new Map<string, number>()
  for (const name of names) count.set(name, (count.get(name) ?? 0) + 1)
  const clashing = new Set(names.filter(name => (count.get(name) ?? 0) > 1))
  for (const name of names) {
    for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1))
      if (count.has(name.slice(0, at))) clashing.add(name.slice(0, at)).add(name)
  }
  return names.flatMap((name, index) => (clashing.has(name) ? [index] : []))
}

/** Numbers the first part of names that still clash. Only files whose paths differ in unsafe characters alone do. */
function numbered(names: readonly string[]): readonly string[] {
  const clashing = new Set(clashes(names))
  const used = names.filter((_, index) => !clashing.has(index))
  return names.map((name, index) => {
    if (!clashing.has(index)) return name
    const [first = '', ...rest] = name.split('/')
    let next = name
    for (let number = 2; used.some(other => meets(next, other)); number += 1)
      next = [`${first}-${number}`, ...rest].join('/')
    used.push(next)
    return next
  })
}

function meets(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`)
}

function safe(part: string): string {
  const plain = part.replaceAll(/[^A-Za-z0-9._@+-]/g, '_')
  // promha's temporary files begin like this.
  return plain.startsWith('.promha-') ? `_${plain}` : plain
}
