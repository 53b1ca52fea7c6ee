/** Picks a few packages out of a suite's package list, which unpacks to 60 MB and is never held whole. */
import type { Readable } from 'node:stream'
import { parseStanzas } from './apt-sources.ts'

export interface Package {
  readonly name: string
  readonly version: string
  /** Below the mirror's base. */
  readonly filename: string
  readonly sha256: string
}

/** Reads an unpacked `Packages` and answers the wanted packages by name; of several versions, the last. */
export async function pickPackages(
  list: Readable,
  wanted: readonly string[],
): Promise<ReadonlyMap<string, Package>> {
  const heads = wanted.map(name => `\nPackage: ${name}\n`)
  const picked = new Map<string, Package>()
  const scan = (text: string) => {
    for (const head of heads) {
      for (let at = text.indexOf(head); at >= 0; at = text.indexOf(head, at + 1)) {
        const end = text.indexOf('\n\n', at + 1)
        const found = toPackage(text.slice(at + 1, end < 0 ? undefined : end))
        if (found) picked.set(found.name, found)
      }
    }
  }
  // What may be the beginning of a stanza that goes on in the next piece; the newline stands for the one before.
  let rest = '\n'
  for await (const chunk of list.setEncoding('latin1')) {
    const text = rest + chunk
    const cut = text.lastIndexOf('\n\n')
    if (cut < 0) {
      rest = text
      continue
    }
    scan(text.slice(0, cut + 1))
    rest = text.slice(cut + 1)
  }
  scan(rest)
  return picked
}

function toPackage(stanza: string): Package | undefined {
  const fields = parseStanzas(stanza)[0]
  if (!fields?.package || !fields.version || !fields.filename || !fields.sha256) return undefined
  const { package: name, version, filename, sha256 } = fields
  // The name ends up in a URL below the mirror's base.
  if (filename.split('/').includes('..') || !/^[0-9a-f]{64}$/.test(sha256)) return undefined
  return { name, version, filename, sha256 }
}
