/** JSON of a program's answer, refused before it is read where it would take much more memory than its text. */
import { deepestAnswer, mostValues } from '../../shell/syntax/bounds.ts'
import { ShapeError } from '../answer/shape.ts'

/** Throws a ShapeError if it is not JSON, or is deeper or longer than any answer. */
export function parseJson(text: string): unknown {
  measure(text)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ShapeError(`it is not JSON (${(cause as Error).message.slice(0, 120)})`)
  }
}

/** One pass over the text; what stands in strings does not count. */
function measure(text: string): void {
  let depth = 0
  let values = 0
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfString(text, at)
        break
      case openBrace:
      case openBracket:
        depth += 1
        values += 1
        break
      case closeBrace:
      case closeBracket:
        depth -= 1
        break
      case comma:
        values += 1
        break
    }
    if (depth > deepestAnswer) throw new ShapeError(`it is nested more than ${deepestAnswer} levels deep`)
    if (values > mostValues) throw new ShapeError(`it has more than ${mostValues} values`)
  }
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c]
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d]

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === quote) return at
    if (code === backslash) at += 1
  }
  return text.length
}
