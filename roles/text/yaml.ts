/** Values become YAML that Go's readers, who keep rules of YAML 1.1, take for the same values. */
import { linesOf } from '../../src/inventory/text/as-written.ts'
import { memberPlace } from '../../src/inventory/text/place.ts'
import type { MemberPlace } from '../../src/inventory/text/source-text.ts'
import { written } from '../../src/inventory/text/source-text.ts'
import { doubleQuoted, isPlainText, scalarText } from './yaml-scalar.ts'

/** Longer keys are refused by readers unless they are marked. */
const longestKey = 1000

/** The value as a YAML text. A plain scalar is written as it was; what YAML 1.1 would read otherwise is quoted. */
export function yamlText(value: unknown): string {
  if (value === undefined) throw new TypeError('undefined is no YAML value')
  return `${blockOf(value, '') ?? scalarText(value, '  ')}\n`
}

/** The lines of a map or list that holds something, the first without its indent; undefined for any other value. */
function blockOf(value: unknown, indent: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const block = Array.isArray(value) ? listLines(value, indent) : mapLines(value, indent)
  return block.length === 0 ? undefined : block.join(`\n${indent}`)
}

function listLines(list: readonly unknown[], indent: string): readonly string[] {
  return list.map((item, index) => {
    const place = memberPlace(list, index)
    const block = place?.tag === undefined ? blockOf(item, `${indent}  `) : undefined
    return `- ${block ?? memberText(item, place, `${indent}  `)}`
  })
}

function mapLines(map: object, indent: string): readonly string[] {
  const values = map as Readonly<Record<string, unknown>>
  const lines = linesOf(map) ?? Object.keys(map).map(key => ({ key }))
  return lines.flatMap(line => {
    if (!('key' in line)) return `<<:${valueText(line.merge, undefined, indent)}`
    const { key } = line
    if (values[key] === undefined) return []
    const place = memberPlace(map, key)
    return `${keyText(key, place, indent)}:${valueText(values[key], place, indent)}`
  })
}

function keyText(key: string, place: MemberPlace | undefined, indent: string): string {
  const asWritten = place?.plainKey ? written(place.key) : undefined
  const text =
    asWritten !== undefined && isPlainText(asWritten)
      ? asWritten
      : key.includes('\n')
        ? doubleQuoted(key)
        : scalarText(key, indent)
  return text.length > longestKey ? `? ${text}\n${indent}` : text
}

/** What stands after the colon. */
function valueText(value: unknown, place: MemberPlace | undefined, indent: string): string {
  const inner = `${indent}  `
  const block = blockOf(value, inner)
  const tag = place?.tag === undefined ? '' : ` ${place.tag}`
  return block === undefined ? ` ${memberText(value, place, inner)}` : `${tag}\n${inner}${block}`
}

/** A scalar, or a map or list that holds nothing. In a list, one with a tag stands on its own lines. */
function memberText(value: unknown, place: MemberPlace | undefined, indent: string): string {
  if (place === undefined) return scalarText(value, indent)
  const { tag, text, plain, expanded } = place
  const block = tag === undefined ? undefined : blockOf(value, indent)
  if (block !== undefined) return `${tag}\n${indent}${block}`
  const before = tag === undefined ? '' : `${tag} `
  if (expanded) return `${before}${doubleQuoted(String(value))}`
  if (text !== undefined) return `${before}${doubleQuoted(text)}`
  const asWritten = plain && written(plain)
  if (asWritten !== undefined && isPlainText(asWritten)) return `${before}${asWritten}`
  return `${before}${scalarText(value, indent)}`
}
