/** What a long-term store says of itself: one value in the folder of its component, and a line in `stores.ts`. */
import type { Problem } from '../../src/diagnostic/problem.ts'
import type { CellScope } from '../../src/inventory/cell/scope.ts'
import type { Context } from '../../src/inventory/context.ts'
import type { Cell, CellText, CommonSettings, Component, YamlMap } from '../../src/inventory/model.ts'
import type { PartSchema } from '../../src/inventory/schema/schema-words.ts'
import type { CellTopology, Member } from '../../src/topology/model.ts'
import type { ComponentDefinition } from '../component.ts'
import type { ReadPaths } from './queries.ts'
import type { ReadSettings } from './read.ts'
import type { StoreRelay } from './relay.ts'

/** By the key below `storage:`, how a store is written and what is built of it. Each store adds itself. */
// biome-ignore lint/suspicious/noEmptyInterface: the folders of the stores fill it
export interface Stores {}

/** The stores of a cell, of which there may be several side by side. `cell`: another cell's, to which its replicas write. */
export type StorageSettings = { readonly [K in keyof Stores]?: Stores[K]['settings'] } & {
  readonly cell?: string
}

export interface StoreDefinition<K extends keyof Stores = keyof Stores> {
  /** The key below `storage:`. */
  readonly key: K
  readonly schema: PartSchema
  /** Undefined if it is incomplete; problems are left in the context. `whole`: all that the cell says. */
  build(
    said: NonNullable<Stores[K]['text']>,
    cell: CellScope,
    context: Context,
    whole: CellText,
  ): Stores[K]['settings'] | undefined
  /** Reports what does not go with the rest of its cell, or with other cells. Those are otherwise right. */
  besides?(settings: Stores[K]['settings'], cell: Cell, cells: readonly Cell[]): readonly Problem[]
  /** Its alert rules, below `roles/`. They have an alert for each of its jobs that is down. Absent: it has none. */
  readonly rules?: string
  /** Keys below which its programs have the words that every component takes, if that is not its own key: `query`, `cluster.select`. */
  readonly within?: readonly string[]
  /** Its programs, in the order in which they are listed. */
  readonly components: readonly ComponentDefinition[]
  /** What runs where, and how it is written to and read from. */
  layout(settings: Stores[K]['settings']): StoreLayout
}

export interface StoreLayout {
  readonly programs: readonly StoreProgram[]
  /** One entry of remote_write each, given what listens where. Absent: the replicas push nothing to it. */
  readonly writes?: (members: MembersOf) => readonly StoreWrite[]
  /** What Grafana may ask of it, given what listens where. Absent: nothing. */
  readonly datasources?: (members: MembersOf) => readonly StoreDatasource[]
  /** Absent: nothing leads to it by one address. */
  readonly read?: StoreRead
  /** What the URLs of its writes lead to, if that is not its members themselves. Absent: it is. */
  readonly relay?: StoreRelay
  /** It keeps nothing itself: it shows what the replicas have. */
  readonly keepsNothing?: boolean
  /**
   * Scrape intervals for which a restarted replica has to serve before the store takes it in place of the other one. Absent: it does
   * at once.
   */
  readonly handover?: number
  /** Flags that the replicas of its cell need because of it. Absent: none. */
  readonly replicaFlags?: ReplicaFlags
  /**
   * It stores one replica at a time, which it knows by the replica label: milliseconds without a sample of that one until it takes
   * another. Absent: it takes the samples of all.
   */
  readonly takeover?: number
}

/** `prometheus`: the version of the replicas. */
export type ReplicaFlags = (of: {
  readonly dataDir: string
  readonly prometheus: string
  readonly versionOf: (component: Component) => string
}) => readonly (readonly [string, string])[]

/** The members of one of the store's components, in the order of its hosts. */
export type MembersOf = (component: Component) => readonly Member[]

/** What runs on some hosts, and listens where its words say. Its scrape job has the component's name. */
export interface StoreProgram {
  readonly component: Component
  /** `VictoriaMetrics`, in messages about ports. */
  readonly label: string
  readonly hosts: readonly string[]
  readonly settings: CommonSettings
  /** How many of its members may be away before the store lacks samples. Absent: all but one. */
  readonly spare?: number
  /** Further TCP ports on which each of them listens. Absent: none. */
  readonly otherPorts?: readonly number[]
  /** Milliseconds that it keeps samples, where its checks have to know. Absent: they need not. */
  readonly retention?: number
  readonly scraped?: {
    /** Where it tells its metrics, one of `otherPorts`. Absent: where it is asked. */
    readonly port?: number
    /** Names of its metrics that the replicas do not keep, as a regular expression. */
    readonly unkept: string
  }
  /** Those of its ports that only these components of the same store have to reach. */
  readonly readBy?: ReadonlyMap<number, readonly Component[]>
  /** The path in the cell below which its words are written. */
  readonly path: readonly [string, ...string[]]
}

/** A place that answers PromQL. */
export interface StoreDatasource {
  readonly name: string
  readonly url: string
  /** In Grafana's form, over what all of the kind have. */
  readonly jsonData: Readonly<Record<string, string>>
}

export interface StoreWrite {
  /** Unique in the cell; behind `promha-` it is the entry's name. */
  readonly name: string
  readonly url: string
  /** The host, if one member alone stands behind it. */
  readonly member?: string
  /** What the store needs of the replica label: it must not see it, or sees it as it is. */
  readonly replicaLabel: 'dropped' | 'kept'
  /** Over what promha says of every queue, in upstream's form. */
  readonly queue?: YamlMap
  /** By which the store knows how to keep what is written. Absent: it needs none. */
  readonly headers?: Readonly<Record<string, string>>
}

/** One address that leads to those that answer. */
export interface StoreRead extends ReadSettings {
  /** Whom it leads to. */
  readonly to: Component
  /** 200 says that one is there. */
  readonly readyPath: string
  /** What everybody may ask there. */
  readonly paths: ReadPaths
  /** What one is asked to know whether it may be preferred to others that are there. Absent: nothing. */
  readonly preferred?: (writers: readonly Writer[]) => Preferred | undefined
  /** What HAProxy sets on each request, so that readers need not know of it. Absent: nothing. */
  readonly headers?: (writers: readonly Writer[]) => Readonly<Record<string, string>>
}

/** A cell that writes to a store. */
export interface Writer {
  readonly cell: string
  /** Milliseconds between two scrapes. */
  readonly interval: number
  readonly replicaLabel: string
}

/** The members of a store's component in a cell, as its definition gives them. */
export function storeMembers(
  component: Component,
): (cell: Pick<CellTopology, 'stores'>) => readonly Member[] {
  return ({ stores }) => stores.flatMap(one => (one.component === component ? one.members : []))
}

export interface Preferred {
  /** Encoded for a request line. */
  readonly path: string
  /** What the answer has to hold, word for word: a regular expression is compiled, which the hardened unit does not allow. */
  readonly answer: string
  /** What one is asked besides to know whether it was there long ago, the longest time first. Absent: nothing. */
  readonly older?: readonly OlderData[]
}

interface OlderData {
  /** As `90d`. */
  readonly age: string
  readonly path: string
}
