/**
 * A generation's listing on its host: the stamp's first line, then a line for each resource, its contents named by their
 * hashes. Fields are percent-encoded, slashes aside, and a path stands last; the sixth field of whatever has contents is
 * their SHA-256.
 */
import type { Component } from '../../inventory/model.ts'
import { resourceKind, resourceKinds } from '../../resource/kind/kinds.ts'
import type { ProgramHash, Resource } from '../../resource/model.ts'
import type { StateRecord } from '../../resource/observed.ts'
import { begin, type Sections } from '../syntax/frame.ts'
import { generationsOf, storeDirectory } from '../syntax/layout.ts'
import { quote } from '../syntax/quote.ts'
import { type Script, script } from '../syntax/script.ts'
import { parseRecord } from './record.ts'

interface Generation {
  /** As it was written when the generation was confirmed; it owns nothing. */
  readonly stamp: StateRecord
  readonly resources: readonly Resource[]
}

/** `header`: the first line of the stamp, without its line end. The text ends with a line end. */
export function renderGeneration(
  header: string,
  resources: readonly Resource[],
  programHash: ProgramHash,
): string {
  const lines = resources.map(resource => resourceKind(resource).list(resource, programHash))
  return `${[header, ...lines.filter(({ length }) => length > 0).map(words)].join('\n')}\n`
}

function words(fields: readonly string[]): string {
  return fields.map(field => encodeURIComponent(field).replaceAll('%2F', '/')).join(' ')
}

/** Words of the lines that name a hash. */
const withContent = resourceKinds.flatMap(({ content, words }) => (content ? words : [])).join(' | ')

/** Undefined where the text is no whole listing. */
export function parseGeneration(component: Component, text: string): Generation | undefined {
  const [header = '', ...lines] = text.split('\n').filter(found => found !== '')
  const stamp = parseRecord([header])
  if (!stamp) return undefined
  const resources: Resource[] = []
  for (const found of lines) {
    const resource = listed(found, component, stamp.version)
    if (!resource) return undefined
    resources.push(resource)
  }
  return { stamp, resources }
}

function listed(text: string, component: Component, version: string): Resource | undefined {
  const fields = decoded(text)
  const word = fields?.[0]
  if (!fields || word === undefined) return undefined
  return resourceKinds.find(({ words }) => words.includes(word))?.unlist(fields, component, version)
}

function decoded(text: string): readonly string[] | undefined {
  try {
    return text.split(' ').map(decodeURIComponent)
  } catch {
    return undefined
  }
}

/** A component and the number of the generation that it runs. */
export interface Running {
  readonly component: Component
  readonly generation: number
}

export interface Generations {
  /** Component → listing, of those that have one. */
  readonly texts: ReadonlyMap<string, string>
  /** Paths of the listings whose contents are gone from the store, so that nothing can go back to them. */
  readonly lacking: readonly string[]
}

/** Reads the listing of the newest generation before each of these. */
export function readGenerationsScript(running: readonly Running[]): Script<Generations> {
  const lines = (nonce: string) => running.flatMap(one => readGeneration(nonce, one))
  return script({ name: 'generations', lines, parse: parseGenerations })
}

/** Prints it in a section of the component's name. */
function readGeneration(nonce: string, { component, generation }: Running): readonly string[] {
  return [
    begin(nonce, component),
    `best=0; for file in ${quote(generationsOf(component))}/*; do number=\${file##*/}`,
    'case $number in *[!0-9]*) continue ;; esac',
    `if [ "$number" -lt ${generation} ] && [ "$number" -gt "$best" ]; then best=$number; fi; done`,
    // One that a crash emptied is there, and is not whole.
    `[ "$best" = 0 ] || { cd ${quote(generationsOf(component))}; [ -s "$best" ] || echo empty; cat "$best"; }`,
    begin(nonce, `${lacksSection}${component}`),
    `[ "$best" = 0 ] || while read -r kind effect mode owner group hash path; do`,
    `case $kind in ${withContent}) [ -e ${quote(storeDirectory)}/"$hash" ] || echo "$path" ;; esac`,
    `done <${quote(generationsOf(component))}/"$best"`,
  ]
}

function parseGenerations(found: Sections): Generations {
  const said = [...found].filter(([name, lines]) => name !== 'end' && lines.length > 0)
  const isLacking = ([name]: (typeof said)[number]) => name.startsWith(lacksSection)
  return {
    texts: new Map(
      said.filter(one => !isLacking(one)).map(([name, lines]) => [name, `${lines.join('\n')}\n`]),
    ),
    lacking: said.filter(isLacking).flatMap(([, paths]) => paths.map(decodeURIComponent)),
  }
}

/** Before the component's name: what its generation names and the store does not hold any more. */
const lacksSection = 'lacks '
