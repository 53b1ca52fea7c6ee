/** The end of promha on a host: once it owns nothing in use there any more, its own files go too. */
import { begin, preamble } from './frame.ts'
import { removeGuard } from './guard.ts'
import { lockPath, home as usualHome } from './layout.ts'
import { holdsLock, type LockRequest, lockScript, releaseScript } from './lock.ts'
import { removalLines } from './package-removal.ts'
import { command, quote } from './quote.ts'
import { ownsSomething, type RestorePlaces, restoreLines } from './restore.ts'

/** What was there before is the user's, whatever wrote to it since. */
const ownsData = '^made data '

interface TracePlaces extends RestorePlaces {
  readonly lock: string
  readonly uptime: string
  /** The lines that remove the guard. */
  readonly guard: readonly string[]
  /** The command that removes packages which no manifest names; it fails where it could not try, and prints why. */
  readonly packages?: (nonce: string) => readonly string[]
}

const here: TracePlaces = {
  home: usualHome,
  root: '/',
  lock: lockPath,
  uptime: '/proc/uptime',
  guard: removeGuard(),
  packages: nonce => removalLines(nonce, { leaving: [], wanted: [] }),
}

interface TraceRequest {
  readonly lock: LockRequest
  /** Frames what the lock's own script prints. */
  readonly lockNonce: string
  /** Components whose backups are given back. */
  readonly restores: readonly string[]
}

/**
 * Gives backups back, then removes the guard and all below promha's directory but other backups and the manifests of data
 * that was kept, and at last the lock's file. Prints of these sections what applies: `busy` (another run is at work), behind
 * what the lock's script prints then; those of {@link restoreLines} and {@link removalLines}, `owned` (something in use is still promha's), `data` and
 * `backups` (paths that are kept), then `end`.
 */
export function removeTracesScript(nonce: string, request: TraceRequest, places: TracePlaces = here): string {
  const { lock: lockRequest, lockNonce, restores } = request
  const { home } = places
  const packages = places.packages?.(nonce)
  const lock = quote(places.lock)
  const [base, backup, state] = [quote(home), quote(`${home}/backup`), quote(`${home}/state`)]
  // Still there where one of its packages could not be removed.
  const notes = quote(`${home}/packages`)
  const end = begin(nonce, 'end')
  return [
    preamble,
    `if [ ! -e ${base} ] && [ ! -e ${lock} ]; then ${end}; exit 0; fi`,
    // Taken once more behind whatever may last longer than the lock lives without a sign of life.
    `take() { answer=$(\n${lockScript(lockNonce, lockRequest, places)}\n); if ${holdsLock(lockRequest.run, places)}; then :; else printf '%s\\n' "$answer"; ${begin(nonce, 'busy')}; ${end}; exit 0; fi; }`,
    'take',
    ...restoreLines(nonce, restores, places),
    ...(restores.length === 0 ? [] : ['take']),
    'removed=yes',
    ...(packages === undefined
      ? []
      : [`if ${ownsSomething(home)}; then :; else {`, ...packages, '} || removed=no; take; fi']),
    `if ${ownsSomething(home)}; then ${begin(nonce, 'owned')}`,
    'elif [ $removed = yes ]; then',
    ...places.guard,
    `for each in ${base}/* ${base}/.[!.]*; do case $each in ${backup} | ${state} | ${notes}) ;; *) rm -rf -- "$each" ;; esac; done`,
    `for each in ${state}/*; do grep -qs '${ownsData}' "$each" || rm -f -- "$each"; done`,
    `exec 9<${lock}; if flock -w 10 9 && grep -qsxF ${command(`run=${lockRequest.run}`, places.lock)}; then rm -f ${lock}; fi`,
    `rmdir ${backup}/* ${backup} ${state} ${base} 2>/dev/null`,
    `${begin(nonce, 'data')}; sed -n 's/${ownsData}//p' ${state}/* 2>/dev/null`,
    `if [ -d ${backup} ]; then ${begin(nonce, 'backups')}; tar -C ${backup} -cf - . | tar -tf - | grep -v '/$' | sed 's,^\\.,,'; fi`,
    'fi',
    `[ ! -e ${lock} ] || (\n${releaseScript(lockRequest.run, places)}\n)`,
    end,
  ].join('\n')
}
