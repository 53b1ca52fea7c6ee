/** `${env:NAME}`, `${file:PATH}` and `${cmd:…}` in the inventory's strings: found here, answered at the edge. */
import { error, type Problem, type SourceRange } from '../diagnostic/problem.ts'
import { type MemberPlace, membersOf, type Place, quote, range, takeOut } from './place.ts'

export type ReferenceKind = 'env' | 'file' | 'cmd'

export interface Reference {
  readonly kind: ReferenceKind
  /** The variable's name, the path, or the command. */
  readonly argument: string
  /** As it was written, `${…}` included. */
  readonly text: string
}

/** What a reference stands for; a failure is a sentence without the reference's text. */
export type Answer =
  | { readonly value: string; readonly placeholder?: boolean }
  | { readonly failure: string; readonly detail?: string; readonly remedy?: string }

type Part = string | Reference | { readonly fault: string; readonly text: string }

const opening = /\$?\$\{(env|file|cmd):/g

/**
 * A string cut into literal text, references and faults. `$${env:` is a literal `${env:`; every other dollar sign is
 * literal as it stands, `$${` before anything else included, since Prometheus gives that a meaning of its own.
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
      found.push({ fault: 'is not closed by "}"', text: text.slice(match.index) })
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
  if (argument.trim() === '') return { fault: 'is empty', text }
  if (kind === 'env' && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(argument)) {
    return { fault: 'is no valid name of an environment variable', text }
  }
  return { kind, argument, text }
}

/** Every different reference in a value's strings, in the order of the text. */
export function findReferences(value: unknown): readonly Reference[] {
  const found = new Map<string, Reference>()
  const visit = (part: unknown): void => {
    if (typeof part === 'string') {
      if (!part.includes('${')) return
      for (const piece of parts(part)) {
        if (typeof piece !== 'string' && 'kind' in piece) found.set(piece.text, piece)
      }
    } else if (typeof part === 'object' && part !== null) {
      for (const member of Object.values(part)) visit(member)
    }
  }
  visit(value)
  return [...found.values()]
}

/**
 * Replaces the references in place by their answers (key: the reference's text) and marks the values as secret.
 * @returns the values that were filled in, to be masked wherever something is shown
 */
export function expandReferences(
  value: unknown,
  answers: ReadonlyMap<string, Answer>,
  problems: Problem[],
): readonly string[] {
  const secrets = new Set<string>()
  const visit = (owner: object): void => {
    const places = membersOf(owner) as Map<string | number, MemberPlace>
    const failed: (string | number)[] = []
    for (const [name, member] of Object.entries(owner)) {
      if (typeof member === 'object' && member !== null) visit(member)
      if (typeof member !== 'string' || !member.includes('${')) continue
      const key = Array.isArray(owner) ? Number(name) : name
      const place = places.get(key)
      const pieces = parts(member)
      const filled = pieces.map(piece => fill(piece, answers, place?.value, problems, secrets))
      if (filled.includes(undefined)) failed.push(key)
      ;(owner as Record<string | number, unknown>)[key] = filled.join('')
      if (place && pieces.some(piece => typeof piece !== 'string')) {
        const placeholder = pieces.some(piece => isPlaceholder(piece, answers))
        places.set(key, { ...place, secret: true, expanded: true, ...(placeholder ? { placeholder } : {}) })
      }
    }
    for (const key of failed.toReversed()) takeOut(owner, key)
  }
  if (typeof value === 'object' && value !== null) visit(value)
  secrets.delete('')
  return [...secrets]
}

function fill(
  piece: Part,
  answers: ReadonlyMap<string, Answer>,
  place: Place | undefined,
  problems: Problem[],
  secrets: Set<string>,
): string | undefined {
  if (typeof piece === 'string') return piece
  const where = place ? { source: range(within(place, piece.text)) } : {}
  if ('fault' in piece) {
    problems.push(error(`${quote(piece.text)} ${piece.fault}`, where))
    return undefined
  }
  const answer = answers.get(piece.text)
  if (answer === undefined || 'failure' in answer) {
    const { failure, ...rest } = answer ?? { failure: 'was not resolved' }
    problems.push(error(`${quote(piece.text)}: ${failure}`, { ...where, ...rest }))
    return undefined
  }
  if (!answer.placeholder) secrets.add(answer.value)
  return answer.value
}

function isPlaceholder(piece: Part, answers: ReadonlyMap<string, Answer>): boolean {
  const answer = typeof piece === 'string' ? undefined : answers.get(piece.text)
  return answer !== undefined && 'value' in answer && answer.placeholder === true
}

/** Where the values stand that hold a placeholder, of the value's own members and all beneath them. */
export function placeholdersOf(value: unknown): readonly SourceRange[] {
  if (typeof value !== 'object' || value === null) return []
  return [...membersOf(value)].flatMap(([key, place]) => [
    ...(place.placeholder ? [range(place.value)] : []),
    ...placeholdersOf((value as Readonly<Record<string | number, unknown>>)[key]),
  ])
}

/** The exact place of a reference inside a string's, where the string is written without escapes. */
function within(place: Place, text: string): Place {
  const offset = place.source.text.slice(place.start, place.end).indexOf(text)
  return offset === -1
    ? place
    : { ...place, start: place.start + offset, end: place.start + offset + text.length }
}
