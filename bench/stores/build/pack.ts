/** Puts what was built into the archive in which upstream publishes it, for `artifacts: { from: DIRECTORY }`. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import type { UpstreamRelease } from '../../../roles/release.ts'

/** The same programs are the same archive. */
const unixEpoch = new Date(0)

export interface BuiltFiles {
  readonly directory: string
  /** Files that are called otherwise on a host than here. */
  readonly calledInBuild?: Readonly<Record<string, string>> | undefined
}

/**
 * Writes the archive, or the program itself where upstream publishes that, and its hash into a directory.
 * @param release with its version and architecture filled in
 */
export async function packRelease(
  { directory, calledInBuild = {} }: BuiltFiles,
  { archive, checksums, members }: UpstreamRelease,
  into: string,
): Promise<void> {
  const files = members.map(({ member, path, mode }) => {
    const name = basename(path)
    return { member, mode, file: join(directory, calledInBuild[name] ?? name) }
  })
  const [first] = files
  const isBare = first !== undefined && files.length === 1 && first.member === archive
  const content = isBare ? await readFile(first.file) : await tarOf(files)
  await mkdir(into, { recursive: true })
  await writeFile(join(into, archive), content)
  const hash = createHash('sha256').update(content).digest('hex')
  await writeFile(join(into, checksums), `${hash}  ${archive}\n`, { flag: 'a' })
}

async function tarOf(files: readonly { member: string; mode: number; file: string }[]): Promise<Buffer> {
  const tar = pack()
  for (const { member, mode, file } of files)
    tar.entry({ name: member, mode, mtime: unixEpoch }, await readFile(file))
  tar.finalize()
  // The programs are stripped already: the best compression takes long and gains little.
  return gzipSync(await buffer(tar), { level: 1 })
}
