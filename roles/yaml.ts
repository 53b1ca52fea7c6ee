/** Values become YAML that Go's readers, who keep rules of YAML 1.1, take for the same values. */
import { Document, Scalar, visit } from 'yaml'

/** Characters that YAML 1.1 takes for line ends, or refuses unless they are escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const special = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/
const unescaped = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g

/**
 * The value as a YAML text that ends with a line end; the same value gives the same text.
 * A string that YAML 1.1 would read as something else (`yes`, `0x1`, `012`, `1e3`, `<<`) is quoted.
 */
export function yamlText(value: unknown): string {
  if (value === undefined) throw new TypeError('undefined is no YAML value')
  const document = new Document(value, { compat: 'yaml-1.1', aliasDuplicateObjects: false })
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'string' && needsQuotes(node.value)) node.type = Scalar.QUOTE_DOUBLE
    },
  })
  const text = document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER })
  // They stand in double-quoted scalars only, where an escape means the same.
  return text.replace(unescaped, escaped)
}

/** Text of several lines is a block literal, which cannot hold these, nor blanks before its first line. */
function needsQuotes(text: string): boolean {
  return (
    special.test(text) || text === '<<' || text === '=' || /^\s/.test(text) || /^[^\n]*\t[^\n]*$/.test(text)
  )
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
