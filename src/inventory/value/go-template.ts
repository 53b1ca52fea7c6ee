/** Names in Go's templates, as far as they are seen without executing anything. Pure. */
import { goUnquoted } from '../../diagnostic/go-text.ts'

export interface Named {
  readonly name: string
  /** Offset of the name's opening quote in the text. */
  readonly offset: number
}

export interface TemplateNames {
  /** By `define` or `block`. */
  readonly defined: readonly Named[]
  /** By `template`. */
  readonly used: readonly Named[]
}

const word = /\s*(template|define|block)\s*(?=["`])/y
/** In Go a quoted text ends on its line, a raw one does not. */
const text = /"(?:[^"\\\n]|\\.)*"|`[^`]*`/y

/** What a text defines and uses. Comments and texts within actions are skipped; a text that is no template has none. */
export function templateNames(source: string): TemplateNames {
  const defined: Named[] = []
  const used: Named[] = []
  for (let open = source.indexOf('{{'); open !== -1; ) {
    let at = open + 2
    // `{{- ` trims blanks; without a blank after it, the dash is a minus sign.
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
      const quoted = text.exec(source)?.[0]
      const name = quoted === undefined ? undefined : goUnquoted(quoted)
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

/** The offset after the `}}` that ends an action; -1 if there is none. */
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
