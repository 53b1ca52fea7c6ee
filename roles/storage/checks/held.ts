/** What a long-term store holds of the series by which its completeness is measured. */
import type { StorePrograms } from '../../../src/topology/model.ts'
import { markedWriter, writerLabel } from '../../../src/topology/store/writer-mark.ts'
import type { Question } from '../../../src/verify/ask/question.ts'

/** One series in one member of a store. */
export interface Held {
  readonly labels: Readonly<Record<string, string>>
  /** Milliseconds since the epoch, ascending. */
  readonly at: readonly number[]
}

/** A member of a store, and what it is asked. */
export interface AskedMember {
  readonly host: string
  /** `HOST/COMPONENT`. */
  readonly target: string
  /** What {@link heldSelectors} select, of {@link lookBack}. */
  readonly held: Question<readonly Held[]>
  /** The marks of the writers, if it cannot select them together with the rest; absent: they are in `held`. */
  readonly marks?: Question<readonly Held[]>
  /** Its clock, in milliseconds since the epoch. */
  readonly now: Question<number>
  /** When its first sample is, on the same clock; absent: its members all show the same. */
  readonly begins?: Question<number | undefined>
}

/** The cell that feeds a store. */
export interface Feeding {
  /** The label `cell` of its series, too. */
  readonly cell: string
  readonly replicaLabel: string
  /** Milliseconds between two scrapes. */
  readonly interval: number
  /** Milliseconds that a step may have at most; absent: what two intervals allow. */
  readonly longest?: number
  /** Milliseconds by which the newest sample may be older than a scrape; absent: {@link lateness}. */
  readonly late?: number
  readonly replicas: readonly { readonly name: string; readonly host: string; readonly instance: string }[]
}

/** Each cell that writes to a store, by one of its programs; empty if none does. */
export function feedingsOf({ writers }: Pick<StorePrograms, 'writers'>): readonly Feeding[] {
  return writers.map(({ cell, replicaLabel, interval, replicas }) => ({
    ...{ cell, replicaLabel, interval },
    replicas: replicas.map(({ name, host, port }) => ({ name, host, instance: `${host}:${port}` })),
  }))
}

/** Seconds: far enough back for the sample before a hole that ends within {@link window}. */
export const lookBack = 3600

/** Milliseconds in which holes count. */
export const window = 15 * 60_000

/** Milliseconds by which the newest sample may be older than a scrape: batches, and what a store takes to show them. */
export const lateness = 20_000

/** `up` of the replicas, which every replica scrapes, and the mark that each of them makes. */
export function heldSelectors({ cell }: Feeding): readonly string[] {
  const label = JSON.stringify(cell)
  return [`up{job="prometheus",cell=${label}}`, `${markedWriter}{cell=${label}}`]
}

/** Series of `up`, of the replicas that are there. */
export function sharedSeries(held: readonly Held[], { replicas }: Feeding): readonly Held[] {
  const instances = new Set(replicas.map(({ instance }) => instance))
  return held.filter(({ labels }) => labels.__name__ === 'up' && instances.has(labels.instance ?? ''))
}

/** When the replica of that name last reached the member; undefined if it never did. */
export function lastFrom(held: readonly Held[], replica: string): number | undefined {
  const times = held.flatMap(({ labels, at }) =>
    labels.__name__ === markedWriter && labels[writerLabel] === replica ? at.slice(-1) : [],
  )
  return times.length === 0 ? undefined : times.reduce((so, time) => Math.max(so, time))
}
