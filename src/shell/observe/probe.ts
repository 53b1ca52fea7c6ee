/** The probe: one script that observes all that a run wants to know of a host, in one round trip. */
import type { ResourceQuestions } from '../../resource/kind/kind.ts'
import type { Observed, PathFacts, Replaced, UnitFacts } from '../../resource/observed.ts'
import { readUnit, runs } from '../../resource/unit-state.ts'
import { addressesIn } from '../host/host-state.ts'
import { getentFields, powerful, powersIn } from '../host/powers.ts'
import { mostNames } from '../syntax/bounds.ts'
import { atMost, begin, type Sections } from '../syntax/frame.ts'
import { programMemory } from '../syntax/layout.ts'
import { command, quote } from '../syntax/quote.ts'
import { type Script, script } from '../syntax/script.ts'
import { staticShell } from '../syntax/static.ts'
import { treeFunctions } from '../syntax/tree.ts'
import { lookupScript, parseLookups } from './lookups.ts'
import { notesQuestion, parseNotes } from './own-notes.ts'
import { packageQuestion, parsePackageFacts } from './packages.ts'
import { parseWritten, type Written, writtenScript } from './written.ts'

export interface ProbeRequest extends ResourceQuestions {
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

export function probeScript(request: ProbeRequest): Script<Observed> {
  return script({ name: 'probe', lines: nonce => probeLines(nonce, request), parse: parseProbe })
}

function probeLines(nonce: string, request: ProbeRequest): readonly string[] {
  const lines = [staticShell('observe/probe.sh'), begin(nonce, 'host'), 'host']
  if (request.homes) lines.push(begin(nonce, 'homes'), 'homes')
  const section = (name: string, words: readonly string[], text: string) => {
    if (words.length > 0) lines.push(begin(nonce, name), text)
  }
  // Behind a slash, a link is what it leads to.
  const stated = [...request.directories.map(path => `${path}${inside}`), ...request.paths]
  section('users', request.users, `${command('getent', 'passwd', ...request.users)} 2>/dev/null`)
  const groups = new Set([...request.users, ...powerful])
  section('groups', request.users, `${command('getent', 'group', ...groups)} 2>/dev/null`)
  section('packages', request.packages, packageQuestion(request.packages))
  section(
    'paths',
    stated,
    `${command('stat', '-c', `%F|%a|%U|%G|%s|%.9Y|${identityFormat}`, '--', ...stated)} 2>/dev/null`,
  )
  section('hashes', request.hashed, command('hashes', ...request.hashed))
  section('programs', [...request.programs, ...request.trees], rememberedHashes(request))
  section(
    'units',
    request.units,
    `units=$(${command('systemctl', 'show', '-p', unitProperties, '--', ...request.units)} 2>/dev/null); printf '%s\\n' "$units"`,
  )
  const { names = [], written = [] } = request
  section('lookups', names, lookupScript(names))
  if (written.length > 0) lines.push(begin(nonce, 'written'), writtenScript(written))
  section('drop-ins', request.units, command('drop_ins', String(mostNames + 1)))
  // Of every component: also of those that the inventory does not name any more.
  lines.push(...notesQuestion(nonce))
  lines.push(begin(nonce, 'addresses'), 'ip -o address show 2>/dev/null')
  return lines
}

function rememberedHashes({ deep, programs, trees }: ProbeRequest): string {
  const identities = (paths: readonly string[]) =>
    `${command('stat', '-c', identityFormat, '--', ...paths)} 2>/dev/null`
  return [
    deep ? 'known=' : `known=$(cat ${quote(programMemory)}/* 2>/dev/null)`,
    ...(programs.length === 0 ? [] : [`${identities(programs)} | remembered of_program`]),
    ...(trees.length === 0 ? [] : [treeFunctions, `${identities(trees)} | remembered of_tree`]),
  ].join('\n')
}

/** Throws a ProblemError where a host says more than any healthy one. */
function parseProbe(found: Sections): Observed {
  const lines = (name: string) => found.get(name) ?? []
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
  const boot = Number(now) - Number(uptime)
  return {
    machine,
    root: user === 'root',
    systemd: init === 'systemd',
    ...(lines('homes')[0] === undefined ? {} : { homesMounted: lines('homes')[0] !== 'none' }),
    addresses: addressesIn(found.get('addresses')),
    packages: parsePackageFacts(lines('packages')),
    ...(found.has('lookups') ? { lookups: parseLookups(lines('lookups')) } : {}),
    ...(found.has('written') ? { unwritable: parseWritten(lines('written')) } : {}),
    users: namesIn(lines('users')),
    groups: namesIn(lines('groups')),
    ...powersIn(lines('users'), lines('groups')),
    paths: new Map(lines('paths').flatMap(parsePath)),
    hashes,
    unremembered,
    units: parseUnits(lines('units'), parseDropIns(lines('drop-ins')), Number(uptime), boot),
    ...parseNotes(lines),
  }
}

function namesIn(lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.map(line => getentFields(line)[0] ?? ''))
}

function parsePath(line: string): [string, PathFacts][] {
  const match = /^([^|]*)\|(\d+)\|([^|]*)\|([^|]*)\|(\d+)\|([\d.]+)\|((?:\S+ ){3}\S+) (.*)$/.exec(line)
  if (!match) return []
  const [, type = '', mode = '', owner = '', group = '', size = '', mtime = '', identity = '', path = ''] =
    match
  const at = path.endsWith(inside) ? path.slice(0, -inside.length) : path
  const numbers = { mode: Number.parseInt(mode, 8), size: Number(size), mtime: Number(mtime) }
  return [[at, { type: pathType(type), owner, group, identity, ...numbers }]]
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
    blocks.map(facts => {
      const { active, enabled } = readUnit(facts)
      return [
        facts.get('Id') ?? '',
        {
          load: facts.get('LoadState') ?? '',
          active,
          enabled,
          activeFor: runs(facts.get('ActiveState'))
            ? uptime - Number(facts.get('ActiveEnterTimestampMonotonic') ?? 0) / 1e6
            : null,
          needsDaemonReload: facts.get('NeedDaemonReload') === 'yes',
          ...replacedIn(facts.get('DropInPaths'), replaced),
          ...sinceOf(facts.get('ExecMainStartTimestampMonotonic'), boot),
        },
      ]
    }),
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
