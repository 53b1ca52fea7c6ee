/** `${env:NAME}`, `${file:PATH}` and `${cmd:…}` in the inventory's strings: found here, answered at the edge. */
import type { Problem } from '../../diagnostic/problem.ts'
import { isKnown } from '../schema/schema-walk.ts'
import { mergedInto } from '../text/as-written.ts'
import { memberPlace, membersIn, recordExpanded, takeOut } from '../text/place.ts'
import { type Place, range } from '../text/source-text.ts'
import { liesInPassedOn } from '../upstream/passed-on.ts'
import { secretProblem } from './messages.ts'
import type { ReferencePath } from './reference-places.ts'
import { asUserPart, isMirrorAddress, isUserPartOnly, mayHoldReference } from './reference-places.ts'
import { type Reference, type TextPart, textParts } from './references.ts'

/** What a reference was resolved to. `failure` continues a sentence that begins with the reference. */
export type ReferenceAnswer =
  | { readonly value: string; readonly placeholder?: false }
  /** Nothing was read. `lacks`: why the reference would fail. */
  | {
      readonly value: string
      readonly placeholder: true
      readonly lacks?: { readonly failure: string; readonly remedy: string }
    }
  | { readonly failure: string; readonly detail?: string; readonly remedy?: string }

/** One text of the inventory that holds `${`, and its place. */
interface Found {
  readonly owner: object
  readonly key: string | number
  readonly path: ReferencePath
  readonly text: string
}

function textsOf(value: unknown, path: ReferencePath = []): readonly Found[] {
  if (typeof value !== 'object' || value === null) return []
  const own = membersIn(value).flatMap(([key, member]): readonly Found[] => {
    const here = [...path, key]
    if (typeof member !== 'string') return textsOf(member, here)
    return member.includes('${') ? [{ owner: value, key, path: here, text: member }] : []
  })
  return [...own, ...mergedInto(value).flatMap(map => textsOf(map, path))]
}

function isAllowed(path: ReferencePath, pieces: readonly TextPart[]): boolean {
  if (!isMirrorAddress(path)) return mayHoldReference(path) || liesInPassedOn(path)
  return isUserPartOnly(pieces.map(piece => (typeof piece === 'string' ? piece : undefined)))
}

/** Every different reference of the inventory at an allowed place, in the order of the text. */
export function findReferences(value: unknown): readonly Reference[] {
  const found = new Map<string, Reference>()
  for (const { path, text } of textsOf(value)) {
    const pieces = textParts(text)
    if (!isAllowed(path, pieces)) continue
    const also = isMirrorAddress(path) ? { ofMirror: true as const } : {}
    for (const piece of pieces)
      if (typeof piece !== 'string' && 'kind' in piece)
        found.set(piece.text, { ...piece, ...found.get(piece.text), ...also })
  }
  return [...found.values()]
}

interface Expanded {
  /** The values that were filled in, to be masked in all output. */
  readonly secrets: readonly string[]
  /** At least one value has a placeholder. */
  readonly placeholders: boolean
}

/** Replaces references by their answers, marked as secret. One where none is allowed is an error, and is removed. */
export function expandReferences(
  value: unknown,
  answers: ReadonlyMap<string, ReferenceAnswer>,
  problems: Problem[],
): Expanded {
  const secrets = new Set<string>()
  const filling: Filling = { answers, problems, secrets, warned: new Set() }
  const failed: Found[] = []
  let placeholders = false
  for (const found of textsOf(value)) {
    const { owner, key, path, text } = found
    const pieces = textParts(text)
    const place = memberPlace(owner, key)
    const first = pieces.find(piece => typeof piece !== 'string')
    if (first !== undefined && !isAllowed(path, pieces)) {
      // An unknown key is reported by the schema.
      if (!isKnown(path)) continue
      const where = place ? { source: range(within(place.value, first.text)) } : {}
      problems.push(secretProblem.referenceNotAllowed(where, path, first.text, isMirrorAddress(path)))
      failed.push(found)
      continue
    }
    const filled = pieces.map(piece => fill(piece, path, place?.value, filling))
    if (filled.includes(undefined)) failed.push(found)
    const placeholder = pieces.some(piece => {
      const answer = typeof piece === 'string' ? undefined : answers.get(piece.text)
      return answer !== undefined && 'value' in answer && answer.placeholder === true
    })
    const whole = placeholder && pieces.length === 1
    const written = whole ? inForm(String(key), filled[0] ?? '') : filled.join('')
    ;(owner as Record<string | number, unknown>)[key] = written
    if (place && first !== undefined) {
      placeholders ||= placeholder
      recordExpanded(owner, key, placeholder)
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

interface Filling {
  readonly answers: ReadonlyMap<string, ReferenceAnswer>
  readonly problems: Problem[]
  readonly secrets: Set<string>
  /** Placeholders with a warning already: each is reported once. */
  readonly warned: Set<string>
}

function fill(
  piece: TextPart,
  path: ReferencePath,
  place: Place | undefined,
  { answers, problems, secrets, warned }: Filling,
): string | undefined {
  if (typeof piece === 'string') return piece
  const where = place ? { source: range(within(place, piece.text)) } : {}
  if ('fault' in piece)
    return void problems.push(secretProblem.badReference(where, piece.text, piece.fault, piece.remedy))
  const answer = answers.get(piece.text)
  if (answer === undefined || 'failure' in answer) {
    const { failure, ...rest } = answer ?? { failure: 'was not resolved' }
    return void problems.push(secretProblem.unresolved(where, piece.text, failure, rest))
  }
  if (answer.placeholder) {
    const { lacks, value } = answer
    if (lacks && !warned.has(value))
      problems.push(secretProblem.unresolvedYet(where, piece.text, lacks.failure, lacks.remedy))
    warned.add(value)
    return value
  }
  const value = isMirrorAddress(path) ? asUserPart(answer.value) : answer.value
  secrets.add(answer.value)
  secrets.add(value)
  return value
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
