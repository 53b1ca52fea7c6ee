/** A second look, taken only where something is to change: who holds the ports, is there room, what was there. */

import { type FoundPrograms, parsePrograms, programsScript } from '../host/found.ts'
import { addressesIn } from '../host/host-state.ts'
import { holdersScript, type Listening, type PortHolder, parseHolders } from '../host/port-holder.ts'
import { mostOldText, usualOutput } from '../syntax/bounds.ts'
import { begin, type Sections } from '../syntax/frame.ts'
import { command, quote } from '../syntax/quote.ts'
import { type Script, script } from '../syntax/script.ts'
import { type Barred, parseBarred, parted, type WalkedWay, waysScript } from '../syntax/way.ts'

export interface PreflightRequest {
  /** Services about to be started, restarted or reloaded, with the ports that they will have open. */
  readonly services: readonly Listening[]
  /** Directories whose file systems are written to; the nearest existing parent counts. */
  readonly directories: readonly string[]
  /** Text files to be replaced or removed, for the diff. */
  readonly contents: readonly string[]
  /** Bytes; what is longer is not read, nor is what exceeds `mostOldText` of src/shell/syntax/bounds.ts in all. */
  readonly largest: number
  /** Programs to be replaced whose version matters. */
  readonly versions: readonly string[]
  /** IP addresses of which is asked in which of the host's networks they lie, and who has them; `peers` may. */
  readonly addresses: readonly { readonly address: string; readonly peers: readonly string[] }[]
  /** IP addresses of which is asked by which of its own the host speaks to them. */
  readonly speaksTo?: readonly string[]
  /** Users or groups are to be made. */
  readonly accounts?: boolean
  /** Where root or a service's user is to work. */
  readonly ways?: readonly WalkedWay[]
  /** Units that may be taken over: these, and what else runs by the names of their programs, are looked at. */
  readonly units?: readonly string[]
  /** As whom those programs are to run. */
  readonly users?: readonly string[]
}

/** What `df` says of a directory. */
export interface Room {
  /** Bytes. */
  readonly free: number
  /** The mount point, so that two on one disk are added up. */
  readonly mount: string
  /** The file system is mounted so that even root cannot write to it, as after a disk fault. */
  readonly readOnly: boolean
}

/** A network that the host is in itself, not one that it reaches by a router. */
export interface HostNetwork {
  readonly interface: string
}

export interface Preflight {
  readonly holders: readonly PortHolder[]
  /** By directory. */
  readonly room: ReadonlyMap<string, Room>
  /** Those that are there and not too long. */
  readonly contents: ReadonlyMap<string, Buffer>
  /** Program → the version that it says it is, of those that say one. */
  readonly versions: ReadonlyMap<string, string>
  /** Address → the networks in which it lies; without those of which the host could not tell. */
  readonly networks: ReadonlyMap<string, readonly HostNetwork[]>
  /** All that the host has; empty where it was not asked for {@link sources}. */
  readonly own: readonly string[]
  /** Address → by which of its own the host speaks to it. */
  readonly sources: ReadonlyMap<string, string>
  /** Address → the hardware address of the machine that has it now and is none of its peers, nor the host itself. */
  readonly strangers: ReadonlyMap<string, string>
  /** Why no user and no group can be made there, as a file or a command; absent: nothing is known of that. */
  readonly noAccounts?: string
  /** Where nothing may be done. */
  readonly barred: readonly Barred[]
  /** What runs or is installed already; absent if it was not asked for. */
  readonly found?: FoundPrograms
}

export function preflightScript(request: PreflightRequest): Script<Preflight> {
  return script({
    name: 'preflight',
    lines: nonce => preflightLines(nonce, request),
    parse: found => parsePreflight(found, request),
    // As base64.
    largest: usualOutput + 2 * mostOldText,
  })
}

function preflightLines(nonce: string, request: PreflightRequest): readonly string[] {
  const lines = [begin(nonce, 'ports')]
  // What is found later goes by it too.
  lines.push('held=$(', ...holdersScript(request.services), `); printf '%s\\n' "$held"`)
  lines.push(begin(nonce, 'room'))
  for (const directory of request.directories) {
    lines.push(
      `d=${quote(directory)}; while [ ! -d "$d" ]; do d=\${d%/*}; [ -n "$d" ] || d=/; done`,
      `w=ro; [ ! -w "$d" ] || w=rw; df -Pk "$d" | { read -r skip; read -r fs total used free rest; printf '%s %s %s %s\\n' "$w" "$free" "\${rest#* }" ${quote(directory)}; }`,
    )
  }
  // By the name in the directory that the shell stands in, and never through a link: the text is shown to a person.
  if (request.contents.length > 0)
    lines.push(
      `left=${mostOldText}`,
      `show() { cd -P -- "$1" 2>/dev/null && [ "$(pwd -P)" = "$1" ] || return 0; facts=$(stat -c '%F|%h|%s' -- "$2" 2>/dev/null) || return 0; case $facts in 'regular file|1|'* | 'regular empty file|1|'*) ;; *) return 0 ;; esac; size=\${facts##*|}; [ "$size" -le ${request.largest} ] && [ "$size" -le "$left" ] || return 0; left=$((left - size)); echo "$3"; dd if="$2" iflag=nofollow,nonblock,count_bytes count=${request.largest} status=none 2>/dev/null | base64; }`,
    )
  request.contents.forEach((path, index) => {
    const { directory, name } = parted(path)
    lines.push(command('show', directory, name, `${nonce} content ${index}`))
  })
  request.versions.forEach((path, index) => {
    // A program that is no such program may take its time, or ask something. It may be anybody's, so it is not run as root.
    const asked = `${asNobody} timeout 10 ${quote(path)} --version </dev/null 2>&1 | head -n 1`
    lines.push(begin(nonce, `version ${index}`), `[ ! -x ${quote(path)} ] || ${asked}`)
  })
  if (request.accounts) lines.push(begin(nonce, 'accounts'), accountsQuestion)
  lines.push(begin(nonce, 'ways'), ...waysScript(request.ways ?? []))
  request.addresses.forEach(({ address }, index) => {
    const family = address.includes(':') ? '-6' : '-4'
    const routes = command('ip', family, '-o', 'route', 'show', 'to', 'match', address)
    lines.push(begin(nonce, `address ${index}`), `{ ${routes} && echo all; } 2>/dev/null`)
  })
  const { speaksTo = [] } = request
  if (speaksTo.length > 0) lines.push(begin(nonce, 'own'), 'ip -o address show 2>/dev/null')
  speaksTo.forEach((address, index) => {
    lines.push(begin(nonce, `source ${index}`), `${command('ip', '-o', 'route', 'get', address)} 2>/dev/null`)
  })
  const asked = [...new Set(request.addresses.flatMap(({ address, peers }) => [address, ...peers]))]
  if (asked.length > 0) lines.push(begin(nonce, 'neighbours'), neighbours(asked))
  const { units = [], users = [] } = request
  if (units.length > 0) lines.push(begin(nonce, 'found'), ...programsScript(units, users))
  return lines
}

/** Prints what keeps root from making an account: a file that cannot be written to, or a command that is not there. */
const accountsQuestion =
  'for f in /etc/passwd /etc/group; do [ -w "$f" ] || echo "$f"; done; for c in useradd groupadd; do command -v $c >/dev/null || echo $c; done'

/** The number that every system gives the user who owns nothing. */
const asNobody = 'setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs --'

/** Prints what the kernel learns of each address by ARP or neighbour discovery, anew: what it knew may be of an earlier holder. */
function neighbours(addresses: readonly string[]): string {
  const words = command(...addresses)
  return [
    `for a in ${words}; do ip neigh flush to "$a" 2>/dev/null; done`,
    `bash --norc -c 'for a; do echo >"/dev/udp/$a/9"; done' bash ${words} 2>/dev/null`,
    // Within one network; what is there answers at once, and what is not never does.
    'sleep 0.5',
    `for a in ${words}; do ip -o neigh show to "$a" 2>/dev/null; done`,
  ].join('\n')
}

function parsePreflight(found: Sections, request: PreflightRequest): Preflight {
  const room = new Map<string, Room>()
  for (const line of found.get('room') ?? []) {
    const match = /^(ro|rw) (\d+) (\/.*?) (\/.*)$/s.exec(line)
    if (!match) continue
    const [, access, free, mount = '', directory = ''] = match
    room.set(directory, { free: Number(free) * 1024, mount, readOnly: access === 'ro' })
  }
  const contents = new Map<string, Buffer>()
  request.contents.forEach((path, index) => {
    const lines = found.get(`content ${index}`)
    if (lines) contents.set(path, Buffer.from(lines.join(''), 'base64'))
  })
  const versions = new Map<string, string>()
  request.versions.forEach((path, index) => {
    const said = /\bversion v?(\d+\.\d+\.\d+\S*)|-tags-v(\d+\.\d+\.\d+)/.exec(
      found.get(`version ${index}`)?.[0] ?? '',
    )
    const version = said?.[1] ?? said?.[2]
    if (version) versions.set(path, version)
  })
  const networks = new Map<string, readonly HostNetwork[]>()
  request.addresses.forEach(({ address }, index) => {
    const routes = found.get(`address ${index}`) ?? []
    if (routes.includes('all')) networks.set(address, routes.flatMap(networkOf))
  })
  const sources = new Map<string, string>()
  request.speaksTo?.forEach((address, index) => {
    const [, source] = / src ([0-9a-fA-F:.]+)/.exec(found.get(`source ${index}`)?.[0] ?? '') ?? []
    if (source !== undefined) sources.set(address, source)
  })
  const [noAccounts] = found.get('accounts') ?? []
  return {
    ...(noAccounts === undefined ? {} : { noAccounts }),
    own: addressesIn(found.get('own')),
    sources,
    holders: parseHolders(request.services, found.get('ports') ?? []),
    room,
    contents,
    versions,
    networks,
    strangers: strangersIn(request, found.get('neighbours')),
    barred: parseBarred(request.ways ?? [], found.get('ways') ?? []),
    ...(found.has('found') ? { found: parsePrograms(found.get('found') ?? []) } : {}),
  }
}

/** What `ip route` prints of a network that is reached without a router, as keepalived-prepare reads it. */
function networkOf(route: string): readonly HostNetwork[] {
  if (/^(default|unreachable|blackhole|prohibit)\b| via |\bnexthop\b/.test(route)) return []
  const [, device] = /^[0-9a-fA-F.:]+(?:\/\d+)? .*?\bdev (\S+)/.exec(route) ?? []
  return device === undefined ? [] : [{ interface: device }]
}

/** One host may answer for several of the addresses; one that is not answered for has no entry. */
function strangersIn(
  { addresses }: PreflightRequest,
  lines: readonly string[] = [],
): ReadonlyMap<string, string> {
  const known = new Map(
    lines.flatMap(line => {
      const [, address, hardware] = /^(\S+) .*\blladdr (\S+)/.exec(line) ?? []
      return address === undefined || hardware === undefined ? [] : [[address, hardware] as const]
    }),
  )
  return new Map(
    addresses.flatMap(({ address, peers }) => {
      const holder = known.get(address)
      return holder === undefined || peers.some(peer => known.get(peer) === holder) ? [] : [[address, holder]]
    }),
  )
}
