/** A second look, taken only where something is to change: who holds the ports, is there room, what was there. */
import { begin, preamble, sections } from './frame.ts'
import { command, quote } from './quote.ts'

export interface PreflightRequest {
  /** Services about to be started or restarted, with the ports that they will open. */
  readonly services: readonly {
    readonly unit: string
    readonly ports: readonly { readonly protocol: 'tcp' | 'udp'; readonly port: number }[]
  }[]
  /** Directories whose file systems are written to; the nearest existing parent counts. */
  readonly directories: readonly string[]
  /** Text files to be replaced or removed, for the diff. */
  readonly contents: readonly string[]
  /** Bytes; what is longer is not read. */
  readonly largest: number
  /** Programs to be replaced whose version matters. */
  readonly versions: readonly string[]
}

export interface PortHolder {
  readonly unit: string
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  /** 0 where the holder is not to be seen (a kernel socket, another namespace). */
  readonly pid: number
  readonly program: string
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

export interface Preflight {
  readonly holders: readonly PortHolder[]
  /** By directory. */
  readonly room: ReadonlyMap<string, Room>
  /** Those that are there and not too long. */
  readonly contents: ReadonlyMap<string, Buffer>
  /** Program → the version that it says it is, of those that say one. */
  readonly versions: ReadonlyMap<string, string>
}

export function preflightScript(nonce: string, request: PreflightRequest): string {
  const lines = [preamble, holderFunction, begin(nonce, 'ports')]
  for (const service of request.services) {
    lines.push(
      `own=$(${command('systemctl', 'show', '-p', 'MainPID', '--value', '--', service.unit)} 2>/dev/null)`,
    )
    for (const { protocol, port } of service.ports) {
      lines.push(`holder ${command(service.unit, protocol, String(port), hexPort(port))}`)
    }
  }
  lines.push(begin(nonce, 'room'))
  for (const directory of request.directories) {
    lines.push(
      `d=${quote(directory)}; while [ ! -d "$d" ]; do d=\${d%/*}; [ -n "$d" ] || d=/; done`,
      `w=ro; [ ! -w "$d" ] || w=rw; df -Pk "$d" | { read -r skip; read -r fs total used free rest; printf '%s %s %s %s\\n' "$w" "$free" "\${rest#* }" ${quote(directory)}; }`,
    )
  }
  request.contents.forEach((path, index) => {
    const text = `${begin(nonce, `content ${index}`)}; base64 <${quote(path)}`
    const size = `size=$(${command('stat', '-L', '-c', '%s', '--', path)} 2>/dev/null)`
    lines.push(`if [ -f ${quote(path)} ] && ${size} && [ "$size" -le ${request.largest} ]; then ${text}; fi`)
  })
  request.versions.forEach((path, index) => {
    // A program that is no such program may take its time, or ask something.
    const asked = `timeout 10 ${quote(path)} --version </dev/null 2>&1 | head -n 1`
    lines.push(begin(nonce, `version ${index}`), `[ ! -x ${quote(path)} ] || ${asked}`)
  })
  lines.push(begin(nonce, 'end'))
  return lines.join('\n')
}

/**
 * holder UNIT PROTOCOL PORT HEXPORT prints `UNIT PROTOCOL PORT PID NAME` where a process that is not the unit's own
 * main process ($own) holds the port. State 0A is a listening TCP socket, 07 an unconnected UDP one. No `ss`: a
 * minimal server may lack it.
 */
const holderFunction = `holder() {
  case $2 in tcp) state=0A ;; *) state=07 ;; esac
  grep -h ": [0-9A-F]*:$4 [0-9A-F]*:0000 $state " "/proc/net/$2" "/proc/net/\${2}6" 2>/dev/null | while read -r sl from to st tx tr retr uid tmo inode rest; do
    pid=0
    found=$(ls -l /proc/[0-9]*/fd 2>/dev/null | while read -r line; do
      case $line in
        /proc/*) p=\${line#/proc/}; p=\${p%%/*} ;;
        *"socket:[$inode]") echo "$p"; break ;;
      esac
    done)
    [ -n "$found" ] && pid=$found
    [ "$pid" != 0 ] && [ "$pid" = "$own" ] && continue
    name=unknown
    [ "$pid" != 0 ] && read -r name <"/proc/$pid/comm"
    echo "$1 $2 $3 $pid $name"
    break
  done
}`

function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0')
}

/** Undefined where the script did not reach its end. */
export function parsePreflight(
  nonce: string,
  request: PreflightRequest,
  output: string,
): Preflight | undefined {
  const found = sections(nonce, output)
  if (!found.has('end')) return undefined
  const holders = (found.get('ports') ?? []).flatMap((line): PortHolder[] => {
    const match = /^(\S+) (tcp|udp) (\d+) (\d+) (.*)$/.exec(line)
    if (!match) return []
    const [, unit = '', protocol, port, pid, program = ''] = match
    return [{ unit, protocol: protocol as 'tcp' | 'udp', port: Number(port), pid: Number(pid), program }]
  })
  const room = new Map<string, Room>()
  for (const line of found.get('room') ?? []) {
    const match = /^(ro|rw) (\d+) (\/.*?) (\/.*)$/.exec(line)
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
    const said = /\bversion v?(\d+\.\d+\.\d+\S*)/.exec(found.get(`version ${index}`)?.[0] ?? '')
    if (said?.[1]) versions.set(path, said[1])
  })
  return { holders, room, contents, versions }
}
