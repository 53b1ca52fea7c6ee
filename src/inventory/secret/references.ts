export type ReferenceKind = 'env' | 'file' | 'cmd'

/** How each is written. */
export const forms: Readonly<Record<ReferenceKind, string>> = {
  env: '${env:NAME}',
  file: '${file:PATH}',
  cmd: '${cmd:COMMAND}',
}

export interface Reference {
  readonly kind: ReferenceKind
  /** The variable's name, the path, or the command. */
  readonly argument: string
  /** As it was written, `${…}` included. */
  readonly text: string
  /** It stands in the URL of a mirror, and maybe elsewhere too. */
  readonly ofMirror?: true
}

export type TextPart =
  | string
  | Reference
  | { readonly fault: string; readonly remedy: string; readonly text: string }

const opening = /\$?\$\{(env|file|cmd):/g

/** A string cut into texts, references and faults. `$${env:` is a literal `${env:`. Braces in a reference count. */
export function textParts(text: string): readonly TextPart[] {
  const found: TextPart[] = []
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
    const argument = text.slice(opening.lastIndex, end)
    found.push(reference(match[1] as ReferenceKind, argument, text.slice(match.index, end + 1)))
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

function reference(kind: ReferenceKind, argument: string, text: string): TextPart {
  if (argument.trim() === '') return { fault: 'is empty', remedy: `Write ${forms[kind]}.`, text }
  if (kind === 'env' && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(argument)) {
    const remedy = 'Write ${env:NAME}, with a name of letters, digits and "_".'
    return { fault: 'is not a valid name of an environment variable', remedy, text }
  }
  return { kind, argument, text }
}
