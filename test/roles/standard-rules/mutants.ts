/** Alert rules with one thing wrong: tests that pass with one of them prove nothing about it. */
import type { Rule } from './promtool.ts'

export interface Mutant {
  readonly rule: Rule
  /** What is wrong with it. */
  readonly what: string
}

const comparisons: Readonly<Record<string, readonly string[]>> = {
  '==': ['!='],
  '!=': ['=='],
  '>': ['>=', '<'],
  '>=': ['>', '<'],
  '<': ['<=', '>'],
  '<=': ['<', '>'],
}
const setOperators: Readonly<Record<string, readonly string[]>> = {
  and: ['or', 'unless'],
  or: ['and'],
  unless: ['and'],
}

/** Matchers of the job stay: another job is another exporter, whose metrics have other names. */
export function mutantsOf(rule: Rule): readonly Mutant[] {
  return [
    // No forecast is exactly nothing.
    ...replaced(rule, /==|!=|>=|<=|[<>]/g, text => comparisons[text]).filter(
      ({ rule: { expr } }) => !expr.includes('<= 0'),
    ),
    ...replaced(rule, /\b(and|or|unless)\b/g, text => setOperators[text]),
    ...replaced(rule, /(?<![\w.])\d+(\.\d+)?(?![\w.])/g, numbersNear),
    ...withoutMatchers(rule),
    ...withOtherTimes(rule),
  ]
}

/** With something else in the place of each match outside selectors, strings and ranges. */
function replaced(
  rule: Rule,
  pattern: RegExp,
  others: (text: string) => readonly string[] | undefined,
): readonly Mutant[] {
  const { expr } = rule
  const bare = expr.replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, part => ' '.repeat(part.length))
  return [...bare.matchAll(pattern)].flatMap(({ 0: text, index }) =>
    (others(text) ?? []).map(other => ({
      rule: { ...rule, expr: `${expr.slice(0, index)}${other}${expr.slice(index + text.length)}` },
      what: `${text} is ${other} at ${index}`,
    })),
  )
}

/** A tenth more and less. What is compared with 0 is covered by other comparisons. */
function numbersNear(text: string): readonly string[] {
  const value = Number(text)
  if (value === 0) return []
  const step = Number.isInteger(value) && value < 10 ? 1 : value / 10
  return [value - step, value + step].map(near => String(Number(near.toPrecision(6))))
}

/** Matchers of the cell go together: what is matched to a metric of this cell is of this cell. */
function withoutMatchers(rule: Rule): readonly Mutant[] {
  const single = [...rule.expr.matchAll(/,\s*(?!job|cell|__name__)\w+\s*(=~|!~|!=|=)\s*"[^"]*"/g)]
  return [
    { rule: { ...rule, expr: rule.expr.replaceAll(', cell=""', '') }, what: 'no cell=""' },
    ...single.map(({ 0: text, index }) => ({
      rule: { ...rule, expr: rule.expr.slice(0, index) + rule.expr.slice(index + text.length) },
      what: `no ${text.replace(/^,\s*/, '')} at ${index}`,
    })),
  ]
}

function withOtherTimes(rule: Rule): readonly Mutant[] {
  const [, count = '0', unit = 'm'] = /^(\d+)([mh])$/.exec(rule.for ?? '') ?? []
  const minutes = Number(count) * (unit === 'h' ? 60 : 1)
  return [minutes - 1, minutes + 1]
    .filter(time => time >= 0)
    .map(time => ({ rule: { ...rule, for: `${time}m` }, what: `for ${time}m` }))
}
