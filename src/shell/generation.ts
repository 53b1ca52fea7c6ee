/**
 * A generation's listing on its host: the stamp's first line, then a line for each resource, its contents named by their
 * hashes. Fields are percent-encoded, slashes aside, and a path stands last; the sixth field of whatever has contents is
 * their SHA-256.
 */
import { isHostPackage } from '../../roles/index.ts'
import type { Component } from '../inventory/model.ts'
import type {
  DirectoryResource,
  FileResource,
  PackageResource,
  ProgramResource,
  Stored,
  UnitResource,
  UserResource,
} from '../resource/model.ts'
import { unitPath } from '../resource/model.ts'
import type { Stamp } from '../resource/observed.ts'
import { begin, preamble, sections } from './frame.ts'
import { generationsOf, storeDirectory } from './layout.ts'
import { quote } from './quote.ts'
import { parseRecord } from './record.ts'

/** A resource whose contents, where it has any, lie in the host's store. */
export type Listed =
  | UserResource
  | PackageResource
  | DirectoryResource
  | (FileResource & { readonly content: Stored })
  | (ProgramResource & { readonly stored: string })
  | (UnitResource & { readonly content: Stored })

interface Generation {
  /** As it was written when the generation was confirmed; it owns nothing. */
  readonly stamp: Stamp
  readonly resources: readonly Listed[]
}

/** `header`: the first line of the stamp, without its line end. The text ends with a line end. */
export function renderGeneration(header: string, resources: readonly Listed[]): string {
  return `${[header, ...resources.map(line)].join('\n')}\n`
}

function line(resource: Listed): string {
  switch (resource.kind) {
    case 'package':
      return words('package', resource.name)
    case 'user':
      return words('user', resource.name, resource.home)
    case 'directory': {
      const { data, shared, mode, owner, group, path } = resource
      return words(data ? 'data' : shared ? 'shared' : 'directory', octal(mode), owner, group, path)
    }
    case 'file': {
      const { concealed, effect, mode, owner, group, content, path } = resource
      return words(concealed ? 'concealed' : 'file', effect, octal(mode), owner, group, content.stored, path)
    }
    case 'program': {
      const { effect, mode, stored, path } = resource
      return words('program', effect, octal(mode), 'root', 'root', stored, path)
    }
    case 'unit':
      return words('unit', 'restart', '644', 'root', 'root', resource.content.stored, unitPath(resource.name))
  }
}

function words(...fields: readonly string[]): string {
  return fields.map(field => encodeURIComponent(field).replaceAll('%2F', '/')).join(' ')
}

function octal(mode: number): string {
  return mode.toString(8)
}

/** Undefined where the text is no whole listing. */
export function parseGeneration(component: Component, text: string): Generation | undefined {
  const [header = '', ...lines] = text.split('\n').filter(found => found !== '')
  const stamp = parseRecord([header])
  if (!stamp) return undefined
  const resources: Listed[] = []
  for (const found of lines) {
    const resource = listed(found, component, stamp.version)
    if (!resource) return undefined
    resources.push(resource)
  }
  return { stamp, resources }
}

function listed(text: string, component: Component, version: string): Listed | undefined {
  const fields = decoded(text)
  if (!fields) return undefined
  const [kind, ...rest] = fields
  if (kind === 'package') return rest[0] ? { kind, name: rest[0] } : undefined
  if (kind === 'user') {
    const [name, home] = rest
    return name && home ? { kind, name, home } : undefined
  }
  if (kind === 'directory' || kind === 'data' || kind === 'shared') {
    const [octets = '', owner, group, path] = rest
    const mode = Number.parseInt(octets, 8)
    if (!owner || !group || !path || Number.isNaN(mode)) return undefined
    return { kind: 'directory', path, owner, group, mode, ...(kind === 'directory' ? {} : { [kind]: true }) }
  }
  const [effect, octets = '', owner, group, stored = '', path] = rest
  const mode = Number.parseInt(octets, 8)
  if (!isEffect(effect) || !owner || !group || !path || Number.isNaN(mode)) return undefined
  if (!/^[0-9a-f]{64}$/.test(stored)) return undefined
  switch (kind) {
    case 'file':
    case 'concealed':
      return {
        ...{ kind: 'file', path, content: { stored }, owner, group, mode, effect },
        ...(kind === 'concealed' ? { concealed: true } : {}),
      }
    case 'program':
      return isHostPackage(component) ? undefined : { kind, component, version, path, mode, effect, stored }
    case 'unit':
      return { kind, name: path.replace(/^.*\//, ''), content: { stored } }
    default:
      return undefined
  }
}

function decoded(text: string): readonly string[] | undefined {
  try {
    return text.split(' ').map(decodeURIComponent)
  } catch {
    return undefined
  }
}

function isEffect(word: string | undefined): word is FileResource['effect'] {
  return word === 'none' || word === 'reload' || word === 'restart'
}

/** A component and the number of the generation that it runs. */
export interface Running {
  readonly component: Component
  readonly generation: number
}

/** Prints the listing of the newest generation before each of these, in a section of the component's name. */
export function readGenerationsScript(nonce: string, running: readonly Running[]): string {
  const lines = [preamble]
  for (const { component, generation } of running) {
    lines.push(
      begin(nonce, component),
      `best=0; for file in ${quote(generationsOf(component))}/*; do number=\${file##*/}`,
      'case $number in *[!0-9]*) continue ;; esac',
      `if [ "$number" -lt ${generation} ] && [ "$number" -gt "$best" ]; then best=$number; fi; done`,
      // One that a crash emptied is there, and is not whole.
      `[ "$best" = 0 ] || { cd ${quote(generationsOf(component))}; [ -s "$best" ] || echo empty; cat "$best"; }`,
      begin(nonce, `${lacksSection}${component}`),
      `[ "$best" = 0 ] || while read -r kind effect mode owner group hash path; do`,
      `case $kind in file | concealed | program | unit) [ -e ${quote(storeDirectory)}/"$hash" ] || echo "$path" ;; esac`,
      `done <${quote(generationsOf(component))}/"$best"`,
    )
  }
  lines.push(begin(nonce, 'end'))
  return lines.join('\n')
}

/** Component → listing, of those that have one; undefined where the script did not reach its end. */
export function parseGenerations(nonce: string, output: string): ReadonlyMap<string, string> | undefined {
  const found = sections(nonce, output)
  if (!found.has('end')) return undefined
  const texts = [...found].filter(
    ([name, lines]) => name !== 'end' && !name.startsWith(lacksSection) && lines.length > 0,
  )
  return new Map(texts.map(([name, lines]) => [name, `${lines.join('\n')}\n`]))
}

/** Before the component's name: what its generation names and the store does not hold any more. */
const lacksSection = 'lacks '

/** Paths of the listings whose contents are gone, so that nothing can go back to them. */
export function parseLacking(nonce: string, output: string): readonly string[] {
  return [...sections(nonce, output)]
    .filter(([name]) => name.startsWith(lacksSection))
    .flatMap(([, paths]) => paths.map(decodeURIComponent))
}
