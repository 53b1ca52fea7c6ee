/** `${env:NAME}`, `${file:PATH}` and `${cmd:…}` in the inventory's strings: found here, answered at the edge. */
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import { mergedInto } from './as-written.ts'
import { forms } from './near-references.ts'
import { liesInPassedOn } from './passed-on.ts'
import { memberPlace, type Place, quote, range, rememberExpanded, takeOut } from './place.ts'
import {
  asUserPart,
  isMirrorAddress,
  isUserPartOnly,
  mayHoldReference,
  type Path,
} from './reference-places.ts'
import { isKnown } from './schema-walk.ts'

export type ReferenceKind = 'env' | 'file' | 'cmd'

export interface Reference {
  readonly kind: ReferenceKind
  /** The variable's name, the path, or the command. */
  readonly argument: string
  /** As it was written, `${…}` included. */
  readonly text: string
}

/** What a reference was resolved to. `failure` continues a sentence that begins with the reference. */
export type Answer =
  | { readonly value: string; readonly placeholder?: false }
  /** Nothing was read. `lacks`: why the reference would fail. */
  | {
      readonly value: string
      readonly placeholder: true
      readonly lacks?: { readonly failure: string; readonly remedy: string }
    }
  | { readonly failure: string; readonly detail?: string; readonly remedy?: string }

type Part = string | Reference | { readonly fault: string; readonly remedy: string; readonly text: string }

const opening = /\$?\$\{(env|file|cmd):/g

/**
 * A string cut into literal text, references and faults. `$${env:` is a literal `${env:`; every other dollar sign is
 * literal, also in `$${` before anything else, which has a meaning in Prometheus' own configs.
 * Braces inside a reference count, so that `${cmd:awk '{print $1}' f}` ends where it should.
 */
export function parts(text: string): readonly Part[] {
  const found: Part[] = []
  let literal = 0
  opening.lastIndex = 0
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    if (match[0].startsWith('$$')) {
      found.push(text.slice(literal, match.index))
      literal = match.index + 1
      continue
    }
    const end = closing(text, opening.lastIndex)
    found.push(text.slice(literal, match.index))
    if (end === -1) {
      const remedy = 'Write "}" where the reference ends.'
      found.push({ fault: 'is not closed by "}"', remedy, text: text.slice(match.index) })
      return found.filter(part => part !== '')
    }
    found.push(
      reference(
        match[1] as ReferenceKind,
        text.slice(opening.lastIndex, end),
        text.slice(match.index, end + 1),
      ),
    )
    literal = end + 1
    opening.lastIndex = literal
  }
  found.push(text.slice(literal))
  return found.filter(part => part !== '')
}

function closing(text: string, from: number): number {
  let depth = 1
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1
    if (text[at] === '}') depth -= 1
    if (depth === 0) return at
  }
  return -1
}

function reference(kind: ReferenceKind, argument: string, text: string): Part {
  if (argument.trim() === '') return { fault: 'is empty', remedy: `Write ${forms[kind]}.`, text }
  if (kind === 'env' && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(argument)) {
    const remedy = 'Write ${env:NAME}, with a name of letters, digits and "_".'
    return { fault: 'is not a valid name of an environment variable', remedy, text }
  }
  return { kind, argument, text }
}

/** One text of the inventory that holds `${`, and its place. */
interface Found {
  readonly owner: object
  readonly key: string | number
  readonly path: Path
  readonly text: string
}

function textsOf(value: unknown, path: Path = []): readonly Found[] {
  if (typeof value !== 'object' || value === null) return []
  const own = Object.entries(value).flatMap(([name, member]): readonly Found[] => {
    const key = Array.isArray(value) ? Number(name) : name
    const here = [...path, key]
    if (typeof member !== 'string') return textsOf(member, here)
    return member.includes('${') ? [{ owner: value, key, path: here, text: member }] : []
  })
  return [...own, ...mergedInto(value).flatMap(map => textsOf(map, path))]
}

function isAllowed(path: Path, pieces: readonly Part[]): boolean {
  if (!isMirrorAddress(path)) return mayHoldReference(path) || liesInPassedOn(path)
  return isUserPartOnly(pieces.map(piece => (typeof piece === 'string' ? piece : undefined)))
}

/** Every different reference of the inventory at an allowed place, in the order of the text. */
export function findReferences(value: unknown): readonly Reference[] {
  const found = new Map<string, Reference>()
  for (const { path, text } of textsOf(value)) {
    const pieces = parts(text)
    if (!isAllowed(path, pieces)) continue
    for (const piece of pieces) if (typeof piece !== 'string' && 'kind' in piece) found.set(piece.text, piece)
  }
  return [...found.values()]
}

interface Expanded {
  /** The values that were filled in, to be masked in all output. */
  readonly secrets: readonly string[]
  /** At least one value has a placeholder. */
  readonly placeholders: boolean
}

/**
 * Replaces the references by their answers (key: the reference's text) within `value`, and marks the values as secret. A
 * reference where none is allowed is an error, and its value is removed.
 */
export function expandReferences(
  value: unknown,
  answers: ReadonlyMap<string, Answer>,
  problems: Problem[],
): Expanded {
  const secrets = new Set<string>()
  const filling: Filling = { answers, problems, secrets, told: new Set() }
  const failed: Found[] = []
  let placeholders = false
  for (const found of textsOf(value)) {
    const { owner, key, path, text } = found
    const pieces = parts(text)
    const place = memberPlace(owner, key)
    const first = pieces.find(piece => typeof piece !== 'string')
    if (first !== undefined && !isAllowed(path, pieces)) {
      // An unknown key is reported by the schema.
      if (!isKnown(path)) continue
      problems.push(refused(path, first.text, place?.value))
      failed.push(found)
      continue
    }
    const filled = pieces.map(piece => fill(piece, path, place?.value, filling))
    if (filled.includes(undefined)) failed.push(found)
    const placeholder = pieces.some(piece => isPlaceholder(piece, answers))
    const whole = placeholder && pieces.length === 1
    const written = whole ? inForm(String(key), filled[0] ?? '') : filled.join('')
    ;(owner as Record<string | number, unknown>)[key] = written
    if (place && first !== undefined) {
      placeholders ||= placeholder
      rememberExpanded(owner, key, placeholder)
    }
  }
  // From the back, so that removing an item of a list does not move another that has to be removed.
  for (const { owner, key } of failed.toReversed()) takeOut(owner, key)
  secrets.delete('')
  return { secrets: [...secrets], placeholders }
}

/** The placeholder as a URL or HOST:PORT if the key needs one: otherwise upstream's tools would stop at it. */
function inForm(key: string, placeholder: string): string {
  if (/url$/i.test(key)) return `http://${placeholder}.invalid/`
  return /smarthost$/.test(key) ? `${placeholder}.invalid:25` : placeholder
}

function refused(path: Path, text: string, place: Place | undefined): Problem {
  const mirror = isMirrorAddress(path)
  return error(`${path.join('.')} cannot contain the reference ${quote(text)}`, {
    ...(place ? { source: range(within(place, text)) } : {}),
    detail: mirror
      ? "References are allowed only in the user part of a mirror's URL, so that no secret becomes part of a host name or a path."
      : 'promha reads this value itself, and may resolve it, send it or show it. References are allowed in `ssh.sudo.password`, and inline in scrape_configs, remote_write, remote_read, storage, tracing, otlp, runtime, alert_relabel_configs, alertmanagers, alertmanager.config, blackbox.modules, the config of exporters, and environment.',
    remedy: mirror
      ? 'Write it as in https://${env:USER}:${env:PASSWORD}@HOST/PATH, or write the value itself.'
      : 'Write the value itself.',
  })
}

interface Filling {
  readonly answers: ReadonlyMap<string, Answer>
  readonly problems: Problem[]
  readonly secrets: Set<string>
  /** Placeholders with a warning already: each is reported once. */
  readonly told: Set<string>
}

function fill(
  piece: Part,
  path: Path,
  place: Place | undefined,
  { answers, problems, secrets, told }: Filling,
): string | undefined {
  if (typeof piece === 'string') return piece
  const where = place ? { source: range(within(place, piece.text)) } : {}
  if ('fault' in piece) {
    problems.push(error(`${quote(piece.text)} ${piece.fault}`, { ...where, remedy: piece.remedy }))
    return undefined
  }
  const answer = answers.get(piece.text)
  if (answer === undefined || 'failure' in answer) {
    const { failure, ...rest } = answer ?? { failure: 'was not resolved' }
    problems.push(error(`${quote(piece.text)}: ${failure}`, { ...where, ...rest }))
    return undefined
  }
  if (answer.placeholder) {
    const { lacks, value } = answer
    if (lacks && !told.has(value))
      problems.push(warning(`${quote(piece.text)}: ${lacks.failure}`, { ...where, remedy: lacks.remedy }))
    told.add(value)
    return value
  }
  const value = isMirrorAddress(path) ? asUserPart(answer.value) : answer.value
  secrets.add(answer.value)
  secrets.add(value)
  return value
}

function isPlaceholder(piece: Part, answers: ReadonlyMap<string, Answer>): boolean {
  const answer = typeof piece === 'string' ? undefined : answers.get(piece.text)
  return answer !== undefined && 'value' in answer && answer.placeholder === true
}

/** The placeholder of the Nth reference if references are not resolved. */
export function placeholder(index: number): string {
  return `placeholder-${index}`
}

/** Whether a tool's message is about a placeholder, so that the real value may be valid. YAML errors cut long values. */
export function isOfPlaceholder(message: string): boolean {
  return /placeholder-\d|placeho\.\.\./.test(message)
}

/** The place of a reference within a string; that of the whole string if it is written with escapes. */
function within(place: Place, text: string): Place {
  const offset = place.source.text.slice(place.start, place.end).indexOf(text)
  return offset === -1
    ? place
    : { ...place, start: place.start + offset, end: place.start + offset + text.length }
}
