/** Does a query have the data of every replica, and does it show each series once? */
import { listFirst } from '../../../src/diagnostic/list-first.ts'
import { type CheckDefinition, type CheckVerdict, defineCheck } from '../../../src/verify/answer/view.ts'
import { type Program, programQuestion } from '../../../src/verify/ask/question.ts'
import type { Feeding } from '../../storage/checks/held.ts'
import { seriesOf } from '../answers.ts'

type Labels = Readonly<Record<string, string>>

/** `up` of the replicas, which every replica scrapes. */
export function sharedSelector({ cell }: Pick<Feeding, 'cell'>): string {
  return `up{job="prometheus",cell=${JSON.stringify(cell)}}`
}

/** `storage.one_copy`: one series of each replica without deduplication, and one in all with it. */
export function queryCopies(program: Program, feeding: Feeding): CheckDefinition {
  const { host, component } = program
  const selector = sharedSelector(feeding)
  const needs = {
    each: programQuestion(program, seriesOf(selector, false)),
    merged: programQuestion(program, seriesOf(selector, true)),
  }
  return defineCheck('storage.one_copy', `${host}/${component}`, needs, ({ each, merged }) => {
    const { replicas } = feeding
    const wrong = replicas.flatMap(({ instance }) => wrongCopies(instance, { each, merged }, feeding))
    const [first] = wrong
    if (first) return first
    const names = replicas.map(({ name }) => name).join(' and ')
    return {
      status: 'pass',
      detail: `${replicas.length} series that all replicas scrape are there once, and once each from ${names}`,
    }
  })
}

function wrongCopies(
  instance: string,
  { each, merged }: { readonly each: readonly Labels[]; readonly merged: readonly Labels[] },
  { replicas, replicaLabel }: Feeding,
): readonly CheckVerdict[] {
  const of = (series: readonly Labels[]) => series.filter(labels => labels.instance === instance)
  const copies = of(each)
  const missing = replicas.filter(({ name }) => !copies.some(labels => labels[replicaLabel] === name))
  const fail = (detail: string, remedy: string): readonly CheckVerdict[] => [
    { status: 'fail', detail, remedy },
  ]
  if (missing.length > 0)
    return fail(
      `it has no up of ${instance} from ${listFirst(missing.map(({ name, host }) => `replica ${name} on ${host}`))}`,
      'See what `thanos.endpoints` says, and `journalctl -u thanos_sidecar` on that host.',
    )
  if (copies.length > replicas.length)
    return fail(
      `without deduplication it has ${copies.length} series of up of ${instance}, and ${replicas.length} replicas`,
      `Make the external labels of all replicas the same, except ${replicaLabel}. In a bucket, old labels go with its retention.`,
    )
  const shown = of(merged)
  if (shown.length !== 1)
    return fail(
      `with deduplication it shows up of ${instance} ${shown.length} times`,
      `Make the external labels of all replicas the same, except ${replicaLabel}.`,
    )
  if (shown[0] && replicaLabel in shown[0])
    return fail(
      `it shows up of ${instance} with the label ${replicaLabel}, so it does not deduplicate by it`,
      'Run `promha apply`, so that the query knows the replica label.',
    )
  return []
}
