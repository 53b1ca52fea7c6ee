/** Where references are allowed: not in what promha reads itself, and might send as a host name, a path or a label. */
import type { CellPart } from '../../../roles/part.ts'
import { cellParts } from '../cell/parts.ts'

export type ReferencePath = readonly (string | number)[]

const cells = ['defaults', 'cells.*']
const placesOf = ({ key, entries }: CellPart) => cells.map(cell => `${cell}.${key}${entries ? '.*' : ''}`)
const below = (of: (part: CellPart) => readonly string[] | undefined) =>
  cellParts.flatMap(part => placesOf(part).flatMap(place => (of(part) ?? []).map(path => `${place}.${path}`)))
const components = [
  ...cells.map(cell => `${cell}.*`),
  ...cellParts.filter(({ entries }) => entries).flatMap(placesOf),
  ...below(({ within }) => within),
]

/** `*` is any one key, `**` is everything below. */
const allowed: readonly string[] = [
  'ssh.sudo.password',
  'hosts.*.ssh.sudo.password',
  ...below(({ upstream }) => upstream),
  ...components.flatMap(one => [`${one}.environment.*`, `${one}.per_host.*.environment.*`]),
]

/** Keys in these parts that promha reads itself, so that no reference is allowed there. */
const read = below(({ readHere }) => readHere)

const split = (patterns: readonly string[]) => patterns.map(pattern => pattern.split('.'))
const [allowedParts, readParts] = [split(allowed), split(read)]

export function mayHoldReference(path: ReferencePath): boolean {
  return allowedParts.some(parts => fits(parts, path)) && !readParts.some(parts => fits(parts, path))
}

/** Whether a reference is allowed in one part of the value only: see {@link isUserPartOnly}. */
export function isMirrorAddress(path: ReferencePath): boolean {
  if (path[0] !== 'artifacts' || path.at(-1) !== 'from') return false
  return path.length === 2 || (path.length === 4 && path[1] === 'components')
}

function fits(parts: readonly string[], path: ReferencePath): boolean {
  const rest = parts.at(-1) === '**'
  const fixed = rest ? parts.slice(0, -1) : parts
  return (
    (rest ? path.length > fixed.length : path.length === fixed.length) &&
    fixed.every((part, index) => part === '*' || part === String(path[index]))
  )
}

/** A character that no YAML text holds, in place of a reference. */
const hole = '\0'

/** Whether all references (undefined) of a URL are before its `@`, as a name and a password. */
export function isUserPartOnly(pieces: readonly (string | undefined)[]): boolean {
  const text = pieces.map(piece => piece ?? hole).join('')
  const [, host] = /^https?:\/\/[^/?#\\@]*@(.+)$/is.exec(text) ?? []
  return host !== undefined && !host.includes(hole) && !host.includes('@')
}

/** A value before the `@` of a URL: what would end that part is percent-encoded, and what is encoded already is kept. */
export function asUserPart(value: string): string {
  return value.replace(/%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9._~!$&'()*+,;=:%-]/gu, encodeURIComponent)
}
