/** Beside the cached files: which of them each archive held, so that a new inventory fetches no archive again. */
import { dirname, join } from 'node:path'
import type { ArchiveMember } from '../../../roles/release.ts'
import { isOurs } from '../../trust/ours.ts'
import { readPlainText } from '../../trust/plain-file.ts'
import { replaceFile } from '../../trust/replace-file.ts'
import type { ReleaseFile } from '../model.ts'
import { type Cache, fileMode, makeWithin } from './cache.ts'
import { checkCompressed } from './verified.ts'

interface Contents {
  /** `member → path` of all that was looked for: a later promha may look for more. */
  readonly asked: readonly string[]
  readonly files: readonly ReleaseFile[]
}

/** Bytes; an archive holds a few programs. */
const largest = 1024 * 1024

const contentsPath = (cache: Cache, sha256: string) => join(cache.directory, 'archives', `${sha256}.json`)
const asked = (members: readonly ArchiveMember[]) =>
  members.map(
    ({ member, path, strip }) => `${member} → ${path}${strip === undefined ? '' : ` without ${strip}`}`,
  )

/** The files of an archive of that hash where the cache holds them all, each checked; undefined where it does not. */
export async function recallContents(
  cache: Cache,
  sha256: string,
  members: readonly ArchiveMember[],
): Promise<readonly ReleaseFile[] | undefined> {
  const contents = await readContents(contentsPath(cache, sha256))
  if (!contents || contents.asked.join('\n') !== asked(members).join('\n')) return undefined
  const sizes = await Promise.all(contents.files.map(file => checkCompressed(cache, file)))
  return sizes.every(size => size !== undefined) ? contents.files : undefined
}

/** Remembers what a verified archive held; its files are in the cache already. */
export async function rememberContents(
  cache: Cache,
  sha256: string,
  members: readonly ArchiveMember[],
  files: readonly ReleaseFile[],
): Promise<void> {
  const path = contentsPath(cache, sha256)
  const contents: Contents = { asked: asked(members), files }
  await makeWithin(cache, dirname(path))
  await replaceFile(path, `${JSON.stringify(contents)}\n`, fileMode)
}

/** Undefined also if it is damaged, since it only saves time, or if others can change it: it ends up in the lock file. */
async function readContents(path: string): Promise<Contents | undefined> {
  try {
    if (!isOurs(path)) return undefined
    const contents = JSON.parse((await readPlainText(path, largest)) ?? '') as Contents
    const isSound = ({ packed, sha256, size }: ReleaseFile) =>
      [sha256, packed ?? sha256].every(hash => /^[0-9a-f]{64}$/.test(hash)) && Number.isInteger(size)
    const sound = contents.files.every(isSound)
    return sound && Array.isArray(contents.asked) ? contents : undefined
  } catch {
    return undefined
  }
}
