/** One lock a host: lines in a file of this boot, under flock(1) on that file; free once it was not renewed for half a minute. */
import { defined } from '../../diagnostic/defined.ts'
import { visibleLine } from '../../diagnostic/visible.ts'
import { begin, type Sections } from '../syntax/frame.ts'
import { hostLockPath } from '../syntax/layout.ts'
import { quote, variables } from '../syntax/quote.ts'
import { endEarly, type Script, script } from '../syntax/script.ts'
import { staticShell } from '../syntax/static.ts'

/** Seconds of the host's uptime after which a lock that was not renewed is free. */
export const lockLife = 30

/** Where the host keeps it; tests have their own. */
export interface LockPlaces {
  readonly lock: string
  /** Its first word is the seconds since the boot, those asleep included. */
  readonly uptime: string
}

const here: LockPlaces = { lock: hostLockPath, uptime: '/proc/uptime' }

export interface LockRequest {
  readonly run: string
  /** USER@HOST of the one who runs promha. */
  readonly who: string
  readonly pid: number
  /** Which process numbers `pid` is one of: a boot of a machine, and a namespace of it. Empty where that is not known. */
  readonly from: string
  readonly command: string
  /** A run that is known to have died: its lock is taken over. */
  readonly over?: string
}

/** What the lock says of its run; absent where it does not say. */
export interface LockHolder {
  readonly run: string
  readonly who?: string
  readonly pid?: number
  readonly from?: string
  readonly command?: string
  /** Seconds for which it has been held, by the host's clock. */
  readonly heldFor?: number
}

/** `holder` is absent where a renewal found that no run has the lock. */
export type LockAnswer =
  | { readonly state: 'taken' }
  | { readonly state: 'held'; readonly holder?: LockHolder }

/** Milliseconds: a host with a slow disk, another run's turn, a queue of commands before it. */
const takeTimeout = 30_000
/** Milliseconds. A lock that cannot be released by then expires soon. */
export const releaseTimeout = 5000

/** Takes the lock where it is free or ours already. Fails, and says why on stderr, where the file cannot be read or written. */
export function lockScript(request: LockRequest, places: LockPlaces = here): Script<LockAnswer> {
  const lines = (nonce: string) => lockLines(nonce, request, places)
  return script({ name: 'lock', lines, parse: parseHostLock, timeout: takeTimeout })
}

/** Prints a section `taken` or `held`, read by {@link parseHostLock}. */
export function lockLines(nonce: string, request: LockRequest, places: LockPlaces = here): readonly string[] {
  const own = quote(request.run)
  const free = ['""', own, ...(request.over === undefined ? [] : [quote(request.over)])]
  const values = [
    `run=${own}`,
    `who=${quote(oneLine(request.who))}`,
    `pid=${quote(String(request.pid))}`,
    `from=${quote(oneLine(request.from))}`,
    `command=${quote(oneLine(request.command))}`,
  ]
  return [
    start(places),
    'plain; exec 9>>"$lock"; turn',
    ...writeOrTell(nonce, free.map(run => `[ "$run" = ${run} ]`).join(' || '), [
      `[ "$run" = ${own} ] || since=$(date +%s)`,
      values.join('; '),
    ]),
  ]
}

/** Renews the lock where it is ours and not yet free; `taken` where it is still ours. */
export function renewScript(run: string, timeout: number, places: LockPlaces = here): Script<LockAnswer> {
  const lines = (nonce: string) => [
    start(places),
    `plain; [ -e "$lock" ] || { ${endEarly(nonce, 'held')}; }`,
    'exec 9<"$lock"; turn',
    ...writeOrTell(nonce, `[ "$run" = ${quote(run)} ]`),
  ]
  return script({ name: 'renew', lines, parse: parseHostLock, timeout })
}

/** Frees the lock where it is ours, even one that was not renewed. */
export function releaseScript(run: string, places: LockPlaces = here): Script<true> {
  const lines = (nonce: string) => [
    start(places),
    `plain; [ -e "$lock" ] || { ${endEarly(nonce)}; }`,
    'exec 9<"$lock"; turn',
    `[ "$named" != ${quote(run)} ] || : >"$lock"`,
  ]
  return script({ name: 'release', lines, parse: () => true, timeout: releaseTimeout })
}

/** A condition of shell: this run holds the host's lock. Needs only the PATH of the script around it, and changes nothing there. */
export function holdsLock(run: string, places: LockPlaces = here): string {
  const lock = quote(places.lock)
  const read = [start(places), `flock -s -w 10 9 && look && [ "$run" = ${quote(run)} ]`]
  return `{ [ -f ${lock} ] && (\n${read.join('\n')}\n) 9<${lock}; } 2>/dev/null`
}

/** What a lock or renew script printed; undefined where it is neither. */
export function parseHostLock(found: Sections): LockAnswer | undefined {
  if (found.has('taken')) return { state: 'taken' }
  const lines = found.get('held')
  if (!lines) return undefined
  const value = (key: string) =>
    oneLine(lines.find(line => line.startsWith(`${key}=`))?.slice(key.length + 1) ?? '')
  const run = value('run')
  if (run === '') return { state: 'held' }
  const said = (key: string) => value(key) || undefined
  const [since, now] = [whole(value('since')), whole(value('now'))]
  // A clock that was set back must not make the past the future.
  const heldFor = since === undefined || now === undefined ? undefined : Math.max(0, now - since)
  const words = { who: said('who'), pid: whole(value('pid')), from: said('from'), command: said('command') }
  return { state: 'held', holder: { run, ...defined({ ...words, heldFor }) } }
}

/** A name may hold anything; this is one line of its start that any file and terminal can take. */
function oneLine(text: string): string {
  return visibleLine([...text.slice(0, 400)].slice(0, 200).join(''))
}

function whole(text: string): number | undefined {
  return /^\d{1,12}$/.test(text) ? Number(text) : undefined
}

/** What is known of the places and of the lock before anything is done with it. */
function start({ lock, uptime }: LockPlaces): string {
  return `${variables({ lock, uptime, life: lockLife })}\n${staticShell('lock/lock.sh')}`
}

/** Where the condition holds the file is written, `values` set before; and it is printed which of the two it was. */
function writeOrTell(nonce: string, condition: string, values: readonly string[] = []): readonly string[] {
  return [
    `if ${condition}; then`,
    ...values,
    'write || exit 1',
    begin(nonce, 'taken'),
    'else',
    begin(nonce, 'held'),
    'tell',
    'fi',
  ]
}
