/** The probe: one script that observes all that a run wants to know of a host, in one round trip. */
import type { Component } from '../inventory/model.ts'
import type { Observed, PathFacts, Replaced, Unfinished, UnitFacts } from '../resource/observed.ts'
import { mostNames } from './bounds.ts'
import { atMost, begin, preamble, sections } from './frame.ts'
import { addressesIn } from './host-state.ts'
import { programMemory, stampDirectory } from './layout.ts'
import { lookupScript, parseLookups } from './lookups.ts'
import { packageQuestion, parsePackages } from './package-question.ts'
import { command, quote } from './quote.ts'
import { parseRecord } from './record.ts'
import { pushName, stagingDirectory, touchedMark } from './staging.ts'
import { parseWritten, type Written, writtenScript } from './written.ts'

export interface ProbeRequest {
  /** Asked for with the groups of the same names. */
  readonly users: readonly string[]
  /** Of the host's own system. */
  readonly packages: readonly string[]
  /** A link to a directory is as good as one: the data often lies on a disk of its own. */
  readonly directories: readonly string[]
  /** Files to stat, programs and hashed ones included. */
  readonly paths: readonly string[]
  /** Small files, hashed each time. */
  readonly hashed: readonly string[]
  /** Large files, hashed only where size, times or inode are not those remembered. */
  readonly programs: readonly string[]
  readonly units: readonly string[]
  /** To be resolved. */
  readonly names?: readonly string[]
  /** Files that services are to write themselves. */
  readonly written?: readonly Written[]
  /** Whether a file system is mounted for homes. */
  readonly homes?: boolean
  /** Hash every program. */
  readonly deep: boolean
}

const inside = '/.'

const unitProperties =
  'Id,LoadState,ActiveState,ActiveEnterTimestampMonotonic,ExecMainStartTimestampMonotonic,UnitFileState,NeedDaemonReload,DropInPaths'
/** What changes whenever a file does; the path stands last. */
export const identityFormat = '%s %.9Y %.9Z %i %n'

/** POSIX shell. Few processes: each costs a host about 2 ms. */
export function probeScript(nonce: string, request: ProbeRequest): string {
  const lines = [
    preamble,
    begin(nonce, 'host'),
    // Only root owns what root owns: one process less than `id`.
    'uname -m; if [ -O / ]; then echo root; else echo other; fi; read -r up idle </proc/uptime; echo "$up"; date +%s.%N; if [ -d /run/systemd/system ]; then echo systemd; else cat /proc/1/comm; fi',
  ]
  if (request.homes) lines.push(begin(nonce, 'homes'), homes)
  const section = (name: string, words: readonly string[], text: string) => {
    if (words.length > 0) lines.push(begin(nonce, name), text)
  }
  // Behind a slash, a link is what it leads to.
  const stated = [...request.directories.map(path => `${path}${inside}`), ...request.paths]
  section('users', request.users, `${command('getent', 'passwd', ...request.users)} 2>/dev/null`)
  section('groups', request.users, `${command('getent', 'group', ...request.users)} 2>/dev/null`)
  section('packages', request.packages, packageQuestion(request.packages))
  section(
    'paths',
    stated,
    `${command('stat', '-c', `%F|%a|%U|%G|%s|%.9Y|${identityFormat}`, '--', ...stated)} 2>/dev/null`,
  )
  section('hashes', request.hashed, fileHashes(request.hashed))
  section('programs', request.programs, programHashes(request))
  section(
    'units',
    request.units,
    `units=$(${command('systemctl', 'show', '-p', unitProperties, '--', ...request.units)} 2>/dev/null); printf '%s\\n' "$units"`,
  )
  section('lookups', request.names ?? [], lookupScript(request.names ?? []))
  section(
    'written',
    (request.written ?? []).map(({ path }) => path),
    writtenScript(request.written ?? []),
  )
  section('drop-ins', request.units, dropIns)
  // Of every component: also of those that the inventory does not name any more.
  lines.push(begin(nonce, 'stamps'), `grep -as '' ${quote(stampDirectory)}/* /dev/null`, emptyStamps)
  lines.push(begin(nonce, 'unfinished'), unfinished)
  lines.push(begin(nonce, 'addresses'), 'ip -o address show 2>/dev/null')
  lines.push(begin(nonce, 'end'))
  return lines.join('\n')
}

/** Prints `mounted` if anything is at or below /home or /root. A host that runs containers has hundreds of mounts. */
const homes =
  "grep -Eqs '^[^ ]* /(home|root)[/ ]' /proc/self/mounts; case $? in 0) echo mounted ;; 1) echo none ;; esac"

/** Of drop-ins, the settings that promha's own units have too, none that may be secret; no process where there is none. */
const dropIns = [
  'set --; set -f',
  'while IFS= read -r line; do case $line in DropInPaths=?*) set -- "$@" ${line#DropInPaths=} ;; esac; done <<END',
  '$units',
  'END',
  'set +f',
  'if [ $# != 0 ]; then',
  `  grep -EHos '^[[:space:]]*(User|Group|DynamicUser)[[:space:]]*=[[:space:]]*[A-Za-z0-9._-]*.?' -- "$@"`,
  `  grep -EHos '^[[:space:]]*Environment[[:space:]]*=.*\\bREPLICA=[A-Za-z0-9._-]*' -- "$@" | sed -E 's/=.*\\bREPLICA=/=/'`,
  // Split into words and joined by single blanks, as the other side does with its own.
  `  grep -EHs '^[[:space:]]*ExecStart[[:space:]]*=' -- "$@" | head -n ${mostNames + 1} | while IFS= read -r line; do set -f; set -- \${line#*=}; hash=; [ $# = 0 ] || hash=$(printf %s "$*" | sha256sum); echo "\${line%%=*}=\${hash%% *}"; done`,
  'fi',
].join('\n')

/** A file that a crash of the host emptied has no line that would be found; no process at all. */
const emptyStamps = `for f in ${quote(stampDirectory)}/*; do if [ -f "$f" ] && [ ! -s "$f" ]; then echo "$f:"; fi; done`

/** What earlier runs left in staging, `NAME touched|untouched`; no process at all. */
const unfinished = [
  `for d in ${quote(stagingDirectory)}/*; do`,
  `  if [ "\${d##*/}" = ${pushName} ]; then for f in "$d"/*; do if [ -e "$f" ]; then echo '${pushName} untouched'; break; fi; done`,
  `  elif [ -e "$d/${touchedMark}" ]; then echo "\${d##*/} touched"`,
  `  elif [ -e "$d" ]; then echo "\${d##*/} untouched"; fi`,
  'done',
].join('\n')

/** Of files only: a pipe or a device, or a link to one, would be read for ever. */
function fileHashes(paths: readonly string[]): string {
  return `set --; for f in ${command(...paths)}; do [ ! -f "$f" ] || set -- "$@" "$f"; done; [ $# = 0 ] || sha256sum -- "$@" 2>/dev/null`
}

function programHashes(request: ProbeRequest): string {
  const known = request.deep ? 'known=' : `known=$(cat ${quote(programMemory)}/* 2>/dev/null)`
  return [
    "nl='\n'",
    known,
    `${command('stat', '-c', identityFormat, '--', ...request.programs)} 2>/dev/null | while IFS= read -r line; do`,
    '  case "$nl$known$nl" in',
    '    *" $line$nl"*) before="$nl$known$nl"; before=${before%%" $line$nl"*}; hash="${before##*"$nl"} remembered" ;;',
    '    *) [ -f "${line#* * * * }" ] || continue; hash=$(sha256sum <"${line#* * * * }"); hash="${hash%% *} hashed" ;;',
    '  esac',
    '  printf "%s %s\\n" "$hash" "${line#* * * * }"',
    'done',
  ].join('\n')
}

/**
 * What a finished probe printed; undefined where it did not reach its end. Throws a ProblemError where a host says more
 * than any healthy one.
 */
export function parseProbe(nonce: string, output: string): Observed | undefined {
  const found = sections(nonce, output)
  const lines = (name: string) => found.get(name) ?? []
  if (!found.has('end')) return undefined
  const [machine = '', user = '', uptime = '', now = '', init = ''] = lines('host')
  const programs = lines('programs').map(line => /^([0-9a-f]{64}) (remembered|hashed) (.*)$/.exec(line))
  const hashes = new Map<string, string>()
  for (const line of lines('hashes')) {
    const match = /^([0-9a-f]{64}) [ *](.*)$/.exec(line)
    if (match?.[1] && match[2]) hashes.set(match[2], match[1])
  }
  const unremembered = new Set<string>()
  for (const match of programs) {
    if (!match?.[1] || !match[3]) continue
    hashes.set(match[3], match[1])
    if (match[2] === 'hashed') unremembered.add(match[3])
  }
  return {
    machine,
    root: user === 'root',
    systemd: init === 'systemd',
    ...(lines('homes')[0] === undefined ? {} : { homesMounted: lines('homes')[0] !== 'none' }),
    addresses: addressesIn(found.get('addresses')),
    packages: parsePackages(lines('packages')),
    ...(found.has('lookups') ? { lookups: parseLookups(lines('lookups')) } : {}),
    ...(found.has('written') ? { unwritable: parseWritten(lines('written')) } : {}),
    users: new Set(lines('users').map(nameIn)),
    groups: new Set(lines('groups').map(nameIn)),
    paths: new Map(lines('paths').flatMap(parsePath)),
    hashes,
    unremembered,
    units: parseUnits(
      lines('units'),
      parseDropIns(lines('drop-ins')),
      Number(uptime),
      Number(now) - Number(uptime),
    ),
    ...parseStamps(lines('stamps')),
    unfinished: atMost(mostNames, 'unfinished changes', lines('unfinished').flatMap(parseUnfinished)),
  }
}

/** Of a line as `getent` prints it. */
function nameIn(line: string): string {
  return line.split(':', 1)[0] ?? ''
}

function parsePath(line: string): [string, PathFacts][] {
  const match = /^([^|]*)\|(\d+)\|([^|]*)\|([^|]*)\|(\d+)\|([\d.]+)\|((?:\S+ ){3}\S+) (.*)$/.exec(line)
  if (!match) return []
  const [, type = '', mode = '', owner = '', group = '', size = '', mtime = '', identity = '', path = ''] =
    match
  return [
    [
      path.endsWith(inside) ? path.slice(0, -inside.length) : path,
      {
        type: pathType(type),
        mode: Number.parseInt(mode, 8),
        owner,
        group,
        size: Number(size),
        mtime: Number(mtime),
        identity,
      },
    ],
  ]
}

function pathType(type: string): PathFacts['type'] {
  if (type.startsWith('regular')) return 'file'
  if (type === 'directory') return 'directory'
  return type === 'symbolic link' ? 'link' : 'other'
}

/** `systemctl show` parts the units by the property Id, which comes first. `boot`: seconds since the epoch. */
function parseUnits(
  lines: readonly string[],
  replaced: readonly Replaced[],
  uptime: number,
  boot: number,
): ReadonlyMap<string, UnitFacts> {
  const blocks: Map<string, string>[] = []
  let block = new Map<string, string>()
  for (const line of lines) {
    const at = line.indexOf('=')
    const key = line.slice(0, at)
    if (block.has(key) || blocks.length === 0) {
      block = new Map()
      blocks.push(block)
    }
    block.set(key, line.slice(at + 1))
  }
  return new Map(
    blocks.map(facts => [
      facts.get('Id') ?? '',
      {
        load: facts.get('LoadState') ?? '',
        active: facts.get('ActiveState') ?? '',
        enabled: facts.get('UnitFileState') === 'enabled',
        activeFor:
          facts.get('ActiveState') === 'active'
            ? uptime - Number(facts.get('ActiveEnterTimestampMonotonic') ?? 0) / 1e6
            : null,
        needsDaemonReload: facts.get('NeedDaemonReload') === 'yes',
        ...replacedIn(facts.get('DropInPaths'), replaced),
        ...sinceOf(facts.get('ExecMainStartTimestampMonotonic'), boot),
      },
    ]),
  )
}

/** Lines as `PATH:SETTING=VALUE`. */
function parseDropIns(lines: readonly string[]): readonly Replaced[] {
  const found = lines.flatMap((line): Replaced[] => {
    const [, path = '', key = '', value = ''] = /^(\/[^:]*):\s*([A-Za-z]+)\s*=(.*)$/.exec(line) ?? []
    return path === '' ? [] : [{ path, key, value: value.trim() }]
  })
  return atMost(mostNames, 'settings in drop-ins', found)
}

function replacedIn(paths: string | undefined, all: readonly Replaced[]): Pick<UnitFacts, 'replaced'> {
  const own = paths?.split(' ') ?? []
  const replaced = all.filter(({ path }) => own.includes(path))
  return replaced.length > 0 ? { replaced } : {}
}

/** Microseconds since the boot, 0 where it was never started. */
function sinceOf(started: string | undefined, boot: number): { since?: number } {
  const time = Number(started ?? 0)
  return time > 0 ? { since: boot + time / 1e6 } : {}
}

/** Each line stands behind its file's path; what is no whole record is damaged. */
function parseStamps(lines: readonly string[]): Pick<Observed, 'stamps' | 'damaged'> {
  const records = new Map<string, string[]>()
  for (const line of lines) {
    const match = /^[^:]*\/([a-z_][a-z0-9_]*):(.*)$/.exec(line)
    if (!match?.[1]) continue
    const record = records.get(match[1])
    if (record) record.push(match[2] ?? '')
    else records.set(match[1], [match[2] ?? ''])
  }
  atMost(mostNames, 'components', [...records.keys()])
  const read = [...records].map(([component, record]) => ({ component, stamp: parseRecord(record) }))
  return {
    stamps: new Map(
      read.flatMap(({ component, stamp }) => (stamp ? [[component as Component, stamp] as const] : [])),
    ),
    damaged: read.filter(({ stamp }) => !stamp).map(({ component }) => component),
  }
}

function parseUnfinished(line: string): Unfinished[] {
  const match = /^(\S+) (touched|untouched)$/.exec(line)
  return match?.[1] ? [{ name: match[1], touched: match[2] === 'touched' }] : []
}
