/** known_hosts as text: reading its lines, and what they say of a key. No file is touched here. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { matchesPatterns } from '../config/pattern.ts'

export interface KnownHostsEntry {
  readonly file: string
  /** Counted from 1. */
  readonly line: number
  readonly marker?: 'revoked' | 'cert-authority'
  /** Comma list of patterns, or one hashed name: `|1|salt|hash`. */
  readonly names: string
  /** As known_hosts calls it: `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`, … */
  readonly type: string
  /** The key's wire form. */
  readonly key: Buffer
}

export type KeyVerdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown'; readonly authority?: KnownHostsEntry }
  | { readonly kind: 'changed' | 'revoked'; readonly entry: KnownHostsEntry }

/** Reads the lines of one file; a line that is no entry is passed over, as OpenSSH does. */
export function parseKnownHosts(text: string, file: string): readonly KnownHostsEntry[] {
  return text.split('\n').flatMap((raw, index) => parseLine(raw.trim(), file, index + 1) ?? [])
}

/** The first line, counted from 1, that does not belong into a known_hosts file; undefined if all do. */
export function strayLine(text: string): number | undefined {
  const index = text.split('\n').findIndex(raw => {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) return false
    // Entries of protocol 1 have three numbers.
    return parseLine(line, '', 0) === undefined && !/^\S+\s+\d+\s+\d+\s+\d+(\s|$)/.test(line)
  })
  return index === -1 ? undefined : index + 1
}

/** Whether known_hosts can hold that name of a host without a second meaning: no pattern, list, mark or comment. */
export function isHostName(name: string): boolean {
  return /^[A-Za-z0-9_:][A-Za-z0-9_.:%-]{0,254}$/.test(name)
}

function parseLine(text: string, file: string, line: number): KnownHostsEntry | undefined {
  if (text === '' || text.startsWith('#')) return undefined
  const words = text.split(/\s+/)
  const marker = words[0]?.startsWith('@') ? words.shift()?.slice(1) : undefined
  if (marker !== undefined && marker !== 'revoked' && marker !== 'cert-authority') return undefined
  const [names, type, encoded] = words
  if (names === undefined || type === undefined || encoded === undefined) return undefined
  const key = Buffer.from(encoded, 'base64')
  // The old protocol 1 form has three numbers here; its keys carry no type name inside.
  if (keyType(key) !== type) return undefined
  return { file, line, names, type, key, ...(marker === undefined ? {} : { marker }) }
}

/** The names a host is filed under: the bare address on port 22, `[address]:port` otherwise. */
export function knownName(address: string, port: number): string {
  const name = address.toLowerCase()
  return port === 22 ? name : `[${name}]:${port}`
}

/** Whether an entry stands for a name as {@link knownName} writes it. */
export function entryMatches(entry: KnownHostsEntry, name: string): boolean {
  if (!entry.names.startsWith('|')) return matchesPatterns(entry.names.split(','), [name])
  const [, version, salt, hash] = entry.names.split('|')
  if (version !== '1' || salt === undefined || hash === undefined) return false
  const seen = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest()
  const wanted = Buffer.from(hash, 'base64')
  return seen.length === wanted.length && timingSafeEqual(seen, wanted)
}

export interface EntryIndex {
  add(entries: readonly KnownHostsEntry[]): void
  /** In the order of their lines, all entries that may stand for one of the names, and perhaps others. */
  find(...names: readonly string[]): readonly KnownHostsEntry[]
}

/** For files with thousands of hosts, each of which is looked up: only what is hashed or a pattern is looked at each time. */
export function indexEntries(entries: readonly KnownHostsEntry[]): EntryIndex {
  const byName = new Map<string, Set<KnownHostsEntry>>()
  const others: KnownHostsEntry[] = []
  const index: EntryIndex = {
    add(more) {
      for (const entry of more) {
        if (/[*?!|]/.test(entry.names)) others.push(entry)
        else
          for (const name of entry.names.toLowerCase().split(','))
            byName.set(name, (byName.get(name) ?? new Set()).add(entry))
      }
    },
    find(...names) {
      const named = names.flatMap(name => [...(byName.get(name.toLowerCase()) ?? [])])
      return [...new Set([...others, ...named])].sort((a, b) => a.line - b.line)
    },
  }
  index.add(entries)
  return index
}

type Entries = readonly KnownHostsEntry[]

/**
 * What the entries say of the key that a host showed. A host that is known by other keys only is `changed`.
 * @param name the host as {@link knownName} writes it
 * @param bare the address alone: an entry without port is good for every port where the key is the same
 */
export function judgeKey(entries: Entries, name: string, bare: string, key: Buffer): KeyVerdict {
  const matching = entries.filter(entry => entryMatches(entry, name))
  const byAddress = name === bare ? [] : entries.filter(entry => entryMatches(entry, bare))
  const same = [...matching, ...byAddress].filter(entry => entry.key.equals(key))
  const revoked = same.find(entry => entry.marker === 'revoked')
  if (revoked !== undefined) return { kind: 'revoked', entry: revoked }
  const plain = matching.filter(entry => entry.marker === undefined)
  if (plain.some(entry => entry.key.equals(key))) return { kind: 'known' }
  const other = plain.find(entry => entry.type === keyType(key)) ?? plain[0]
  if (other !== undefined) return { kind: 'changed', entry: other }
  if (same.some(entry => entry.marker === undefined)) return { kind: 'known' }
  const authority = matching.find(entry => entry.marker === 'cert-authority')
  return authority === undefined ? { kind: 'unknown' } : { kind: 'unknown', authority }
}

/** The types of key that a host is known by, so that it is asked for one of those first. */
export function knownTypes(entries: Entries, name: string, bare: string): readonly string[] {
  const plain = entries.filter(entry => entry.marker === undefined)
  const matching = plain.filter(entry => entryMatches(entry, name))
  const found = matching.length > 0 ? matching : plain.filter(entry => entryMatches(entry, bare))
  return [...new Set(found.map(entry => entry.type))]
}

/** The line that makes a key known. */
export function knownHostsLine(name: string, key: Buffer): string {
  return `${name} ${keyType(key)} ${key.toString('base64')}`
}

/** As OpenSSH prints it: `SHA256:` and base64 without padding. */
export function keyFingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

/** The type that a key's wire form begins with; empty where it is no key. */
export function keyType(key: Buffer): string {
  if (key.length < 4) return ''
  const length = key.readUInt32BE(0)
  return length > key.length - 4 ? '' : key.toString('latin1', 4, 4 + length)
}
