import type { Problem } from '../../diagnostic/problem.ts'
import type { Context } from '../context.ts'
import type { YamlMap } from '../model.ts'
import type { LabelsText } from '../schema/schema-words.ts'
import { asWritten } from '../text/as-written.ts'
import { atKey, membersOf, placedAs } from '../text/place.ts'
import { type LabelNames, labelNameFault } from '../value/names.ts'
import { upstreamProblem } from './messages.ts'

/** The label by which the replicas of a pair differ, unless the cell sets another. */
export const defaultReplicaLabel = 'prometheus_replica'

/** Labels that promha sets itself. Its rules rely on `cell` to tell federated series of other cells from the cell's own. */
export function takenLabels(replicaLabel: string): Readonly<Record<string, string>> {
  return {
    cell: 'set by promha: the name of the cell',
    [replicaLabel]: 'the replica label, which promha sets',
  }
}

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

export interface LabelRules {
  /** Labels that promha sets, and who sets them. */
  readonly taken: Readonly<Record<string, string>>
  readonly names: LabelNames
}

/** Reports labels whose names are invalid, or are set by promha itself. */
export function checkLabels(labels: LabelsText, of: string, rules: LabelRules, problems: Problem[]): void {
  for (const name of Object.keys(labels)) {
    const fault = labelNameFault(name, rules.names)
    const owner = Object.hasOwn(rules.taken, name) ? rules.taken[name] : undefined
    if (owner !== undefined) problems.push(labelTaken(name, of, owner, atKey(labels, name)))
    else if (fault) problems.push(upstreamProblem.badLabel(atKey(labels, name), name, of, fault))
  }
}

/** The labels as upstream reads them: `1.10`, `007` and `True` are texts, as they are written. */
export function labelTexts(labels: LabelsText): Readonly<Record<string, string>> {
  const texts = Object.fromEntries(Object.keys(labels).map(name => [name, asWritten(labels, name) ?? '']))
  const places = [...membersOf(labels)].map(
    ([name, { key, value, secret }]) => [name, { key, value, secret }] as const,
  )
  return placedAs(texts, labels, new Map(places))
}

/** `owner`: who sets it. */
export function labelTaken(name: string, of: string, owner: string, where: Pick<Problem, 'source'>): Problem {
  return upstreamProblem.labelTaken(where, name, of, owner)
}
