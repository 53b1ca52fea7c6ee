/** Alertmanager's routing tree: which routes an alert takes. */
import type { Yaml, YamlMap } from '../model.ts'
import { asWritten } from '../text/as-written.ts'
import type { GoMatch } from '../value/go-regexp.ts'
import { type Labels, labelOf } from './relabel.ts'
import { isYamlMap, mapsIn } from './upstream-values.ts'

/** The routes whose receivers get an alert with these labels; undefined if a matcher cannot be understood. */
export function routesOf(root: YamlMap, labels: Labels, match: GoMatch): readonly YamlMap[] | undefined {
  const found: YamlMap[] = []
  for (const child of mapsIn(root.routes)) {
    const taken = takes(child, labels, match)
    if (taken === undefined) return undefined
    if (!taken) continue
    const below = routesOf(child, labels, match)
    if (below === undefined) return undefined
    found.push(...below)
    if (String(child.continue) !== 'true') break
  }
  return found.length > 0 ? found : [root]
}

/** Names of all receivers in the tree. */
export function namedReceivers(route: YamlMap): readonly string[] {
  const own = typeof route.receiver === 'string' ? [route.receiver] : []
  return [...own, ...mapsIn(route.routes).flatMap(namedReceivers)]
}

interface Matcher {
  readonly name: string
  readonly operator: string
  readonly value: string
}

function takes(route: YamlMap, labels: Labels, match: GoMatch): boolean | undefined {
  const lists = [
    pairs(route.match).map(([name, value]) => ({ name, operator: '=', value })),
    pairs(route.match_re).map(([name, value]) => ({ name, operator: '=~', value })),
    ...texts(route.matchers).map(matchersOf),
  ]
  let all: boolean | undefined = true
  for (const list of lists) {
    for (const matcher of list ?? [undefined]) {
      const taken = matcher && matches(matcher, labels, match)
      if (taken === false) return false
      if (taken === undefined) all = undefined
    }
  }
  return all
}

function matches({ name, operator, value }: Matcher, labels: Labels, match: GoMatch): boolean | undefined {
  const seen = labelOf(labels, name)
  if (operator === '=') return seen === value
  if (operator === '!=') return seen !== value
  const found = match(value, seen)
  return found === undefined ? undefined : (found !== null) === (operator === '=~')
}

const word = /"(?:[^"\\]|\\.)*"|[^\s{}!=~,\\"'`]+/.source
const matcherText = new RegExp(
  `\\s*(${word})\\s*(=~|!~|!=|=)\\s*(${word.replace('{}!=~,', '{},')}|)\\s*(?:,|$)`,
  'y',
)

/** `a="b"`, `{a=b, c=~"d.*"}`: both forms that Alertmanager reads. Undefined for other texts. */
export function matchersOf(text: string): readonly Matcher[] | undefined {
  const inner = text
    .trim()
    .replace(/^\{(.*)\}$/s, '$1')
    .trim()
  const found: Matcher[] = []
  for (matcherText.lastIndex = 0; matcherText.lastIndex < inner.length; ) {
    const [, name, operator, value] = matcherText.exec(inner) ?? []
    if (name === undefined || operator === undefined) return undefined
    found.push({ name: plain(name), operator, value: plain(value ?? '') })
  }
  return found
}

function plain(text: string): string {
  if (!text.startsWith('"')) return text
  return text.slice(1, -1).replaceAll(/\\(.)/gs, (_, one) => (one === 'n' ? '\n' : one))
}

function pairs(value: Yaml | undefined): readonly (readonly [string, string])[] {
  return isYamlMap(value) ? Object.keys(value).map(name => [name, asWritten(value, name) ?? ''] as const) : []
}

function texts(value: Yaml | undefined): readonly string[] {
  return (Array.isArray(value) ? value : value == null ? [] : [value]).map(String)
}
