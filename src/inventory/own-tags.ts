/** YAML tags in the parts that promha reads itself. Tags in upstream's parts are passed on. */
import { error, type Problem } from '../diagnostic/problem.ts'
import { type MemberPlace, membersOf, range } from './place.ts'
import { isUpstream, memberOf, type Schema } from './schema-walk.ts'

/** Tags that the parser has resolved already. */
const known: readonly string[] = [
  '!',
  ...['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map(one => `!!${one}`),
]

/** Reports every other tag in a map or list of this schema. */
export function checkOwnTags(owner: unknown, schema: Schema | undefined, problems: Problem[]): void {
  if (typeof owner !== 'object' || owner === null || schema === undefined || isUpstream(schema)) return
  for (const [key, place] of membersOf(owner)) {
    if (place.tag !== undefined && !known.includes(place.tag)) problems.push(foreign(place.tag, place))
    checkOwnTags((owner as Readonly<Record<string | number, unknown>>)[key], memberOf(schema, key), problems)
  }
}

function foreign(tag: string, { value }: MemberPlace): Problem {
  const start = value.source.text.lastIndexOf(tag, value.start)
  const place = start === -1 ? value : { ...value, start, end: start + tag.length }
  return error(`promha does not know the tag ${tag}`, {
    source: range(place),
    remedy: "remove it; tags of your own may be used only in upstream's parts, such as scrape_configs",
  })
}
