import { error, type Problem } from '../diagnostic/problem.ts'
import { asWritten } from './as-written.ts'
import { labelNameFault } from './names.ts'
import { atKey, membersOf, ownPlace, quote, remember } from './place.ts'
import type { LabelsText } from './schema.ts'

/** By which the two of a pair differ, where the cell says nothing else. */
export const defaultReplicaLabel = 'prometheus_replica'

/** Reports labels whose names are invalid, or are set by promha itself (name → who sets it). */
export function checkLabels(
  labels: LabelsText,
  of: string,
  taken: Readonly<Record<string, string>>,
  problems: Problem[],
): void {
  for (const name of Object.keys(labels)) {
    const fault = labelNameFault(name)
    const owner = Object.hasOwn(taken, name) ? taken[name] : undefined
    if (fault) problems.push(error(`the label ${quote(name)} of ${of} ${fault}`, atKey(labels, name)))
    else if (owner !== undefined) {
      problems.push(labelTaken(name, of, owner, atKey(labels, name)))
    }
  }
}

/** The labels as upstream reads them: `1.10`, `007` and `True` are texts, just as they are written. */
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
