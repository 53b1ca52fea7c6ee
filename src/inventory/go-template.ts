/** Names in Go's templates, as far as they are seen without executing anything. Pure. */

export interface Named {
  readonly name: string
  /** Where the name's quote stands in the text. */
  readonly offset: number
}

export interface Names {
  /** By `define` or `block`. */
  readonly defined: readonly Named[]
  /** By `template`. */
  readonly used: readonly Named[]
}

const word = /\s*(template|define|block)\s*(?=["`])/y
/** In Go a quoted text ends on its line, a raw one does not. */
const text = /"(?:[^"\\\n]|\\.)*"|`[^`]*`/y

/** What a text defines and uses. Comments and texts within actions are skipped; a text that is no template has none. */
export function templateNames(source: string): Names {
  const defined: Named[] = []
  const used: Named[] = []
  for (let open = source.indexOf('{{'); open !== -1; ) {
    let at = open + 2
    // "{{-" cuts blanks, if one follows it.
    if (/^-\s/.test(source.slice(at, at + 2))) at += 1
    const comment = /^\s*\/\*/.exec(source.slice(at, at + 50))
    if (comment) {
      const end = source.indexOf('*/', at)
      if (end === -1) break
      open = source.indexOf('{{', end + 2)
      continue
    }
    word.lastIndex = at
    const found = word.exec(source)
    if (found) {
      text.lastIndex = word.lastIndex
      const name = unquoted(text.exec(source)?.[0])
      if (name !== undefined)
        (found[1] === 'template' ? used : defined).push({ name, offset: word.lastIndex })
      if (found[1] === 'block' && name !== undefined) used.push({ name, offset: word.lastIndex })
    }
    const end = actionEnd(source, at)
    if (end === -1) break
    open = source.indexOf('{{', end)
  }
  return { defined, used }
}

/** Behind the `}}` that ends an action; -1 if nothing does. */
function actionEnd(source: string, from: number): number {
  const next = /["`]|'(?:[^'\\\n]|\\.)*'|\}\}/g
  next.lastIndex = from
  for (let found = next.exec(source); found; found = next.exec(source)) {
    if (found[0] === '}}') return next.lastIndex
    if (found[0].startsWith("'")) continue
    text.lastIndex = found.index
    if (!text.exec(source)) return -1
    next.lastIndex = text.lastIndex
  }
  return -1
}

/** Of a quoted or raw text of Go's. */
function unquoted(quoted: string | undefined): string | undefined {
  if (quoted === undefined) return undefined
  const inner = quoted.slice(1, -1)
  if (quoted.startsWith('`')) return inner.replaceAll('\r', '')
  return inner.replaceAll(
    /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([0-7]{3})|(.))/gi,
    (_, x, u, long, octal, plain) => {
      const code = x ?? u ?? long
      if (code !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff))
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8))
      return escapes[plain as string] ?? plain
    },
  )
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }
