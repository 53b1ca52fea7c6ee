import { error, type Problem } from '../diagnostic/problem.ts'
import { labelNameFault } from './names.ts'
import { atKey, quote } from './place.ts'

/** By which the two of a pair differ, where the cell says nothing else. */
export const defaultReplicaLabel = 'prometheus_replica'

/** Reports labels whose names are invalid, or are set by promha itself (name → who sets it). */
export function checkLabels(
  labels: Readonly<Record<string, string>>,
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

/** `owner`: who sets it. */
export function labelTaken(name: string, of: string, owner: string, where: Pick<Problem, 'source'>): Problem {
  return error(`the label ${quote(name)} of ${of} is ${owner}`, {
    ...where,
    remedy: 'give your label another name',
  })
}
