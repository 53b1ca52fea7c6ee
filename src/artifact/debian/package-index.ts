/** All packages of one suite and architecture with what they need: for the host that can fetch nothing by itself. */
import type { Readable } from 'node:stream'
import type { Candidate } from './closure.ts'
import { parseRelations } from './relation.ts'

export interface IndexedPackage extends Candidate {
  /** Below the mirror's base. */
  readonly filename: string
  readonly sha256: string
  /** Bytes. */
  readonly size: number
}

/** Reads an unpacked `Packages`; of each stanza only what is needed here is kept. */
export async function readIndex(list: Readable): Promise<readonly IndexedPackage[]> {
  const found: IndexedPackage[] = []
  let rest = ''
  const take = (text: string) => {
    for (const stanza of text.split('\n\n')) {
      const one = indexed(stanza)
      if (one) found.push(one)
    }
  }
  for await (const chunk of list.setEncoding('latin1')) {
    const text = rest + chunk
    const cut = text.lastIndexOf('\n\n')
    if (cut >= 0) take(text.slice(0, cut))
    rest = cut < 0 ? text : text.slice(cut + 2)
  }
  take(rest)
  return found
}

const fields = [
  'Package',
  'Version',
  'Filename',
  'SHA256',
  'Size',
  'Pre-Depends',
  'Depends',
  'Provides',
] as const
type Field = (typeof fields)[number]
const patterns = new Map(fields.map(field => [field, new RegExp(`(?:^|\\n)${field}: *([^\\n]*)`)]))

function indexed(stanza: string): IndexedPackage | undefined {
  const of = (field: Field) => patterns.get(field)?.exec(stanza)?.[1]?.trim() ?? ''
  const [name, version, filename, sha256, size] = [
    of('Package'),
    of('Version'),
    of('Filename'),
    of('SHA256'),
    Number(of('Size')),
  ]
  // The name ends up in a URL below the mirror's base, and in a path on the host.
  if (name === '' || version === '' || filename === '' || filename.split('/').includes('..')) return undefined
  if (!/^[0-9a-f]{64}$/.test(sha256) || !Number.isSafeInteger(size)) return undefined
  const depends = [of('Pre-Depends'), of('Depends')].filter(field => field !== '').join(', ')
  return { name, version, filename, sha256, size, depends, provides: of('Provides') }
}

/** The names that a package's Provides offers. */
export function providedNames({ provides }: Pick<Candidate, 'provides'>): readonly string[] {
  return parseRelations(provides).flatMap(group => group.map(({ name }) => name))
}
