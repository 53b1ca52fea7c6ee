/** What a package asks of others, and offers to them: the fields Depends, Pre-Depends and Provides. Pure. */
import { compareDebianVersions } from './version.ts'

/** `libc6 (>= 2.36)` */
export interface Relation {
  readonly name: string
  readonly version?: { readonly relation: '<<' | '<=' | '=' | '>=' | '>>'; readonly version: string }
}

/** Any one of them will do. */
export type Alternatives = readonly Relation[]

/** `a (>= 1), b | c` → all of these, each by any of its alternatives. What cannot be read is left out. */
export function parseRelations(field: string): readonly Alternatives[] {
  return field
    .split(',')
    .map(group => group.split('|').flatMap(one => parseRelation(one) ?? []))
    .filter(group => group.length > 0)
}

/** An architecture behind the name, `python3:any`, is no matter here: all packages are of the host's own. */
function parseRelation(text: string): Relation | undefined {
  const found =
    /^\s*([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9-]+)?\s*(?:\(\s*(<<|<=|=|>=|>>|<|>)\s*([^\s)]+)\s*\))?/.exec(text)
  if (!found?.[1]) return undefined
  const [, name, sign, version] = found
  if (sign === undefined || version === undefined) return { name }
  // The old signs mean "or equal".
  const relation = sign === '<' ? '<=' : sign === '>' ? '>=' : sign
  return { name, version: { relation: relation as NonNullable<Relation['version']>['relation'], version } }
}

export function renderRelation({ name, version }: Relation): string {
  return version ? `${name} (${version.relation} ${version.version})` : name
}

/** Whether a thing of that version is what is asked for; `undefined`: of no known version, as of an unversioned Provides. */
export function satisfies({ version }: Relation, seen: string | undefined): boolean {
  if (version === undefined) return true
  if (seen === undefined) return false
  const order = compareDebianVersions(seen, version.version)
  switch (version.relation) {
    case '<<':
      return order < 0
    case '<=':
      return order <= 0
    case '=':
      return order === 0
    case '>=':
      return order >= 0
    case '>>':
      return order > 0
  }
}
