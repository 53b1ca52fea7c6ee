/** One file by HTTP into a verified temporary file, resumed where an earlier try broke off. */
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm, stat, statfs, truncate } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { ProblemError } from '../../diagnostic/problem.ts'
import { bounded } from '../../trust/bounded.ts'
import { hashFile } from '../cache/verified.ts'
import type { DownloadProgress } from '../model.ts'
import { get, type HttpAnswer, NetworkError } from './http.ts'
import { downloadProblem } from './messages.ts'
import { claimPartial, releasePartial } from './partial.ts'
import { checksumProblem, type Stated, tooLarge } from './problem.ts'
import { maskUrl } from './url.ts'

/** Bytes. */
export const largestArchive = 2 ** 31
const progressInterval = 100

interface DownloadOptions {
  readonly directory: string
  /** For the progress line. */
  readonly name: string
  readonly sha256: string
  readonly stated: Stated
  readonly emit: (progress: DownloadProgress) => void
  readonly signal?: AbortSignal | undefined
}

/** Downloads into a file of `directory`, to be removed by the caller. What a broken connection leaves is kept. Throws a ProblemError. */
export async function download(url: string, options: DownloadOptions): Promise<string> {
  const partial = await claimPartial(options.directory, options.sha256)
  try {
    await transfer(url, partial.path, partial.size, options)
  } catch (cause) {
    await releasePartial(partial, options.directory, options.sha256)
    throw cause
  }
  let seen = await hashFile(partial.path)
  if (seen !== options.sha256 && partial.size > 0) {
    // What the earlier run left may be of another file; a whole download tells.
    await truncate(partial.path)
    await transfer(url, partial.path, 0, options).catch(async cause => {
      await rm(partial.path, { force: true })
      throw cause
    })
    seen = await hashFile(partial.path)
  }
  if (seen === options.sha256) return partial.path
  await rm(partial.path, { force: true })
  throw new ProblemError([checksumProblem(maskUrl(url), options.sha256, seen, options.stated)])
}

/** The hash of a file of which none is known. The file is kept as a partial download of that hash, for `download` to find. */
export async function discover(url: string, options: Told & { directory: string }): Promise<string> {
  const { directory } = options
  const partial = await claimPartial(directory, randomBytes(32).toString('hex'))
  try {
    await transfer(url, partial.path, 0, options)
    const sha256 = await hashFile(partial.path)
    await releasePartial(partial, directory, sha256)
    return sha256
  } catch (cause) {
    await rm(partial.path, { force: true })
    throw cause
  }
}

type Told = Pick<DownloadOptions, 'name' | 'emit' | 'signal'>

async function transfer(url: string, path: string, have: number, options: Told): Promise<void> {
  let done = have
  let validator: string | undefined
  await get(url, {
    signal: options.signal,
    kept: () => done,
    headers: () => {
      if (done === 0) return {}
      return { range: `bytes=${done}-`, ...(validator ? { 'if-range': validator } : {}) }
    },
    use: async answer => {
      const start = startOf(answer, done)
      if (start === 'complete') return
      if (start !== done) {
        await truncate(path)
        done = 0
      }
      if (start === 'refused') throw new NetworkError(new Error('the server refuses the rest'))
      validator = strongValidator(answer)
      const total = totalOf(answer, done)
      if ((total ?? 0) > largestArchive) throw tooLarge(url, largestArchive)
      await checkRoom(path, (total ?? done) - done)
      const tell = reporter(options, total)
      tell(done, true)
      const begun = done
      const count = bounded(largestArchive - begun, () => tooLarge(url, largestArchive))
      const file = createWriteStream(path, { flags: 'r+', start: begun })
      const timer = setInterval(() => tell(begun + file.bytesWritten), progressInterval)
      try {
        await pipeline(answer.body, count, file)
      } finally {
        clearInterval(timer)
        done = (await stat(path)).size
      }
      tell(done, true)
    },
  })
}

/** Where the answer's bytes belong in the file. */
function startOf({ status, header }: HttpAnswer, have: number): number | 'complete' | 'refused' {
  if (status === 200) return 0
  const range = header('content-range') ?? ''
  if (status === 416) return range === `bytes */${have}` ? 'complete' : 'refused'
  return range.startsWith(`bytes ${have}-`) ? have : 'refused'
}

function totalOf({ status, header }: HttpAnswer, start: number): number | undefined {
  const length = header('content-length')
  if (length === undefined) return undefined
  return (status === 206 ? start : 0) + Number(length)
}

/** What `If-Range` may name: a strong ETag, or else the date. */
function strongValidator({ header }: HttpAnswer): string | undefined {
  return header('etag')?.startsWith('"') ? header('etag') : header('last-modified')
}

async function checkRoom(path: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(path)
  const free = bavail * bsize
  if (free < needed) throw new ProblemError([downloadProblem.diskFull({}, path, needed, free)])
}

function reporter(options: Pick<DownloadOptions, 'name' | 'emit'>, total: number | undefined) {
  let last = -1
  return (done: number, always = false) => {
    if (done === last && !always) return
    last = done
    options.emit({ name: options.name, done, ...(total === undefined ? {} : { total }) })
  }
}
