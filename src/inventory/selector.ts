/** Prometheus' selectors of series, as `match[]` takes them: `up`, `up{job="node"}`, `{__name__=~"job:.*"}`. */

const escaped = /\\(?:[abfnrtv\\"']|[0-7]{3}|x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|U[\dA-Fa-f]{8})/.source
const string = `"(?:[^"\\\\\\n]|${escaped})*"|'(?:[^'\\\\\\n]|${escaped})*'|\`[^\`]*\``
const name = /[A-Za-z_:][A-Za-z0-9_:]*/.source
const matcher = `(${name}|${string})\\s*(=~|!~|!=|=)\\s*(${string})`
const member = new RegExp(`\\s*(?:${matcher}|(${string}))\\s*(,|$)`, 'sy')
const whole = new RegExp(`^\\s*(${name})?\\s*(?:\\{(.*)\\})?\\s*$`, 's')

/**
 * Why it will not do, as far as that can be told without Prometheus; undefined for one that may do. What it has of Go and of
 * PromQL besides is promtool's to judge.
 */
export function selectorFault(text: string): string | undefined {
  const [found, metric, braces] = whole.exec(text) ?? []
  if (found === undefined || (metric === undefined && braces === undefined)) return 'is no selector of series'
  let selects = metric !== undefined
  const inner = (braces ?? '').trim()
  for (member.lastIndex = 0; member.lastIndex < inner.length; ) {
    const at = member.lastIndex
    const [hit, label, operator = '=', value = '', quoted = ''] = member.exec(inner) ?? []
    if (hit === undefined)
      return `has no matcher, as label="value" is one, at ${JSON.stringify(inner.slice(at, at + 20))}`
    if (label === undefined) selects ||= quoted.length > 2
    else {
      const takesNone = matchesEmpty(operator, plain(value))
      if (takesNone === undefined) return `has a regular expression that is none: ${value}`
      selects ||= !takesNone
    }
  }
  return selects
    ? undefined
    : 'would select every series, which Prometheus refuses: at least one matcher must not match the empty value'
}

/** What stands between the quotes, as far as it makes a regular expression. */
function plain(value: string): string {
  const inner = value.slice(1, -1)
  return value.startsWith('`') ? inner : inner.replaceAll(/\\([\\"'])/g, '$1')
}

/** Whether a series without the label is taken; undefined where the regular expression is wrong. */
function matchesEmpty(operator: string, value: string): boolean | undefined {
  if (operator === '=') return value === ''
  if (operator === '!=') return value !== ''
  const pattern = anchored(value)
  if (pattern) return pattern.test('') === (operator === '=~')
  // Go has groups of its own, as (?i:x), which JavaScript does not know; Prometheus is the judge of those.
  return value.includes('(?') ? false : undefined
}

/** A regular expression as Prometheus uses it everywhere, for the whole text; undefined where JavaScript has none like it. */
export function anchored(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`, 's')
  } catch {
    return undefined
  }
}

/** Whether a series with these labels, and whatever others, may be among those selected; also if that cannot be told. */
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
 * The selector of the same series where each of them has got some value of these labels: matchers that let series without
 * them pass are left out. Undefined where others ask for them, or nothing would be left that selects.
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
