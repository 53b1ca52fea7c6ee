/**
 * One lock a host: which run may change it. Held by lines in a file of this boot, read and written under flock(1) on
 * the file itself; free once it was not renewed for half a minute, whatever became of its run.
 */
import { visibleLine } from '../diagnostic/visible.ts'
import { begin, preamble, sections } from './frame.ts'
import { lockPath } from './layout.ts'
import { quote } from './quote.ts'

/** Seconds of the host's uptime after which a lock that was not renewed is free. */
export const lockLife = 30

/** Where the host keeps it; tests have their own. */
export interface LockPlaces {
  readonly lock: string
  /** Its first word is the seconds since the boot, those asleep included. */
  readonly uptime: string
}

const here: LockPlaces = { lock: lockPath, uptime: '/proc/uptime' }

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

/**
 * Takes the lock where it is free or ours already. Prints a section `taken` or `held`, then `end`. Fails, and says why
 * on stderr, where the file cannot be read or written.
 */
export function lockScript(nonce: string, request: LockRequest, places: LockPlaces = here): string {
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
    ...start(places),
    `exec 9>>${quote(places.lock)}`,
    ...readUnderLock(places),
    ...writeOrTell(nonce, free.map(run => `[ "$run" = ${run} ]`).join(' || '), [
      `[ "$run" = ${own} ] || since=$(date +%s)`,
      values.join('; '),
    ]),
  ].join('\n')
}

/** Renews the lock where it is ours and not yet free; prints what {@link lockScript} does. */
export function renewScript(nonce: string, run: string, places: LockPlaces = here): string {
  const lock = quote(places.lock)
  return [
    ...start(places),
    `[ -e ${lock} ] || { ${begin(nonce, 'held')}; ${begin(nonce, 'end')}; exit 0; }`,
    `exec 9<${lock}`,
    ...readUnderLock(places),
    ...writeOrTell(nonce, `[ "$run" = ${quote(run)} ]`),
  ].join('\n')
}

/** Frees the lock where it is ours, even one that was not renewed. */
export function releaseScript(run: string, places: LockPlaces = here): string {
  const lock = quote(places.lock)
  return [
    ...start(places),
    `[ -e ${lock} ] || exit 0`,
    `exec 9<${lock}`,
    ...readUnderLock(places),
    `[ "$named" != ${quote(run)} ] || : >${lock}`,
  ].join('\n')
}

/**
 * A condition of shell, for `if`, `||` and `&&`: true as long as this run holds the host's lock. Asks nothing of the
 * script around it (only its PATH) and changes nothing there.
 */
export function holdsLock(run: string, places: LockPlaces = here): string {
  const lock = quote(places.lock)
  const read = ['flock -s -w 10 9 || exit 1', ...readLines(places), `[ "$run" = ${quote(run)} ]`]
  return `{ [ -f ${lock} ] && (\n${read.join('\n')}\n) 9<${lock}; } 2>/dev/null`
}

/** What a lock or renew script printed; undefined where it did not come to its end. */
export function parseLock(nonce: string, output: string): LockAnswer | undefined {
  const found = sections(nonce, output)
  if (!found.has('end')) return undefined
  if (found.has('taken')) return { state: 'taken' }
  const lines = found.get('held')
  if (!lines) return undefined
  const value = (key: string) =>
    oneLine(lines.find(line => line.startsWith(`${key}=`))?.slice(key.length + 1) ?? '')
  const run = value('run')
  if (run === '') return { state: 'held' }
  const [who, pid, from, command] = [value('who'), whole(value('pid')), value('from'), value('command')]
  const [since, now] = [whole(value('since')), whole(value('now'))]
  const holder: LockHolder = {
    run,
    ...(who === '' ? {} : { who }),
    ...(pid === undefined ? {} : { pid }),
    ...(from === '' ? {} : { from }),
    ...(command === '' ? {} : { command }),
    // A clock that was set back must not make the past the future.
    ...(since === undefined || now === undefined ? {} : { heldFor: Math.max(0, now - since) }),
  }
  return { state: 'held', holder }
}

/** A name may hold anything; this is one line of its start that any file and terminal can take. */
function oneLine(text: string): string {
  return visibleLine([...text.slice(0, 400)].slice(0, 200).join(''))
}

function whole(text: string): number | undefined {
  return /^\d{1,12}$/.test(text) ? Number(text) : undefined
}

/** Opening a pipe or a device could wait for ever, and what a link leads to is somebody else's. */
function start({ lock }: LockPlaces): readonly string[] {
  const odd = `${lock} is there, but is no file`
  const file = `[ -f ${quote(lock)} ] && [ ! -L ${quote(lock)} ]`
  return [
    preamble,
    `{ [ ! -e ${quote(lock)} ] && [ ! -L ${quote(lock)} ]; } || { ${file}; } || { echo ${quote(odd)} >&2; exit 1; }`,
  ]
}

/** File descriptor 9 is the lock's: waits for its turn, then reads, and knows how to write. */
function readUnderLock(places: LockPlaces): readonly string[] {
  const busy = `${places.lock} could not be locked within 10 s because another process holds flock(1) on it`
  return [
    `flock -w 10 9 || { echo ${quote(busy)} >&2; exit 1; }`,
    ...readLines(places),
    `case $up in '' | *[!0-9]*) echo ${quote(`${places.uptime} tells no time`)} >&2; exit 1 ;; esac`,
    `write() { printf '%s\\n' "run=$run" "renewed=$up" "since=$since" "who=$who" "pid=$pid" "from=$from" "command=$command" >${quote(places.lock)}; }`,
  ]
}

/**
 * Sets `named` to the run that the file names and `run` to it where its lock has not become free, else to nothing.
 * A last line that was cut off is no line, and what makes no sense is free: it could not be renewed either.
 */
function readLines({ lock, uptime }: LockPlaces): readonly string[] {
  const keys = ['renewed', 'since', 'who', 'pid', 'from', 'command']
  const cases = [...keys.map(key => [key, key] as const), ['run', 'named'] as const]
  const arms = cases.map(([key, variable]) => `${key}=*) ${variable}=\${line#${key}=} ;;`)
  return [
    `run=; named=; up=; ${keys.map(key => `${key}=`).join('; ')}`,
    `while IFS= read -r line; do case $line in ${arms.join(' ')} esac; done <${quote(lock)}`,
    `read -r up rest <${quote(uptime)}; up=\${up%%.*}`,
    // A leading zero would make it octal, and too many digits no number at all.
    "case $renewed in '' | 0?* | *[!0-9]* | ?????????????*) ;;",
    `*) [ "$up" -ge "$renewed" ] && [ $((up - renewed)) -le ${lockLife} ] && run=$named ;;`,
    'esac',
  ]
}

/** Where the condition holds the file is written, `values` set before; and it is printed which of the two it was. */
function writeOrTell(nonce: string, condition: string, values: readonly string[] = []): readonly string[] {
  return [
    `if ${condition}; then`,
    ...values,
    'write || exit 1',
    begin(nonce, 'taken'),
    'else',
    ...tell(nonce),
    'fi',
    begin(nonce, 'end'),
  ]
}

/** What the lock says of its run, printed for {@link parseLock}. */
function tell(nonce: string): readonly string[] {
  const values = `"run=$run" "since=$since" "now=$(date +%s)" "who=$who" "pid=$pid" "from=$from" "command=$command"`
  return [begin(nonce, 'held'), `printf '%s\\n' ${values}`]
}
