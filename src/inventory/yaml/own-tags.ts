/** YAML tags in the parts that promha reads itself. Tags in upstream's parts are passed on. */
import type { Problem } from '../../diagnostic/problem.ts'
import { isUpstream, type Schema, schemaMember } from '../schema/schema-walk.ts'
import { memberAt, membersOf } from '../text/place.ts'
import { range } from '../text/source-text.ts'
import { yamlProblem } from './messages.ts'

/** Tags that the parser has resolved already. */
const known: readonly string[] = [
  '!',
  ...['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map(one => `!!${one}`),
]

/** Reports every other tag in a map or list of this schema. */
export function checkOwnTags(owner: unknown, schema: Schema | undefined, problems: Problem[]): void {
  if (typeof owner !== 'object' || owner === null || schema === undefined || isUpstream(schema)) return
  for (const [key, place] of membersOf(owner)) {
    const { tag, value } = place
    if (tag !== undefined && !known.includes(tag)) {
      const start = value.source.text.lastIndexOf(tag, value.start)
      const at = start === -1 ? value : { ...value, start, end: start + tag.length }
      problems.push(yamlProblem.unknownTag({ source: range(at) }, tag))
    }
    checkOwnTags(memberAt(owner, [key]), schemaMember(schema, key), problems)
  }
}
