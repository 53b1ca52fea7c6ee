/** Upstream's relabeling of known labels, as far as promha can compute its result. */
import { createHash } from 'node:crypto'
import type { YamlMap } from '../model.ts'
import { asWritten } from '../text/as-written.ts'
import type { GoMatch } from '../value/go-regexp.ts'

export type Labels = Readonly<Record<string, string>>

/** `by`: the index of the rule that drops. */
export type Relabelled =
  | { readonly labels: Labels }
  | { readonly dropped: true; readonly by: number }
  | 'unknown'

/** The labels after all rules; `unknown` if one of them is in a form that promha does not understand. */
export function relabelled(labels: Labels, rules: readonly YamlMap[], match: GoMatch): Relabelled {
  let current: Labels = labels
  for (const [by, rule] of rules.entries()) {
    const next = applied(current, rule, match)
    if (next === undefined) return 'unknown'
    if (next === 'dropped') return { dropped: true, by }
    current = next
  }
  return { labels: current }
}

function applied(labels: Labels, rule: YamlMap, match: GoMatch): Labels | 'dropped' | undefined {
  const action = textOf(rule, 'action', 'replace').toLowerCase()
  const regex = textOf(rule, 'regex', '(.*)')
  const sources = Array.isArray(rule.source_labels) ? rule.source_labels.map(String) : []
  const value = sources.map(name => labelOf(labels, name)).join(textOf(rule, 'separator', ';'))
  const target = textOf(rule, 'target_label', '')
  const isMap = action === 'labelmap'
  if (isMap || action === 'labeldrop' || action === 'labelkeep') {
    const wanted: [string, string][] = isMap ? Object.entries(labels) : []
    for (const [name, of] of Object.entries(labels)) {
      const found = match(regex, name)
      if (found === undefined) return undefined
      if (isMap && found) wanted.push([filled(textOf(rule, 'replacement', '$1'), found), of])
      if (!isMap && (found === null) === (action === 'labeldrop')) wanted.push([name, of])
    }
    return Object.fromEntries(wanted)
  }
  if (action === 'lowercase') return withLabel(labels, target, value.toLowerCase())
  if (action === 'uppercase') return withLabel(labels, target, value.toUpperCase())
  if (action === 'keepequal') return value === labelOf(labels, target) ? labels : 'dropped'
  if (action === 'dropequal') return value === labelOf(labels, target) ? 'dropped' : labels
  if (action === 'hashmod') {
    const modulus = Number(rule.modulus)
    if (!Number.isSafeInteger(modulus) || modulus < 1) return undefined
    const sum = createHash('md5').update(value).digest().readBigUInt64BE(8)
    return withLabel(labels, target, String(sum % BigInt(modulus)))
  }
  const found = match(regex, value)
  if (found === undefined) return undefined
  if (action === 'keep') return found ? labels : 'dropped'
  if (action === 'drop') return found ? 'dropped' : labels
  if (action !== 'replace') return undefined
  if (!found) return labels
  return withLabel(labels, filled(target, found), filled(textOf(rule, 'replacement', '$1'), found))
}

/** The value of a label; an absent label is the same as an empty one. */
export function labelOf(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] ?? '') : ''
}

/** The labels with one more; an empty value removes it. */
function withLabel(labels: Labels, name: string, value: string): Labels {
  const { [name]: _, ...rest } = labels
  return value === '' || name === '' ? rest : { ...rest, [name]: value }
}

/** The template with `$1`, `${1}` and `${name}` filled in, by the rules of Go's Regexp.Expand. */
function filled(template: string, found: readonly string[] & { groups?: Readonly<Record<string, string>> }) {
  return template.replaceAll(/\$(?:(\$)|\{(\w+)\}|(\w+))/g, (_, dollar, braced, bare) => {
    if (dollar) return '$'
    const name: string = braced ?? bare
    return (/^\d+$/.test(name) ? found[Number(name)] : found.groups?.[name]) ?? ''
  })
}

function textOf(rule: YamlMap, key: string, otherwise: string): string {
  return asWritten(rule, key) ?? otherwise
}
