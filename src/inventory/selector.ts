/** Prometheus' selectors of series, in the form of `match[]`: `up`, `up{job="node"}`, `{__name__=~"job:.*"}`. */

const escaped = /\\(?:[abfnrtv\\"']|[0-7]{3}|x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|U[\dA-Fa-f]{8})/.source
const string = `"(?:[^"\\\\\\n]|${escaped})*"|'(?:[^'\\\\\\n]|${escaped})*'|\`[^\`]*\``
const name = /[A-Za-z_:][A-Za-z0-9_:]*/.source
const matcher = `(${name}|${string})\\s*(=~|!~|!=|=)\\s*(${string})`
const member = new RegExp(`\\s*(?:${matcher}|(${string}))\\s*(,|$)`, 'sy')
const whole = new RegExp(`^\\s*(${name})?\\s*(?:\\{(.*)\\})?\\s*$`, 's')

/**
 * What is wrong with a selector, as far as promha knows without promtool, which checks the details of PromQL and of Go's
 * regular expressions. Undefined if nothing is found.
 */
export function selectorFault(text: string): string | undefined {
  const [found, metric, braces] = whole.exec(text) ?? []
  if (found === undefined || (metric === undefined && braces === undefined))
    return 'is not a selector of series'
  let selects = metric !== undefined
  const inner = (braces ?? '').trim()
  for (member.lastIndex = 0; member.lastIndex < inner.length; ) {
    const at = member.lastIndex
    const [hit, label, operator = '=', value = '', quoted = ''] = member.exec(inner) ?? []
    if (hit === undefined)
      return `expects a matcher such as label="value" at ${JSON.stringify(inner.slice(at, at + 20))}`
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
  const inner = (braces ?? '').trim()
  for (member.lastIndex = 0; member.lastIndex < inner.length; ) {
    const [hit, label, operator = '=', value = ''] = member.exec(inner) ?? []
    if (hit === undefined) return true
    if (label === undefined) continue
    const seen = new Map(Object.entries(labels)).get(/^["'`]/.test(label) ? plain(label) : label)
    if (seen !== undefined && !matches(operator, plain(value), seen)) return false
  }
  return true
}

function matches(operator: string, value: string, seen: string): boolean {
  if (operator === '=') return seen === value
  if (operator === '!=') return seen !== value
  const pattern = anchored(value)
  return pattern === undefined || pattern.test(seen) === (operator === '=~')
}

/**
 * The selector without the matchers of these labels, for a place where every series has them. Undefined if one of the
 * matchers requires a value, or if what is left would select every series.
 */
export function withoutLabels(selector: string, labels: readonly string[]): string | undefined {
  const [, metric = '', braces] = whole.exec(selector) ?? []
  const inner = (braces ?? '').trim()
  const kept: string[] = []
  for (member.lastIndex = 0; member.lastIndex < inner.length; ) {
    const [hit, label, operator = '=', value = ''] = member.exec(inner) ?? []
    if (hit === undefined) return undefined
    const named = label === undefined ? undefined : /^["'`]/.test(label) ? plain(label) : label
    if (named === undefined || !labels.includes(named)) kept.push(hit.replace(/,$/, '').trim())
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
