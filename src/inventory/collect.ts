/** The places of a map's or list's members while it is read, and how each was written. */
import { isAlias, isScalar, type Scalar } from './nodes.ts'
import type { MemberPlace, Place, Source } from './place.ts'
import type { Node, Reading } from './reading.ts'
import { marks, type Spans } from './spans.ts'

interface Members extends Spans {
  readonly numbers: number[]
  more?: Map<string | number, Partial<MemberPlace>>
}

export function collectMembers(source: Source): Members {
  return { source, numbers: [] }
}

interface Member {
  readonly key: Place
  readonly value: Place
  readonly secret: boolean
  readonly plainKey?: boolean
  readonly node: Node
}

/** Notes the places of a member and how its value was written. For an alias, that is how its anchor was written. */
export function addMember(members: Members, name: string | number, member: Member, reading: Reading): void {
  const { key, value, secret, plainKey, node } = member
  const plain = isScalar(node) && isPlain(node, value)
  members.numbers.push(
    key.start,
    key.end,
    value.start,
    value.end,
    (secret ? marks.secret : 0) | (plain ? marks.plain : 0) | (plainKey ? marks.plainKey : 0),
  )
  const style = styleOf(node, reading)
  if (style === undefined) return
  members.more ??= new Map()
  members.more.set(name, style)
}

/** The rare ways to write a value: as an alias, or with a tag. */
function styleOf(node: Node, { anchors, source }: Reading): Partial<MemberPlace> | undefined {
  const target = isAlias(node) ? anchors.get(node.source) : node
  const tag = (target as { tag?: string } | null | undefined)?.tag
  if (target === node && tag === undefined) return undefined
  const place = placeOf(target, source)
  const plain = place && isScalar(target) && isPlain(target, place) ? { plain: place } : undefined
  if (tag === undefined) return plain
  const text = isScalar(target) && target.type !== 'PLAIN' ? { text: target.source ?? '' } : undefined
  return { tag: tagText(tag), ...(plain ?? text) }
}

/** Whether a plain scalar is on one line. Folded over several lines, its text differs from its value. */
export function isPlain({ type, source = '' }: Scalar, { start, end }: Place): boolean {
  return type === 'PLAIN' && source !== '' && end - start === source.length
}

function tagText(tag: string): string {
  const standard = /^tag:yaml\.org,2002:([a-z]+)$/.exec(tag)?.[1]
  return standard === undefined ? (tag.startsWith('!') ? tag : `!<${tag}>`) : `!!${standard}`
}

/** Undefined if there is no value. */
export function placeOf(node: Node, source: Source): Place | undefined {
  const span = (node as { range?: readonly [number, number, number] | null } | null)?.range
  return span ? { source, start: span[0], end: Math.max(span[1], span[0]) } : undefined
}
