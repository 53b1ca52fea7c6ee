/** What all sources share while they fetch: the limit on parallel downloads, progress, the place for partial files. */
import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { createLimit } from '../../limit.ts'
import { discover, download } from '../http/download.ts'
import type { DownloadProgress } from '../model.ts'
import type { Archive, ObtainedArchive } from './source.ts'

/** More at once only share the same line. */
const parallelDownloads = 4

export interface Transfer {
  /** For temporary files; `prepare` makes it. */
  readonly directory: string
  readonly prepare: () => Promise<void>
  readonly limit: <T>(task: () => Promise<T>) => Promise<T>
  readonly download: (url: string, archive: Archive) => Promise<ObtainedArchive>
  /** The hash of what is there, which nobody states. A download of that hash finds it already here. */
  readonly discover: (url: string) => Promise<string>
  readonly signal: AbortSignal | undefined
}

export interface TransferOptions extends Pick<Transfer, 'directory' | 'prepare'> {
  readonly emit: (progress: DownloadProgress) => void
  /** Whether an archive's hash comes from the lock file, for messages. */
  readonly isLocked: (archive: Pick<Archive, 'sha256'>) => boolean
  readonly signal?: AbortSignal | undefined
}

export function createTransfer(options: TransferOptions): Transfer {
  const limit = createLimit(parallelDownloads)
  const { directory, prepare, signal } = options
  return {
    limit,
    directory,
    prepare,
    signal,
    discover: url =>
      limit(async () => {
        await prepare()
        return discover(url, { ...options, name: basename(new URL(url).pathname) })
      }),
    download: (url, archive) =>
      limit(async () => {
        const path = await download(url, {
          ...options,
          name: basename(archive.name),
          sha256: archive.sha256,
          stated: options.isLocked(archive) ? 'locked' : 'published',
        })
        return { path, dispose: () => rm(path, { force: true }) }
      }),
  }
}
