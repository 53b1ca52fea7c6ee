/** What runs or is installed on a host before promha takes it over: units, command lines, and the files that they name. */

import { mostFoundFiles, mostFoundText, mostNames, mostOfCommand } from './bounds.ts'
import { atMost, begin, preamble, sections } from './frame.ts'
import { command, quote } from './quote.ts'

export interface FoundUnit {
  readonly name: string
  readonly active: boolean
  readonly enabled: boolean
  readonly pid: number
  /** Path of its control group; empty if it does not run. */
  readonly group: string
  /** The unit file, then its drop-ins. */
  readonly texts: readonly string[]
  readonly environments: readonly string[]
}

export interface FoundProcess {
  readonly pid: number
  readonly argv: readonly string[]
  /** Where relative paths begin. */
  readonly directory: string
  /** Its control group's path. */
  readonly group: string
  /** It is in the network of the host itself: what a container has of its own takes no port of the host. */
  readonly ofHost: boolean
}

export interface FoundPrograms {
  readonly units: readonly FoundUnit[]
  readonly processes: readonly FoundProcess[]
}

/** Names of programs, as the kernel cuts them at 15 characters. */
const programs =
  'prometheus | prometheus-* | prometheus2 | alertmanager* | node_exporter* | node-exporter* | blackbox_export* | blackbox-export* | pushgateway*'

/**
 * Prints the units that exist, and the programs that run in them, as root, as one of `users`, or with a port of the shell
 * variable `held` (lines of `holdersScript`). Any other user may run anything by that name, and as often: it is nothing
 * that promha takes the place of. Read by {@link parsePrograms}.
 */
export function programsScript(units: readonly string[], users: readonly string[] = []): readonly string[] {
  if (units.length === 0) return []
  const properties =
    'Id,LoadState,ActiveState,UnitFileState,MainPID,ControlGroup,FragmentPath,DropInPaths,EnvironmentFiles'
  return [
    `enc() { head -c ${mostOfCommand} | base64 -w0; }`,
    'net=$(readlink /proc/self/ns/net)',
    // Regular files only: a pipe or a device would be read without end.
    `text() { if [ -f "$2" ]; then echo "$1 $(enc <"$2")"; fi; }`,
    'process() {',
    '  argv=$(enc 2>/dev/null <"/proc/$1/cmdline") && [ -n "$argv" ] || return 0',
    '  echo "process $1"; [ "$(readlink "/proc/$1/ns/net")" != "$net" ] || echo ofhost; echo "argv $argv"',
    '  echo "cwd $(readlink -n "/proc/$1/cwd" 2>/dev/null | enc)"; echo "group $(enc 2>/dev/null <"/proc/$1/cgroup")"',
    '}',
    // What a masked unit was is in the file that the link hides.
    'next() {',
    '  if [ -n "$masked" ]; then text fragment "/usr/lib/systemd/system/$id"; text environment "/etc/default/${id%.service}"; fi',
    '  masked=; id=; echo next',
    '}',
    // A line without text ends what is said of one unit.
    `${command('systemctl', 'show', '-p', properties, '--', ...units)} 2>/dev/null | { masked=; id=; while IFS= read -r line; do`,
    '  [ -n "$line" ] && echo "$line" || next',
    '  case $line in',
    '    Id=*) id=${line#*=} ;;',
    '    LoadState=masked) masked=yes ;;',
    '    FragmentPath=/*) text fragment "${line#*=}" ;;',
    '    DropInPaths=/*) for f in ${line#*=}; do text dropin "$f"; done ;;',
    '    EnvironmentFiles=/*) f=${line#*=}; text environment "${f% (*}" ;;',
    '    MainPID=[1-9]*) process "${line#*=}" ;;',
    '  esac',
    'done; next; }',
    ...countsFunction(units, users),
    'looked=0',
    `for p in /proc/[0-9]*; do { read -r name <"$p/comm"; } 2>/dev/null || continue; case $name in ${programs}) counts "\${p#/proc/}" && process "\${p#/proc/}" ;; esac; done`,
  ]
}

/** counts PID: whether a program is one of those that are looked at. No process of the host's own but for a few of them. */
function countsFunction(units: readonly string[], users: readonly string[]): readonly string[] {
  const accounts = users.length === 0 ? '' : `${command('getent', 'passwd', ...users)} | cut -d : -f 3`
  const inside = units.flatMap(unit => [`*${quote(`/${unit}`)}`, `*${quote(`/${unit}/`)}*`]).join(' | ')
  return [
    `uids=" 0 $(${accounts || ':'}) "; uids=$(echo $uids); holders=$(echo $(printf '%s\\n' "\${held-}" | cut -d ' ' -f 4))`,
    'counts() {',
    '  case " $holders " in *" $1 "*) return 0 ;; esac',
    `  while read -r line; do case $line in *user.slice*) ;; ${inside}) return 0 ;; esac; done 2>/dev/null <"/proc/$1/cgroup"`,
    '  as=; while read -r key id others; do [ "$key" != Uid: ] || { as=$id; break; }; done 2>/dev/null <"/proc/$1/status"',
    '  [ -n "$as" ] || return 1',
    '  case " $uids " in *" $as "*) ;; *) return 1 ;; esac',
    `  [ "$(readlink "/proc/$1/ns/net")" = "$net" ] && [ $looked -lt ${mostNames} ] && looked=$((looked + 1))`,
    '}',
  ]
}

/** Throws a ProblemError where a host names more units than any healthy one. */
export function parsePrograms(lines: readonly string[]): FoundPrograms {
  const units = new Map<string, FoundUnit>()
  const processes = new Map<number, FoundProcess>()
  let unit = new Map<string, string[]>()
  let pid = 0
  const done = () => {
    const one = unitOf(unit)
    if (one) units.set(one.name, one)
    unit = new Map()
  }
  for (const line of lines) {
    const [, key = '', value = ''] = /^(\w+)[ =]?(.*)$/.exec(line) ?? []
    const known = processes.get(pid)
    if (key === 'next') done()
    else if (key === 'process') {
      pid = Number(value)
      processes.set(pid, { pid, argv: [], directory: '/', group: '', ofHost: false })
    } else if (key === 'ofhost' && known) processes.set(pid, { ...known, ofHost: true })
    else if (key === 'argv' && known) processes.set(pid, { ...known, argv: argvOf(decoded(value)) })
    else if (key === 'cwd' && known) processes.set(pid, { ...known, directory: decoded(value) || '/' })
    else if (key === 'group' && known) processes.set(pid, { ...known, group: groupOf(decoded(value)) })
    else unit.set(key, [...(unit.get(key) ?? []), value])
  }
  done()
  return {
    units: atMost(mostNames, 'units', [...units.values()]),
    // More than that is no error: users may start as many programs as they like.
    processes: [...processes.values()].slice(0, 2 * mostNames),
  }
}

function unitOf(facts: ReadonlyMap<string, readonly string[]>): FoundUnit | undefined {
  const first = (key: string) => facts.get(key)?.[0] ?? ''
  const texts = (...keys: readonly string[]) => keys.flatMap(key => (facts.get(key) ?? []).map(decoded))
  if (!['loaded', 'masked'].includes(first('LoadState'))) return undefined
  return {
    name: first('Id'),
    active: ['active', 'reloading', 'activating'].includes(first('ActiveState')),
    enabled: first('UnitFileState') === 'enabled',
    pid: Number(first('MainPID')),
    group: first('ControlGroup'),
    texts: texts('fragment', 'dropin'),
    environments: texts('environment'),
  }
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8')
}

function argvOf(text: string): readonly string[] {
  return text.replace(/\0$/, '').split('\0')
}

/** Of the one hierarchy, or of systemd's own among several. */
function groupOf(text: string): string {
  return /^(?:0:|\d+:name=systemd):(.*)$/m.exec(text)?.[1] ?? ''
}

export interface FoundRequest {
  /** Files, or patterns of the shell for the last parts of a path. */
  readonly patterns: readonly string[]
  readonly directories: readonly {
    readonly path: string
    /** Patterns of the shell: names that show that it holds data; empty: a file that is not empty. */
    readonly holds: readonly string[]
  }[]
}

export interface FoundFiles {
  /** Pattern → path → text. */
  readonly texts: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** More was there than is read. */
  readonly cut: boolean
  /** Path as asked → the path without links, and whether it holds data; only those that exist. */
  readonly directories: ReadonlyMap<string, { readonly real: string; readonly data: boolean }>
}

export function foundScript(nonce: string, { patterns, directories }: FoundRequest): string {
  const lines = [
    preamble,
    `left=${mostFoundText}; files=${mostFoundFiles}`,
    'show() {',
    '  [ -f "$1" ] && size=$(stat -Lc %s -- "$1" 2>/dev/null) || return 0',
    '  if [ "$size" -gt "$left" ] || [ "$files" -le 0 ]; then echo cut; return 0; fi',
    '  left=$((left - size)); files=$((files - 1)); echo "file $(printf %s "$1" | base64 -w0)"',
    '  dd if="$1" iflag=nonblock,count_bytes count="$size" status=none 2>/dev/null | base64',
    '}',
    'IFS=',
  ]
  patterns.forEach((pattern, index) => {
    // Not quoted where it is used, so that the shell expands it; it splits no word, since IFS is empty.
    lines.push(begin(nonce, `pattern ${index}`), `p=${quote(pattern)}; for f in $p; do show "$f"; done`)
  })
  lines.push(begin(nonce, 'directories'))
  directories.forEach(({ path, holds }, index) => {
    const test =
      holds.length === 0
        ? '[ ! -s "$p" ] ||'
        : `for f in ${holds.map(name => `"$p"/${name}`).join(' ')}; do [ ! -e "$f" ] ||`
    const end = holds.length === 0 ? '' : '; done'
    lines.push(
      `p=$(readlink -en -- ${quote(path)}) && { data=none; ${test} data=data${end}; echo "${index} $data $(printf %s "$p" | base64 -w0)"; }`,
    )
  })
  return [...lines, begin(nonce, 'end')].join('\n')
}

/** Undefined where the script did not reach its end. */
export function parseFound(nonce: string, request: FoundRequest, output: string): FoundFiles | undefined {
  const found = sections(nonce, output)
  if (!found.has('end')) return undefined
  let cut = false
  const texts = new Map<string, ReadonlyMap<string, string>>()
  request.patterns.forEach((pattern, index) => {
    const files = new Map<string, string[]>()
    let current: string[] = []
    for (const line of found.get(`pattern ${index}`) ?? []) {
      const [, path] = /^file (.*)$/.exec(line) ?? []
      if (line === 'cut') cut = true
      else if (path === undefined) current.push(line)
      else {
        current = []
        files.set(decoded(path), current)
      }
    }
    texts.set(pattern, new Map([...files].map(([path, lines]) => [path, decoded(lines.join(''))])))
  })
  const directories = new Map<string, { real: string; data: boolean }>()
  for (const line of found.get('directories') ?? []) {
    const [, index, data, real = ''] = /^(\d+) (none|data) (.*)$/.exec(line) ?? []
    const asked = request.directories[Number(index)]
    if (asked) directories.set(asked.path, { real: decoded(real), data: data === 'data' })
  }
  return { texts, cut, directories }
}
