/** The ports of a service in its record: `tcp/9090@192.0.2.11@127.0.0.1,udp/9094`, without an address where it is every one. */
import { isIp } from '../../inventory/value/names.ts'
import type { ListeningPort } from '../../resource/model.ts'

/** More than any program has. */
const mostPorts = 64

export function renderPorts(ports: readonly ListeningPort[]): string {
  return ports
    .map(({ protocol, port, addresses = [] }) => [`${protocol}/${port}`, ...addresses].join('@'))
    .join(',')
}

/** Undefined if it is absent or has another form: then nothing is known. */
export function parsePorts(text: string | undefined): readonly ListeningPort[] | undefined {
  if (text === undefined || text === '') return text === undefined ? undefined : []
  const parts = text.split(',')
  if (parts.length > mostPorts) return undefined
  const ports = parts.flatMap((part): ListeningPort[] => {
    const [place = '', ...addresses] = part.split('@')
    const [, protocol, digits] = /^(tcp|udp)\/(\d{1,5})$/.exec(place) ?? []
    const port = Number(digits)
    if (protocol === undefined || port < 1 || port > 65_535 || !addresses.every(isIp)) return []
    return [{ protocol: protocol as 'tcp' | 'udp', port, ...(addresses.length > 0 ? { addresses } : {}) }]
  })
  return ports.length === parts.length ? ports : undefined
}
