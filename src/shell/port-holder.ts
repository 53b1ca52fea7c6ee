/** Who holds a port of a host: a process, or a socket unit for which systemd holds it. */
import type { ListeningPort } from '../resource/model.ts'
import { command } from './quote.ts'

/** A service and the ports that it will have open. */
export interface Listening {
  readonly unit: string
  readonly ports: readonly ListeningPort[]
}

export interface PortHolder {
  readonly unit: string
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  /** 0 where the holder is not to be seen (a kernel socket, another namespace). */
  readonly pid: number
  readonly program: string
  /** The unit of the system's own manager that it belongs to; absent where that is neither a service nor a socket. */
  readonly of?: string
}

/** Prints a line for each port that another process holds, read by {@link parseHolders}. */
export function holdersScript(services: readonly Listening[]): readonly string[] {
  const lines = [holderFunctions]
  for (const { unit, ports } of services) {
    lines.push(`own=$(${command('systemctl', 'show', '-p', 'MainPID', '--value', '--', unit)} 2>/dev/null)`)
    for (const { protocol, port, addresses } of ports) {
      const only = addresses?.flatMap(hexAddresses).join('|') ?? ''
      lines.push(`holder ${command(unit, protocol, String(port), hexPort(port), only)}`)
    }
  }
  return lines
}

/**
 * holder UNIT PROTOCOL PORT HEXPORT HEXADDRESSES prints `UNIT PROTOCOL PORT PID OF NAME` where a process that is not the
 * unit's own holds the port: not its main process ($own), nor another one of its control group, as a worker. Where
 * addresses are given (`A|B`, as the kernel writes them), one that has the port on others only does not count. State 0A
 * is a listening TCP socket, 07 an unconnected UDP one. No `ss`: a minimal server may lack it.
 * socket_of PORT KIND prints the active socket unit that listens there: systemd (pid 1) holds it open for that unit.
 * unit_of PID prints the unit of the system's manager, the first name below its slices: what a container or a user's own
 * manager runs is named after that, not after a unit of theirs.
 */
const holderFunctions = `unit_of() {
  sed -n 's,^\\(0:\\|[0-9]*:name=systemd\\):\\(/[^/]*\\.slice\\)*/\\([^/][^/]*\\).*,\\3,p' "/proc/$1/cgroup" 2>/dev/null | head -n 1
}
socket_of() {
  systemctl show -p Id -p Listen -p ActiveState -- '*.socket' 2>/dev/null | {
    id= hit= active=
    while IFS= read -r line || [ -n "$id" ]; do
      case $line in
        '') if [ -n "$hit" ] && [ -n "$active" ]; then echo "$id"; break; fi; id= hit= active= ;;
        Id=*) id=\${line#Id=} ;;
        ActiveState=active) active=1 ;;
        "Listen="*":$1 ($2)") hit=1 ;;
      esac
    done
  }
}
holder() {
  case $2 in tcp) state=0A kind=Stream ;; *) state=07 kind=Datagram ;; esac
  grep -h ": [0-9A-F]*:$4 [0-9A-F]*:0000 $state " "/proc/net/$2" "/proc/net/\${2}6" 2>/dev/null | while read -r sl from to st tx tr retr uid tmo inode rest; do
    if [ -n "$5" ]; then
      case \${from%:*} in
        00000000 | 00000000000000000000000000000000) ;;
        *) case "|$5|" in *"|\${from%:*}|"*) ;; *) continue ;; esac ;;
      esac
    fi
    pid=0
    found=$(ls -l /proc/[0-9]*/fd 2>/dev/null | while read -r line; do
      case $line in
        /proc/*) p=\${line#/proc/}; p=\${p%%/*} ;;
        *"socket:[$inode]") echo "$p"; break ;;
      esac
    done)
    [ -n "$found" ] && pid=$found
    [ "$pid" != 0 ] && [ "$pid" = "$own" ] && continue
    [ "$pid" != 0 ] && grep -qs "/$1\\$" "/proc/$pid/cgroup" && continue
    name=unknown
    of=
    if [ "$pid" = 1 ]; then read -r name </proc/1/comm; of=$(socket_of "$3" $kind)
    elif [ "$pid" != 0 ]; then read -r name <"/proc/$pid/comm" && of=$(unit_of "$pid")
    fi
    case $of in user@*) of= ;; *.service | *.socket) ;; *) of= ;; esac
    echo "$1 $2 $3 $pid \${of:--} $name"
    break
  done
}`

/** As /proc/net writes an address: words of four bytes, the last byte first; IPv4 also as it is within IPv6. */
function hexAddresses(address: string): readonly string[] {
  if (!address.includes(':')) {
    const word = reversed(address.split('.').map(byte => Number(byte).toString(16).padStart(2, '0')))
    return [word, `0000000000000000FFFF0000${word}`]
  }
  // The URL standard writes any IPv6 address in one form, without dots.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const groups = (text: string) => text.split(':').filter(group => group !== '')
  const [before, after] = [groups(head), groups(tail ?? '')]
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  const bytes = [...before, ...zeros, ...after].flatMap(group => group.padStart(4, '0').match(/../g) ?? [])
  return [[0, 4, 8, 12].map(at => reversed(bytes.slice(at, at + 4))).join('')]
}

function reversed(bytes: readonly string[]): string {
  return [...bytes].reverse().join('').toUpperCase()
}

function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0')
}

/** At most one holder for each port that was asked for: a host that says more is not believed. */
export function parseHolders(
  services: readonly Listening[],
  lines: readonly string[],
): readonly PortHolder[] {
  const asked = new Set(
    services.flatMap(({ unit, ports }) => ports.map(({ protocol, port }) => `${unit} ${protocol} ${port}`)),
  )
  return lines.flatMap((line): PortHolder[] => {
    const match = /^(\S+) (tcp|udp) (\d+) (\d+) (\S+) (.*)$/.exec(line)
    if (!match) return []
    const [, unit = '', protocol, port, pid, of = '-', program = ''] = match
    if (!asked.delete(`${unit} ${protocol} ${port}`)) return []
    const holder = {
      ...{ unit, protocol: protocol as 'tcp' | 'udp', program },
      ...{ port: Number(port), pid: Number(pid) },
    }
    return [of === '-' ? holder : { ...holder, of }]
  })
}
