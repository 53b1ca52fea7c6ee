/** Where a text stops being JSON: what JSON.parse says of it has no place in every version of Node. */

/** Numbers and words are judged whole: `01` and `nul` are faults at their beginning. */
const token = /[{}[\]:,]|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y
/** A string is taken part by part, because one pattern for all of it would try each way to divide it. */
const partOfString = /[^"\\\p{Cc}]+|[\u007f-\u009f]+|\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/uy
const blank = /[ \t\r\n]*/y

type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing'

/** The offset of the first sign that does not fit, and what fits; undefined if it is JSON. */
export function jsonFault(text: string): { readonly offset: number; readonly expected: string } | undefined {
  const open: ('{' | '[')[] = []
  let state: Expected = 'value'
  for (let at = 0; ; ) {
    blank.lastIndex = at
    blank.test(text)
    const offset = blank.lastIndex
    if (offset === text.length && state === 'nothing') return undefined
    const [found, end] = tokenAt(text, offset)
    const next: Expected | undefined = found === undefined ? undefined : after(found, state, open)
    if (next === undefined) return { offset, expected: words(state, open) }
    state = next
    at = end
  }
}

/** The token, or the quote that begins it, and where it ends. */
function tokenAt(text: string, offset: number): readonly [found: string | undefined, end: number] {
  if (text[offset] !== '"') {
    token.lastIndex = offset
    return [token.exec(text)?.[0], token.lastIndex]
  }
  let end = offset + 1
  for (partOfString.lastIndex = end; partOfString.test(text); ) end = partOfString.lastIndex
  return [text[end] === '"' ? '"' : undefined, end + 1]
}

function after(found: string, state: Expected, open: ('{' | '[')[]): Expected | undefined {
  const last = open.at(-1)
  if (/^[}\]]$/.test(found)) {
    if (!state.endsWith('or end') || (found === '}') !== (last === '{')) return undefined
    open.pop()
    return open.length === 0 ? 'nothing' : 'comma or end'
  }
  if (found === ',') return state !== 'comma or end' ? undefined : last === '{' ? 'key' : 'value'
  if (found === ':') return state === 'colon' ? 'value' : undefined
  if (state.startsWith('key')) return found === '"' ? 'colon' : undefined
  if (!state.startsWith('value')) return undefined
  if (found === '{' || found === '[') {
    open.push(found)
    return found === '{' ? 'key or end' : 'value or end'
  }
  return open.length === 0 ? 'nothing' : 'comma or end'
}

function words(state: Expected, open: readonly string[]): string {
  const end = open.at(-1) === '{' ? '}' : ']'
  const said: Readonly<Record<Expected, string>> = {
    value: 'a value',
    'value or end': 'a value or "]"',
    key: 'a key in double quotes',
    'key or end': 'a key in double quotes or "}"',
    colon: '":"',
    'comma or end': `"," or "${end}"`,
    nothing: 'the end',
  }
  return said[state]
}
