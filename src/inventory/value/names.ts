/** Checks of names, addresses and other words. Each gives what is wrong, to follow the name in a sentence, or undefined. */
import ipaddr from 'ipaddr.js'
import { quoted } from '../text/place.ts'

/** Names of hosts, groups, cells, replicas and jobs, which are used in file names, labels and unit files unchanged. */
export function nameFault(name: string): string | undefined {
  if (name.length > 128) return 'is longer than 128 characters'
  if (/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(name)) return undefined
  return 'may hold letters, digits, "-", "." and "_" only, and begins and ends with a letter or digit'
}

/** Which label names are allowed. */
export interface LabelNames {
  /** Why only letters, digits and `_` are allowed; absent if Prometheus takes any UTF-8 text. */
  readonly legacy?: string
  /** Names that begin with `__`, which Prometheus itself uses while it scrapes, are allowed. */
  readonly internal?: boolean
}

export function labelNameFault(name: string, { legacy, internal = false }: LabelNames): string | undefined {
  if (name === '') return 'is not a label name: it is empty'
  if (legacy !== undefined && !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name))
    return `is not a label name: expected letters, digits and "_", and no digit first, because ${legacy}`
  return !internal && name.startsWith('__') ? 'begins with "__", and such names are internal' : undefined
}

export function addressFault(address: string): string | undefined {
  if (address.startsWith('[')) return 'has brackets: write the address without them'
  if (isIp(address)) {
    const kind = ipaddr.parse(address).range()
    return kind === 'unspecified' || kind === 'multicast' || kind === 'broadcast'
      ? `is not the address of a host (${kind})`
      : undefined
  }
  const parts = address.length > 253 || /^[\d.]+$/.test(address) ? [''] : address.split('.')
  const isName = parts.every(part => /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(part))
  return isName ? undefined : 'is neither a host name nor an IP address'
}

/** An IP address in its usual form, without a zone. */
export function isIp(text: string): boolean {
  // Called only for what looks like an address: for a name the library throws internally, which is slow for many hosts.
  if (/^[\d.]+$/.test(text)) return ipaddr.IPv4.isValidFourPartDecimal(text)
  return text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text)
}

/** Whether an address is a name, which has to be resolved. A wrong address is neither. */
export function isNamed(address: string): boolean {
  return !isIp(address) && addressFault(address) === undefined
}

/** One spelling of each address, so that two can be compared. */
export function canonicalAddress(address: string): string {
  return isIp(address) ? ipaddr.parse(address).toNormalizedString() : address.toLowerCase().replace(/\.$/, '')
}

/** An IP address in its shortest spelling: `::` for `::0`, `127.0.0.1` for `::ffff:127.0.0.1`. */
export function shortAddress(address: string): string {
  return ipaddr.process(address).toString()
}

/** Whether a host's name or IP address, without brackets, always means the machine that looks it up. */
export function isLoopback(host: string): boolean {
  if (isIp(host)) return ipaddr.process(host).range() === 'loopback'
  return /^(?:(?:.+\.)?localhost|localhost\.localdomain|ip6-localhost|ip6-loopback)\.?$/i.test(host)
}

/** An IP address by which other hosts may reach this one, in its shortest spelling; undefined for a loopback and the like. */
export function reachableAddress(text: string): string | undefined {
  if (!isIp(text)) return undefined
  const address = ipaddr.process(text)
  const unfit: readonly string[] = ['loopback', 'linkLocal', 'unspecified', 'multicast', 'broadcast']
  return unfit.includes(address.range()) ? undefined : address.toString()
}

/** Prometheus' durations: `15s`, `1h30m`, `10d`. */
export function durationFault(text: string): string | undefined {
  const valid = text !== '' && /^(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/.test(text)
  if (!valid && text !== '0') return `expected a duration like 15s, 1h30m or 10d, saw ${quoted(text)}`
  return undefined
}

/** Prometheus' sizes: `512MB`, `20GB`, `1GB512MB`, and `0` for no limit. */
export function sizeFault(text: string): string | undefined {
  if (/^(0|(\d+(\.\d+)?([KMGTPE]i?)?B)+)$/.test(text)) return undefined
  return `expected a size like 512MB or 20GB, saw ${quoted(text)}`
}

/** Semantic versioning 2, as upstream's releases and the upstream part of Debian's have it. */
export function versionFault(version: string): string | undefined {
  const number = '(0|[1-9]\\d*)'
  const valid = new RegExp(`^${number}\\.${number}\\.${number}(-[0-9A-Za-z-.]+)?(\\+[0-9A-Za-z-.]+)?$`)
  if (valid.test(version)) return undefined
  if (valid.test(version.slice(1)) && version.startsWith('v'))
    return 'begins with "v": write the numbers only'
  return 'needs three numbers, as in "3.13.2"'
}

/** A relative path below a config directory, in forward slashes. */
export function relativeNameFault(name: string): string | undefined {
  if (name.startsWith('/')) return 'is absolute: it is relative to the config directory'
  const parts = name.split('/')
  if (parts.some(part => part === '..')) return 'leaves the config directory'
  if (parts.some(part => part.startsWith('.promha-')))
    return 'begins with ".promha-", as the temporary files of promha do'
  if (parts.every(part => part !== '.' && /^[A-Za-z0-9._@+-]+$/.test(part))) return undefined
  return 'may hold letters, digits, "-", "_", ".", "@", "+" and "/" only'
}
