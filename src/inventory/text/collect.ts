/** Where a member of a map or list stands, and how it was written. */
import { isAlias, isScalar, type Scalar } from '../yaml/nodes.ts'
import type { Node, Reading } from '../yaml/reading.ts'
import type { MemberPlace, Place, SourceText } from './source-text.ts'

type Member = Pick<MemberPlace, 'key' | 'value' | 'secret' | 'plainKey'>

/** `member` with what shows how its value was written. For an alias, that is how its anchor was written. */
export function asMember(member: Member, node: Node, reading: Reading): MemberPlace {
  const { value } = member
  const plain = isScalar(node) && isPlain(node, value) ? { plain: value } : undefined
  return { ...member, ...plain, ...styleOf(node, reading) }
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
  const standard = /^tag:yaml\.org,2002:([a-z]+)$/.exec(tag)?.[1]
  const other = tag.startsWith('!') ? tag : `!<${tag}>`
  return { tag: standard === undefined ? other : `!!${standard}`, ...(plain ?? text) }
}

/** Whether a plain scalar is on one line. Folded over several lines, its text differs from its value. */
export function isPlain({ type, source = '' }: Scalar, { start, end }: Place): boolean {
  return type === 'PLAIN' && source !== '' && end - start === source.length
}

/** Undefined if there is no value. */
export function placeOf(node: Node, source: SourceText): Place | undefined {
  const span = (node as { range?: readonly [number, number, number] | null } | null)?.range
  return span ? { source, start: span[0], end: Math.max(span[1], span[0]) } : undefined
}
