import { error, type Problem } from '../diagnostic/problem.ts'
import { asWritten } from './as-written.ts'
import type { Context } from './context.ts'
import type { YamlMap } from './model.ts'
import { type LabelNames, labelNameFault } from './names.ts'
import { atKey, membersOf, ownPlace, quote, remember } from './place.ts'
import type { LabelsText } from './schema.ts'

/** The label by which the replicas of a pair differ, unless the cell sets another. */
export const defaultReplicaLabel = 'prometheus_replica'

/** Which label names are allowed: any, unless a pinned Prometheus 2 or the cell's validation scheme restricts them. */
export function labelNames({ pinned }: Pick<Context, 'pinned'>, global: YamlMap = {}): LabelNames {
  const version = pinned?.prometheus
  // Before 3.0, Prometheus allowed only ASCII letters, digits and `_`. Since then its default is UTF-8.
  if (version !== undefined && /^[0-2]\./.test(version))
    return { legacy: `Prometheus ${version} takes no other names` }
  return global.metric_name_validation_scheme === 'legacy'
    ? { legacy: '"metric_name_validation_scheme" is "legacy"' }
    : {}
}

/** Reports labels whose names are invalid, or are set by promha itself (name → who sets it). */
export function checkLabels(
  labels: LabelsText,
  of: string,
  taken: Readonly<Record<string, string>>,
  names: LabelNames,
  problems: Problem[],
): void {
  for (const name of Object.keys(labels)) {
    const fault = labelNameFault(name, names)
    const owner = Object.hasOwn(taken, name) ? taken[name] : undefined
    if (owner !== undefined) problems.push(labelTaken(name, of, owner, atKey(labels, name)))
    else if (fault) {
      problems.push(
        error(`the label ${quote(name)} of ${of} ${fault}`, {
          ...atKey(labels, name),
          remedy: 'give your label another name',
        }),
      )
    }
  }
}

/** The labels as upstream reads them: `1.10`, `007` and `True` are texts, as they are written. */
export function labelTexts(labels: LabelsText): Readonly<Record<string, string>> {
  const texts = Object.fromEntries(Object.keys(labels).map(name => [name, asWritten(labels, name) ?? '']))
  const own = ownPlace(labels)
  const places = [...membersOf(labels)].map(
    ([name, { key, value, secret }]) => [name, { key, value, secret }] as const,
  )
  if (own) remember(texts, own, new Map(places))
  return texts
}

/** `owner`: who sets it. */
export function labelTaken(name: string, of: string, owner: string, where: Pick<Problem, 'source'>): Problem {
  return error(`the label ${quote(name)} of ${of} is ${owner}`, {
    ...where,
    remedy: 'give your label another name',
  })
}
