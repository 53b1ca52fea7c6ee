/** What runs or is installed on a host before promha takes it over: units, command lines, and the files that they name. */

import { readUnit, runsOrStarts } from '../../resource/unit-state.ts'
import { mostFoundFiles, mostFoundText, mostNames, mostOfCommand } from '../syntax/bounds.ts'
import { atMost, begin, type Sections } from '../syntax/frame.ts'
import { command, quote, variables } from '../syntax/quote.ts'
import { type Script, script } from '../syntax/script.ts'
import { staticShell } from '../syntax/static.ts'

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

/**
 * Prints the units that exist, and the programs that run in them, as root, as one of `users`, or with a port of the shell
 * variable `held` (lines of `holdersScript`). Any other user may run anything by that name, and as often: it is nothing
 * that promha takes the place of. Read by {@link parsePrograms}.
 */
export function programsScript(units: readonly string[], users: readonly string[] = []): readonly string[] {
  if (units.length === 0) return []
  const properties =
    'Id,LoadState,ActiveState,UnitFileState,MainPID,ControlGroup,FragmentPath,DropInPaths,EnvironmentFiles'
  const accounts = users.length === 0 ? '' : `$(${command('getent', 'passwd', ...users)} | cut -d : -f 3)`
  const own = units.flatMap(unit => [`*${quote(`/${unit}`)}`, `*${quote(`/${unit}/`)}*`]).join(' | ')
  return [
    variables({ most_bytes: mostOfCommand, most_names: mostNames }),
    `uids=${accounts}`,
    // Whether a control group is one of these units'.
    `inside() { case $1 in *user.slice*) ;; ${own}) return 0 ;; esac; return 1; }`,
    staticShell('host/found.sh'),
    `${command('systemctl', 'show', '-p', properties, '--', ...units)} 2>/dev/null | units`,
    'processes',
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
    else if (key === 'argv' && known)
      processes.set(pid, { ...known, argv: decoded(value).replace(/\0$/, '').split('\0') })
    else if (key === 'cwd' && known) processes.set(pid, { ...known, directory: decoded(value) || '/' })
    else if (key === 'group' && known) processes.set(pid, { ...known, group: groupOf(decoded(value)) })
    else if (unit.has(key)) unit.get(key)?.push(value)
    else unit.set(key, [value])
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
  const { active, enabled } = readUnit(new Map([...facts.keys()].map(key => [key, first(key)])))
  return {
    name: first('Id'),
    active: runsOrStarts(active),
    enabled,
    pid: Number(first('MainPID')),
    group: first('ControlGroup'),
    texts: texts('fragment', 'dropin'),
    environments: texts('environment'),
  }
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8')
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

export function foundScript(request: FoundRequest): Script<FoundFiles> {
  const lines = (nonce: string) => foundLines(nonce, request)
  return script({ name: 'found', lines, parse: found => parseFound(found, request) })
}

function foundLines(nonce: string, { patterns, directories }: FoundRequest): readonly string[] {
  const lines = [
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
  return lines
}

function parseFound(found: Sections, request: FoundRequest): FoundFiles {
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
