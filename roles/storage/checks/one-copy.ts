/** Does every replica feed a member of a store, and does the member hold each series once? */
import { listFirst } from '../../../src/diagnostic/list-first.ts'
import { type CheckDefinition, type CheckVerdict, defineCheck } from '../../../src/verify/answer/view.ts'
import { type AskedMember, type Feeding, type Held, lastFrom, lateness, sharedSeries } from './held.ts'
import { doubled } from './steps.ts'

/** Milliseconds between two samples of the mark that each replica makes. */
const markInterval = 5_000

/** `storage.one_copy`: what all replicas scrape is there once, with one sample an interval, and each replica feeds it. */
export function oneCopy(
  { host, target, held, now, marks = held }: AskedMember,
  feeding: Feeding,
): CheckDefinition {
  return defineCheck('storage.one_copy', target, { held, now, marks }, answers => {
    const shared = sharedSeries(answers.held, feeding)
    return (
      wrongCopies(shared, feeding, host) ??
      notFed(answers.marks, answers.now, feeding, host) ?? {
        status: 'pass',
        detail: `${countedCopies(shared)}, fed by ${feeding.replicas.map(({ name }) => name).join(' and ')}`,
      }
    )
  })
}

interface CopiesKind {
  /** What makes the store take the label away. */
  readonly label: string
  /** What is to be done about samples that are there twice. */
  readonly twice: string
  /** How many are; absent: those that share an interval with the one before. */
  readonly count?: (at: readonly number[], interval: number) => number
}

/** Of stores that remove duplicates by time. */
const pushed: CopiesKind = {
  label: 'Run `promha apply`, so that the replicas drop the label before they write.',
  twice: 'Run `promha apply`, so that the store removes duplicates by the scrape interval.',
}

/** What is not there once, without the replica label. What is stored twice stays so for the hour that is looked at: waiting changes nothing. */
export function wrongCopies(
  shared: readonly Held[],
  { replicas, replicaLabel, interval }: Feeding,
  host: string,
  { label, twice: both, count = doubled }: CopiesKind = pushed,
): CheckVerdict | undefined {
  const labelled = shared.find(({ labels }) => replicaLabel in labels)
  if (labelled)
    return {
      status: 'fail',
      detail: `${host} holds ${nameOf(labelled)} with the label ${replicaLabel}, so each series is there once for each replica`,
      remedy: label,
      afterFailure: '',
      settled: true,
    }
  for (const { instance } of replicas) {
    const copies = shared.filter(({ labels }) => labels.instance === instance)
    const [first, second] = copies
    if (first === undefined)
      return {
        status: 'fail',
        detail: `${host} has no sample of up of ${instance} within an hour`,
        remedy: `See what \`remote_write.caught_up\` says of the replicas, and \`journalctl -u prometheus\` there.`,
      }
    if (second !== undefined)
      return {
        status: 'fail',
        detail: `${host} holds up of ${instance} ${copies.length} times, which differ in ${differing(first, second)}`,
        remedy: 'Make the external labels of all replicas the same. promha drops only the replica label.',
        settled: true,
      }
    const twice = count(first.at, interval)
    if (twice > 0)
      return {
        status: 'fail',
        detail: `${host} shows ${twice} samples of up of ${instance} twice within ${interval / 1000} s`,
        remedy: both,
        afterFailure: '',
        settled: true,
      }
  }
  return undefined
}

function notFed(
  held: readonly Held[],
  now: number,
  { replicas, interval, late = lateness }: Feeding,
  host: string,
): CheckVerdict | undefined {
  const silent = replicas.flatMap(replica => {
    const last = lastFrom(held, replica.name)
    if (last === undefined)
      return [{ ...replica, said: `${replica.name} has written nothing within an hour` }]
    const age = now - last
    if (age <= markInterval + interval + late) return []
    return [{ ...replica, said: `${replica.name} has written nothing for ${Math.round(age / 1000)} s` }]
  })
  const [first] = silent
  if (first === undefined) return undefined
  return {
    status: 'fail',
    detail: `${host} is not fed by all replicas: ${listFirst(silent.map(({ said }) => said))}`,
    remedy: `Look at Prometheus on ${first.host}: \`journalctl -u prometheus\` there says whether it reaches ${host}.`,
  }
}

export function countedCopies(shared: readonly Held[]): string {
  const samples = shared.reduce((sum, { at }) => sum + at.length, 0)
  return `${shared.length} series that all replicas push are there once, ${samples} samples`
}

function nameOf({ labels }: Held): string {
  return `up of ${labels.instance ?? 'no instance'}`
}

function differing(one: Held, other: Held): string {
  const names = new Set([...Object.keys(one.labels), ...Object.keys(other.labels)])
  return listFirst([...names].filter(name => one.labels[name] !== other.labels[name]))
}
