/** A release archive as one tree for hosts: read, judged and hashed on this machine, so that hosts need no tar. */
import { createHash } from 'node:crypto'
import { pipeline, type Readable, type Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { mostTreeEntries, type TreeEntry, treeEnd, treeHeader } from '../../shell/syntax/tree.ts'
import { bounded } from '../../trust/bounded.ts'
import { readTar } from './tar.ts'

/** Bytes of one file, which is held in memory. */
const largestFile = 2 ** 29
/** Bytes of a name: what every file system takes. */
const longestName = 255

interface TreeRequest {
  /** Parts of each name that are left out: 1 for `grafana-12.0.0/bin/grafana`. */
  readonly strip: number
  /** Takes what `unpack` on a host reads. */
  readonly out: Writable
  /** Bytes. */
  readonly limit?: number
  readonly signal?: AbortSignal
}

/** Writes an uncompressed tar as a host unpacks it. Resolves to the tree's hash; rejects if it has what no release has. */
export async function packTree(source: Readable, request: TreeRequest): Promise<string> {
  const { strip, out, limit, signal } = request
  const entries = new Map<string, TreeEntry>()
  const add = async (entry: TreeEntry, content: Uint8Array = new Uint8Array()) => {
    for (const directory of parentsOf(entry.name)) {
      const above = entries.get(directory)
      if (above && above.type !== 'directory') throw refused(entry.name, `${directory} is no directory`)
      if (!above) await add({ type: 'directory', name: directory })
    }
    const known = entries.get(entry.name)
    if (known?.type === 'directory' && entry.type === 'directory') return
    if (known) throw refused(entry.name, 'it is there twice')
    if (entries.size >= mostTreeEntries)
      throw new Error(`the archive has more than ${mostTreeEntries} entries`)
    entries.set(entry.name, entry)
    await write(out, treeHeader(entry, content.length))
    await write(out, content)
  }
  await readTar(
    source,
    path => nameIn(path, strip) !== undefined,
    async (path, content, { mode = 0 }) => {
      const tooLong = () => refused(path, `it has more than ${largestFile} bytes`)
      const bytes = await buffer(pipeline(content, bounded(largestFile, tooLong), () => {}))
      const name = nameIn(path, strip)
      if (name === undefined) return
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      await add({ type: 'file', name, sha256, runs: (mode & 0o111) !== 0 }, bytes)
    },
    {
      entries: mostTreeEntries,
      ...(limit === undefined ? {} : { limit }),
      signal,
      other: async (path, { linkname, type }) => {
        const name = nameIn(path, strip)
        if (type === 'directory') return name === undefined ? undefined : add({ type, name })
        if (type !== 'symlink' || name === undefined) throw refused(path, `it is a ${type}`)
        await add({ type: 'link', name, target: targetOf(name, linkname ?? '') })
      },
    },
  )
  await write(out, treeEnd)
  return treeHash([...entries.values()])
}

/** What `tree_hash` prints of such a tree. */
function treeHash(entries: readonly TreeEntry[]): string {
  const lines = entries.flatMap(entry => {
    const name = `./${entry.name}`
    if (entry.type === 'directory') return [`41ed 0 0 ${name}`]
    if (entry.type === 'link') return [`a1ff 0 0 ${name}`, `-> ${entry.target} ${name}`]
    return [`${entry.runs ? '81ed' : '81a4'} 0 0 ${name}`, `${entry.sha256}  ${name}`]
  })
  const sorted = lines.map(line => Buffer.from(`${line}\n`)).sort(Buffer.compare)
  return createHash('sha256').update(Buffer.concat(sorted)).digest('hex')
}

function refused(name: string, why: string): Error {
  return new Error(`the archive holds ${JSON.stringify(name)}, which no release has: ${why}`)
}

/** Undefined: it is one of the directories that are left out. */
function nameIn(path: string, strip: number): string | undefined {
  const plain = path.replace(/\/+$/, '')
  const parts = plain.split('/')
  if (plain.startsWith('/') || parts.some(part => part === '..' || part === '.' || part === ''))
    throw refused(path, 'its name leads out of the tree')
  if (!isPlain(plain)) throw refused(path, 'its name has a control character or a backslash')
  if (parts.some(part => Buffer.byteLength(part) > longestName) || plain.length > 4096 - longestName)
    throw refused(path, 'its name is too long')
  return parts.slice(strip).join('/') || undefined
}

/** Backslashes are written in another way by `sha256sum`. */
function isPlain(text: string): boolean {
  return !/[\p{Cc}\\]/u.test(text)
}

/** A target that stays in the tree, wherever that lies. `..` behind a name is refused: that may be a link to somewhere else. */
function targetOf(name: string, target: string): string {
  const up = /^(\.\.(\/|$))*/.exec(target)?.[0] ?? ''
  const leadsOut = up.split('..').length > name.split('/').length
  if (
    target === '' ||
    target.startsWith('/') ||
    leadsOut ||
    target.slice(up.length).split('/').includes('..')
  )
    throw refused(name, `it is a link to ${JSON.stringify(target)}`)
  if (!isPlain(target)) throw refused(name, 'its target has a control character or a backslash')
  return target
}

function parentsOf(name: string): readonly string[] {
  const parts = name.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

async function write(out: Writable, bytes: string | Uint8Array): Promise<void> {
  if (bytes.length > 0)
    await new Promise<void>((done, fail) => out.write(bytes, error => (error ? fail(error) : done())))
}
