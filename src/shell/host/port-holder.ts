/** Who holds a port of a host: a process, or a socket unit for which systemd holds it. */
import type { ListeningPort } from '../../resource/model.ts'
import { command } from '../syntax/quote.ts'
import { staticShell } from '../syntax/static.ts'

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
  const calls = services.flatMap(({ unit, ports }) =>
    ports.map(({ protocol, port, addresses }) => {
      const only = addresses?.flatMap(hexAddresses).join('|') ?? ''
      const hex = port.toString(16).toUpperCase().padStart(4, '0')
      return `holder ${command(unit, protocol, String(port), hex, only)}`
    }),
  )
  return [staticShell('host/port-holder.sh'), ...calls]
}

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
