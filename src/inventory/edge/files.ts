/** The files that an inventory names, and what is asked of them. */
import { createReadStream } from 'node:fs'
import { access, readdir, realpath, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import picomatch from 'picomatch'
import { isBelow, realPath } from '../../trust/checkout.ts'
import { findForeign } from '../../trust/ours.ts'
import { headLength } from '../artifact/program-head.ts'
import { type FileAnswer, type FileRequest, type ReadFile, requestKey } from '../context.ts'
import { globMatcher } from '../value/glob.ts'

/** Bytes of one file. Configs are far smaller; an endless file (`/dev/zero`) must not fill the memory. */
const mostBytes = 64 * 1024 * 1024
/** Files and directories that one glob looks at. */
const mostEntries = 100_000

/** Where administrators keep keyrings of package managers. Checkouts and archives are not unpacked there. */
const keyringDirectories = ['/etc/apt', '/usr/share/keyrings', '/usr/local/share/keyrings', '/etc/pki']

/** `directory` of the inventory is a real path; `keyrings`: directories in which a keyring may lie. */
export async function readAll(
  requests: readonly FileRequest[],
  directory: string,
  keyrings: readonly string[] = keyringDirectories,
): Promise<ReadonlyMap<string, FileAnswer>> {
  const byKey = new Map(requests.map(request => [requestKey(request), request]))
  const answers = [...byKey].map(
    async ([key, request]) => [key, await answer(request, directory, keyrings)] as const,
  )
  return new Map(await Promise.all(answers))
}

async function answer({ kind, path }: FileRequest, directory: string, keyrings: readonly string[]) {
  try {
    if (kind === 'keyring') return await keyringAnswer(path, keyrings)
    if (kind === 'exists') {
      await access(path)
      return { files: [] }
    }
    if (kind === 'head') return { files: [{ path, bytes: await headOf(path) }] }
    if (kind !== 'glob') return { files: [await readBounded(path, false, directory)] }
    const files: ReadFile[] = []
    let size = 0
    for (const found of await expandGlob(path)) {
      const file = await readBounded(found, false, directory)
      size += file.bytes.length
      if (size > mostBytes) throw new Unfit(`matches more than ${mostBytes / 1024 / 1024} MB`)
      files.push(file)
    }
    return { files }
  } catch (fault) {
    return { failure: fileFault(fault) }
  }
}

/** Only what root alone can change, and has put where keyrings are, may say what is Debian's. */
async function keyringAnswer(path: string, keyrings: readonly string[]): Promise<FileAnswer> {
  const real = await realpath(path)
  const remedy = 'Have root put the keyring into /etc/apt/keyrings, and name it there.'
  if (!keyrings.some(place => isBelow(real, realPath(place)))) {
    const places = keyrings.join(', ').replace(/, (?=[^,]*$)/, ' or ')
    return { failure: `does not lie below ${places}`, remedy }
  }
  const foreign = findForeign(path, new Set([0]))
  if (foreign)
    return { failure: `can be changed by others than root: ${foreign.path} ${foreign.why}`, remedy }
  return (await stat(real)).isFile() ? { files: [] } : { failure: 'is not a plain file' }
}

/** Rejects what is no file (nor, with `pipes`, a pipe), or too large. What leads out of `directory`, a real path, is marked. */
export async function readBounded(path: string, pipes: boolean, directory?: string): Promise<ReadFile> {
  const found = await fileAt(path, pipes)
  // A pipe of the shell's, as in <(…), has no path.
  const real = await realpath(path).catch(cause => {
    if (found.isFIFO()) return undefined
    throw cause
  })
  const outside = directory !== undefined && real !== undefined && !isBelow(real, directory)
  const chunks: Buffer[] = []
  let size = 0
  // By its real path, so that a link that is changed meanwhile does not lead to another file.
  for await (const chunk of createReadStream(real ?? path)) {
    chunks.push(chunk as Buffer)
    size += (chunk as Buffer).length
    if (size > mostBytes) throw new Unfit(`is larger than ${mostBytes / 1024 / 1024} MB`)
  }
  return { path, bytes: Buffer.concat(chunks), ...(outside ? { outside } : {}) }
}

async function headOf(path: string): Promise<Uint8Array> {
  await fileAt(path, false)
  return Buffer.concat(await createReadStream(path, { end: headLength - 1 }).toArray())
}

async function fileAt(path: string, pipes: boolean) {
  const found = await stat(path)
  if (found.isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' })
  if (!found.isFile() && !(pipes && found.isFIFO())) throw new Unfit('is not a plain file')
  return found
}

class Unfit extends Error {}

async function expandGlob(glob: string): Promise<readonly string[]> {
  const { base } = picomatch.scan(glob)
  const deepest = glob.includes('**') ? Number.POSITIVE_INFINITY : relative(base, glob).split('/').length
  const matcher = globMatcher(glob)
  if ('fault' in matcher) throw new Unfit(matcher.fault)
  const found: string[] = []
  let looked = 0
  const walk = async (directory: string, depth: number, above: readonly string[]): Promise<void> => {
    const real = await realpath(directory).catch(() => directory)
    // A link that leads back up has no bottom.
    if (above.some(one => one === real || isBelow(one, real))) return
    const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
    looked += entries.length
    if (looked > mostEntries) throw new Unfit(`leads to more than ${mostEntries} files`)
    for (const entry of entries) {
      const path = join(directory, entry.name)
      const target = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry
      const isDirectory = target?.isDirectory() ?? false
      if (isDirectory && depth < deepest) await walk(path, depth + 1, [...above, real])
      else if (!isDirectory && matcher.matches(path)) found.push(path)
    }
  }
  await walk(base, 1, [])
  return found.sort()
}

export function fileFault(fault: unknown): string {
  if (fault instanceof Unfit) return fault.message
  const code = (fault as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return 'does not exist'
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read'
  if (code === 'EISDIR') return 'is a directory'
  return `cannot be read (${code ?? String(fault)})`
}
