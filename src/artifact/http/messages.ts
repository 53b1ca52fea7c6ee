/** The words of the problems whose topic is `download`. URLs are masked. */
import { messages, type Texts } from '../../diagnostic/problem.ts'

const elsewhere =
  'Fill the cache with `promha artifacts fetch` on a machine that reaches it and copy the cache and the lock file over, or set `artifacts.from` to a mirror or to a directory that holds the archives.'

export const downloadProblem = messages('download', {
  missing: (url: string, status: number) => ({
    summary: `${url} does not exist (HTTP ${status})`,
    remedy: 'Check `artifacts.from` and `versions`.',
  }),
  refused: (url: string, status: number) => ({
    summary: `${url} answered HTTP ${status}`,
    remedy: 'The server refuses access: check the credentials in `artifacts.from`, or use another source.',
  }),
  failed: (url: string, status: number) => ({
    summary: `${url} answered HTTP ${status}`,
    remedy: `Try again later. ${elsewhere}`,
  }),
  noAnswer: (url: string, why: string, proxy: string | undefined) => ({
    summary: `${url} could not be fetched: ${why}`,
    remedy: `${proxy === undefined ? '' : `Check the proxy that ${proxy} names. `}${elsewhere}`,
  }),
  badProxy: (why: string, variables: readonly string[]) => ({
    summary: `a proxy that the environment names cannot be used: ${why}`,
    remedy: `Set ${variables.join(' and ')} to the URL of a proxy, or unset it.`,
  }),
  redirectToHttp: (from: string, to: string) => ({
    summary: `${from} redirects to ${to}, which is not https`,
    detail: 'Nothing was fetched from there: what comes over plain http can be altered on the way.',
    remedy: 'Use an address that answers by https only.',
  }),
  redirectLost: (url: string, why: string) => ({
    summary: `${url} could not be fetched: ${why}`,
    remedy: 'Check `artifacts.from`.',
  }),
  leadsOut: (base: string, path: string) => ({
    summary: `the file name ${JSON.stringify(path)} leads out of ${base}`,
    detail: 'Expected a path below that address. Nothing was fetched.',
    remedy: 'Run `promha artifacts fetch --update`, and find out who changed the lock file or the server.',
  }),
  tooLarge: (url: string, limit: number) => ({
    summary: `${url} is larger than ${limit} bytes`,
    remedy: 'No release is that large: check the address.',
  }),
  diskFull: (path: string, needed: number, free: number) => ({
    summary: `the disk is full: ${path} needs ${needed} bytes, ${free} are free`,
    remedy: 'Make room there, or set `artifacts.cache` to a directory on a larger disk.',
  }),
  notAsLocked: (the: Texts<'where' | 'expected' | 'seen'>) => ({
    summary: `checksum mismatch: ${the.where} is not what the lock file says`,
    detail: `expected sha256 ${the.expected}\nseen     sha256 ${the.seen}`,
    remedy:
      'Nothing of it was kept. If the release was replaced on purpose, accept it with `promha artifacts fetch --update`. If not, find out who changed it.',
  }),
  notAsPublished: (the: Texts<'where' | 'expected' | 'seen'>) => ({
    summary: `checksum mismatch: ${the.where} is not what its publisher says`,
    detail: `expected sha256 ${the.expected}\nseen     sha256 ${the.seen}`,
    remedy:
      'Nothing of it was kept. Try again. If it fails again, use another source: the server, or something on the way to it, alters the file.',
  }),
})
