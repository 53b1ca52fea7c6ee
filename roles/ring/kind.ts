/** What stores have in common whose members share their series by a hash ring, with three copies of each: Cortex and Mimir. */
import type { Problem } from '../../src/diagnostic/problem.ts'
import type { Own } from '../../src/inventory/cell/flags.ts'
import type { YamlMap } from '../../src/inventory/model.ts'
import type { Member, StorePrograms } from '../../src/topology/model.ts'
import type { Objstore } from '../objstore/settings.ts'
import type { BackendConfig } from '../objstore/translate.ts'
import type { RingSettings } from './settings.ts'

/** Of every series. Two copies bear no loss, since two of two would have to answer. */
export const copies = 3

export interface RingKind {
  /** The component, the key below `storage:`, its program, its user, and its places on a host. */
  readonly name: 'cortex' | 'mimir'
  /** `Cortex`, in sentences. */
  readonly label: string
  /** What speaks HTTP, of it and of the HAProxies that lead to it. */
  readonly ports: { readonly http: number; readonly read: number; readonly write: number }
  /** Flags that promha sets itself, by its config. */
  readonly ownFlags: Own
  readonly config: (placed: PlacedRing) => YamlMap
  /** Its own form of a bucket in Thanos' form; undefined with a problem reported. */
  readonly bucket: (objstore: Objstore, problems: Problem[]) => BackendConfig | undefined
}

/** One member, and what its config depends on. */
export interface PlacedRing {
  readonly member: Member
  /** Where it listens, as the inventory says. */
  readonly listen: { readonly address: string; readonly port: number }
  readonly settings: RingSettings
  readonly store: Pick<StorePrograms, 'members' | 'writers'>
}

/** On each member, for the others. */
export const grpcPort = 9095

/** On each member, for the others: who they are, and whom of two replicas they chose. */
export const gossipPort = 7946

/** The label that every series of a cell has, by which the store knows which replicas stand in for each other. */
export const clusterLabel = 'cell'

/** Milliseconds between two notes of which replica is chosen, and by how much one may be off. */
export const chosenNoted = { every: 5_000, jitter: 1_000 } as const

/** Milliseconds that a replica collects samples before it sends what it has. */
export const sendDeadline = 2_000

/** Milliseconds between two samples of the mark that every replica records, so that even one without targets sends something. */
const markInterval = 5_000

/** Milliseconds: a replica that is well is never away for longer, so that the store does not change its choice. */
export const shortestFailover = markInterval + sendDeadline + chosenNoted.every + chosenNoted.jitter

export function dataDirOf({ name }: Pick<RingKind, 'name'>): string {
  return `/var/lib/${name}`
}
