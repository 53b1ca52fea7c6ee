/** One file by HTTP into a verified temporary file, resumed where an earlier try broke off. */
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm, stat, statfs, truncate } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { error, ProblemError } from '../diagnostic/problem.ts'
import { hashFile } from './cache.ts'
import { type Answer, get } from './http.ts'
import { checksumProblem, tooLarge } from './http-problem.ts'
import type { DownloadProgress } from './model.ts'
import { claimPartial, releasePartial } from './partial.ts'
import { maskUrl } from './url.ts'

/** Bytes. */
export const largestArchive = 2 ** 31
const progressInterval = 100

interface DownloadOptions {
  readonly directory: string
  /** For the progress line. */
  readonly name: string
  readonly sha256: string
  /** Who says that hash. */
  readonly stated: 'published' | 'locked'
  readonly emit: (progress: DownloadProgress) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Downloads into a file of `directory` whose hash is checked, and answers its path; the caller removes it. What a
 * broken connection leaves is kept for the next run, what has the wrong hash is removed. Throws a ProblemError.
 */
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

/**
 * Downloads a file of which no hash is known, and answers its hash. It is kept under the name of a partial download of that
 * hash, where `download` finds it.
 */
export async function discover(
  url: string,
  options: Pick<DownloadOptions, 'directory' | 'name' | 'emit' | 'signal'>,
): Promise<string> {
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

async function transfer(
  url: string,
  path: string,
  have: number,
  options: Pick<DownloadOptions, 'name' | 'emit' | 'signal'>,
): Promise<void> {
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
      if (start === 'refused')
        throw Object.assign(new Error('the server refuses the rest'), { code: 'ECONNRESET' })
      validator = strongValidator(answer.headers)
      const total = totalOf(answer, done)
      if ((total ?? 0) > largestArchive) throw tooLarge(url, largestArchive)
      await checkRoom(path, (total ?? done) - done)
      const tell = reporter(options, total)
      tell(done, true)
      const count = new Transform({
        transform(chunk: Buffer, _encoding, next) {
          if (done + chunk.length > largestArchive) return next(tooLarge(url, largestArchive))
          next(null, chunk)
        },
      })
      const file = createWriteStream(path, { flags: 'r+', start: done })
      const begun = done
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
function startOf({ status, headers }: Answer, have: number): number | 'complete' | 'refused' {
  if (status === 200) return 0
  const range = headers.get('content-range') ?? ''
  if (status === 416) return range === `bytes */${have}` ? 'complete' : 'refused'
  return range.startsWith(`bytes ${have}-`) ? have : 'refused'
}

function totalOf({ status, headers }: Answer, start: number): number | undefined {
  const length = headers.get('content-length')
  if (length === null) return undefined
  return (status === 206 ? start : 0) + Number(length)
}

/** What `If-Range` may name: a strong ETag, or else the date. */
function strongValidator(headers: Headers): string | undefined {
  const tag = headers.get('etag')
  if (tag?.startsWith('"')) return tag
  return headers.get('last-modified') ?? undefined
}

async function checkRoom(path: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(path)
  if (bavail * bsize >= needed) return
  throw new ProblemError([
    error(`the disk is full: ${path} needs ${needed} bytes, ${bavail * bsize} are free`, {
      remedy: 'Make room there, or set `artifacts.cache` to a directory on a larger disk.',
    }),
  ])
}

function reporter(options: Pick<DownloadOptions, 'name' | 'emit'>, total: number | undefined) {
  let last = -1
  return (done: number, always = false) => {
    if (done === last && !always) return
    last = done
    options.emit({ name: options.name, done, ...(total === undefined ? {} : { total }) })
  }
}
