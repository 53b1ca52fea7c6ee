/** `replicas:` and `replica_label:` of a cell's Prometheus. */
import type { Problem } from '../../../src/diagnostic/problem.ts'
import { type CellScope, checkApart, isHostOf } from '../../../src/inventory/cell/scope.ts'
import type { Context } from '../../../src/inventory/context.ts'
import { at, atKey, quoted, rejectedOf, wasRejected } from '../../../src/inventory/text/place.ts'
import { defaultReplicaLabel } from '../../../src/inventory/upstream/labels.ts'
import { labelNameFault, nameFault } from '../../../src/inventory/value/names.ts'
import { prometheusProblem } from '../messages.ts'
import type { PrometheusText } from './schema.ts'

type Replica = { readonly name: string; readonly host: string }

/** The replicas in the order of the keys. One that does not name a host of the cell is reported and left out. */
export function buildReplicas(
  text: PrometheusText,
  cell: CellScope,
  problems: Problem[],
): readonly Replica[] {
  const map = text.replicas ?? {}
  const entries = Object.entries(map)
  if (entries.length === 0 && !wasRejected(text, 'replicas') && rejectedOf(map).size === 0) {
    problems.push(prometheusProblem.noReplicas(atKey(text, 'replicas'), cell.name))
  }
  if (entries.length === 1 && rejectedOf(map).size === 0) {
    problems.push(prometheusProblem.oneReplica(atKey(text, 'replicas'), cell.name))
  }
  for (const [name] of entries) {
    const fault = nameFault(name)
    if (fault) problems.push(prometheusProblem.badReplicaName(atKey(map, name), name, fault))
  }
  const members = entries
    .map(([key, host]) => ({ host, label: `replica ${quoted(key)}`, owner: map, key }))
    .filter(member => {
      const others = entries.filter(([name]) => name !== member.key).map(([, host]) => host)
      return isHostOf(cell, member, others, problems)
    })
  checkApart(members, cell, problems)
  return members.map(({ key, host }) => ({ name: key, host }))
}

/** Labels with a meaning of their own, which the replica's name would replace. */
const otherLabels: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['cell', 'job', 'instance', 'promha'].map(label => [label, 'promha sets'])),
  ...Object.fromEntries(['alertname', '__name__', '__address__'].map(label => [label, 'Prometheus sets'])),
}

export function buildReplicaLabel(text: PrometheusText, context: Context): string {
  const label = text.replica_label ?? defaultReplicaLabel
  // promha's own queries contain it. `__replica__` is the name that Mimir and Cortex expect.
  const names = { legacy: 'promha writes it into queries', internal: true }
  const fault = Object.hasOwn(otherLabels, label)
    ? `is a label that ${otherLabels[label]}`
    : labelNameFault(label, names)
  if (fault) {
    const remedy = `Choose another name, such as ${defaultReplicaLabel} or __replica__.`
    context.problems.push(prometheusProblem.badReplicaLabel(at(text, 'replica_label'), label, fault, remedy))
  }
  return label
}
