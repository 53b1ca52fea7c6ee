/** Prometheus' selectors of series, in the form of `match[]`: `up`, `up{job="node"}`, `{__name__=~"job:.*"}`. */

const escaped = /\\(?:[abfnrtv\\"']|[0-7]{3}|x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|U[\dA-Fa-f]{8})/.source
const string = `"(?:[^"\\\\\\n]|${escaped})*"|'(?:[^'\\\\\\n]|${escaped})*'|\`[^\`]*\``
const name = /[A-Za-z_:][A-Za-z0-9_:]*/.source
const matcher = `(${name}|${string})\\s*(=~|!~|!=|=)\\s*(${string})`
const member = new RegExp(`\\s*(?:${matcher}|(${string}))\\s*(,|$)`, 'sy')
const whole = new RegExp(`^\\s*(${name})?\\s*(?:\\{(.*)\\})?\\s*$`, 's')

/** What is wrong with a selector, as far as promha knows without promtool; undefined if nothing is found. */
export function selectorFault(text: string): string | undefined {
  const [found, metric, braces] = whole.exec(text) ?? []
  if (found === undefined || (metric === undefined && braces === undefined))
    return 'is not a selector of series'
  let selects = metric !== undefined
  for (const { rest, text: hit, label, operator, value, quoted } of partsOf(braces)) {
    if (hit === undefined)
      return `expects a matcher such as label="value" at ${JSON.stringify(rest.slice(0, 20))}`
    if (label === undefined) selects ||= quoted.length > 2
    else {
      const takesNone = matchesEmpty(operator, plain(value))
      if (takesNone === undefined) return `has an invalid regular expression: ${value}`
      selects ||= !takesNone
    }
  }
  return selects
    ? undefined
    : 'would select every series, which Prometheus refuses: at least one matcher must not match the empty value'
}

interface Part {
  /** From the part on. */
  readonly rest: string
  /** All of it; undefined if it is none, and then it is the last. */
  readonly text?: string | undefined
  /** Undefined for the name of a metric, which is `quoted`. */
  readonly label?: string | undefined
  readonly operator: string
  readonly value: string
  readonly quoted: string
}

/** What is between the braces of a selector. */
function partsOf(braces = ''): readonly Part[] {
  const inner = braces.trim()
  const parts: Part[] = []
  for (let at = 0; at < inner.length; at = member.lastIndex) {
    member.lastIndex = at
    const [text, name, operator = '=', value = '', quoted = ''] = member.exec(inner) ?? []
    const label = name && /^["'`]/.test(name) ? plain(name) : name
    parts.push({ rest: inner.slice(at), text, label, operator, value, quoted })
    if (text === undefined) break
  }
  return parts
}

/** The text between the quotes, with escaped quotes and backslashes unescaped. */
function plain(value: string): string {
  const inner = value.slice(1, -1)
  return value.startsWith('`') ? inner : inner.replaceAll(/\\([\\"'])/g, '$1')
}

/** Whether a matcher accepts a series without the label; undefined if its regular expression is wrong. */
function matchesEmpty(operator: string, value: string): boolean | undefined {
  if (operator === '=') return value === ''
  if (operator === '!=') return value !== ''
  const pattern = anchored(value)
  if (pattern) return pattern.test('') === (operator === '=~')
  // Go has groups such as (?i:x) that JavaScript does not know. They are left to promtool.
  return value.includes('(?') ? false : undefined
}

/** A regular expression for the whole text, as Prometheus uses them; undefined if it is not valid in JavaScript. */
export function anchored(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`, 's')
  } catch {
    return undefined
  }
}

/** Whether a selector may select a series with these labels among others. Also true if that is not known. */
export function admits(selector: string, labels: Readonly<Record<string, string>>): boolean {
  const [, , braces] = whole.exec(selector) ?? []
  const known = new Map(Object.entries(labels))
  return partsOf(braces).every(({ label = '', operator, value }) => {
    const seen = known.get(label)
    if (seen === undefined) return true
    const wanted = plain(value)
    if (operator === '=' || operator === '!=') return (seen === wanted) === (operator === '=')
    const pattern = anchored(wanted)
    return pattern === undefined || pattern.test(seen) === (operator === '=~')
  })
}

/** The selector without the matchers of these labels; undefined if one requires a value, or if nothing would be left. */
export function withoutLabels(selector: string, labels: readonly string[]): string | undefined {
  const [, metric = '', braces] = whole.exec(selector) ?? []
  const kept: string[] = []
  for (const { text: hit, label, operator, value } of partsOf(braces)) {
    if (hit === undefined) return undefined
    if (label === undefined || !labels.includes(label)) kept.push(hit.replace(/,$/, '').trim())
    else if (matchesEmpty(operator, plain(value)) !== true) return undefined
  }
  const rest = kept.length === 0 ? metric : `${metric}{${kept.join(',')}}`
  return selectorFault(rest) === undefined ? rest : undefined
}

/** The selector with further matchers, which come last. */
export function withMatchers(selector: string, ...matchers: readonly string[]): string {
  const text = selector.trim()
  if (!text.endsWith('}')) return `${text}{${matchers.join(',')}}`
  const inner = text.slice(0, -1).trimEnd()
  const joint = inner.endsWith('{') || inner.endsWith(',') ? '' : ','
  return `${inner}${joint}${matchers.join(',')}}`
}
