/** The end of promha on a host: once it owns nothing in use there any more, its own files go too. */

import { type Diagnosis, diagnosisIn } from '../host/diagnose.ts'
import {
  holdsLock,
  type LockAnswer,
  type LockRequest,
  lockLines,
  parseHostLock,
  releaseScript,
} from '../lock/lock.ts'
import { parseRemoval, type RemovalAnswer, removalLines } from '../package/removal.ts'
import { begin, type Sections } from '../syntax/frame.ts'
import { hostLockPath, home as usualHome } from '../syntax/layout.ts'
import { command, quote } from '../syntax/quote.ts'
import { endEarly, type Script, script } from '../syntax/script.ts'
import { removeGuard } from './guard.ts'
import { downOf, ownsSomething, type RestorePlaces, restoreLines } from './restore.ts'
import { unitBackup } from './staging.ts'

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
  lock: hostLockPath,
  uptime: '/proc/uptime',
  guard: removeGuard(),
  packages: nonce => removalLines(nonce, { leaving: [], wanted: [] }),
}

interface TraceRequest {
  readonly lock: LockRequest
  /** Components whose backups are given back. */
  readonly restores: readonly string[]
}

export interface CleanupAnswer {
  /** Another run is at work. */
  readonly busy: boolean
  /** What its lock says. */
  readonly lock?: LockAnswer
  /** Component → lines of what was given back, and of what went wrong with that. */
  readonly given: ReadonlyMap<string, readonly string[]>
  /** Components that could not be given back as they were. */
  readonly failed: readonly string[]
  /** Component → what is known of its unit, which does not run as it did. */
  readonly down: ReadonlyMap<string, Diagnosis>
  readonly removal: RemovalAnswer
  /** Something in use there is still promha's. */
  readonly owned: boolean
  /** Directories with data that is kept. */
  readonly data: readonly string[]
  /** What promha once replaced, and keeps. */
  readonly backups: readonly string[]
}

/** What a script of cleanup has said so far, whole or not. */
export function parseCleanup(found: Sections, restores: readonly string[]): CleanupAnswer {
  const lines = (section: string) => found.get(section) ?? []
  const lock = parseHostLock(found)
  return {
    busy: found.has('busy'),
    ...(lock ? { lock } : {}),
    given: new Map(restores.map(component => [component, lines(`given ${component}`)])),
    failed: restores.filter(component => found.has(`failed ${component}`)),
    down: new Map(
      restores
        .filter(component => found.has(`down ${component}`))
        .map(component => [component, diagnosisIn(found, downOf(component))]),
    ),
    removal: parseRemoval(found),
    owned: found.has('owned'),
    data: lines('data').map(decodeURIComponent),
    backups: lines('backups').filter(path => !path.endsWith(`/${unitBackup}`)),
  }
}

export function cleanupScript(request: TraceRequest, places: TracePlaces = here): Script<CleanupAnswer> {
  return script({
    name: 'cleanup',
    lines: nonce => cleanupLines(nonce, request, places),
    parse: found => {
      const answer = parseCleanup(found, request.restores)
      return answer.busy && answer.lock?.state !== 'held' ? undefined : answer
    },
    // What is given back may take a while to start.
    timeout: 900_000,
  })
}

/**
 * Gives backups back, then removes the guard and all below promha's directory but other backups and the manifests of data
 * that was kept, and at last the lock's file. Prints of these sections what applies: `busy` (another run is at work), behind
 * what the lock's script prints then; those of {@link restoreLines} and {@link removalLines}, `owned` (something in use is still promha's), `data` and
 * `backups` (paths that are kept), then `end`.
 */
function cleanupLines(nonce: string, request: TraceRequest, places: TracePlaces): readonly string[] {
  const { lock: lockRequest, restores } = request
  const { home } = places
  const packages = places.packages?.(nonce)
  const lock = quote(places.lock)
  const [base, backup, state] = [quote(home), quote(`${home}/backup`), quote(`${home}/state`)]
  // Still there where one of its packages could not be removed.
  const notes = quote(`${home}/packages`)
  return [
    `if [ ! -e ${base} ] && [ ! -e ${lock} ]; then ${endEarly(nonce)}; fi`,
    // Taken once more behind whatever may last longer than the lock lives without a sign of life.
    `take() { answer=$(\n${lockLines(nonce, lockRequest, places).join('\n')}\n); if ${holdsLock(lockRequest.run, places)}; then :; else printf '%s\\n' "$answer"; ${endEarly(nonce, 'busy')}; fi; }`,
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
    `[ ! -e ${lock} ] || (\n${releaseScript(lockRequest.run, places).render(nonce)}\n) >/dev/null`,
  ]
}
