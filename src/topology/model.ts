/** Who is what to whom: the HA rules' result, computed from the inventory alone. */
import type { Endpoint, YamlMap } from '../inventory/model.ts'

export interface Topology {
  readonly cells: readonly CellTopology[]
}

/** One program that listens on one host. */
export interface Member {
  readonly host: string
  /** What others reach it by: the host's address. */
  readonly address: string
  readonly port: number
  /** Where it answers when asked from its own host: loopback where it listens everywhere. */
  readonly local: Endpoint
  /** What stands before every path it serves, as `/prometheus`; absent where that is nothing. */
  readonly pathPrefix?: string
}

export interface Replica extends Member {
  /** The value of the replica label: the key in `replicas:`. */
  readonly name: string
}

export interface Peer extends Member {
  /** `--cluster.peer-name`; its order decides who sends first. */
  readonly peerName: string
  /** Where the others reach its gossip; the address may be a name. */
  readonly cluster: Endpoint
  /** `--cluster.advertise-address`, an IP address; absent where none is known and it finds its own. */
  readonly advertise?: Endpoint
}

/** A generated scrape job: the same on every replica of the cell. */
export interface Job {
  readonly name: string
  /** Where it is not `/metrics`. */
  readonly metricsPath?: string
  readonly targets: readonly {
    /** `ADDRESS:PORT` */
    readonly address: string
    /** `HOST:PORT`, with the inventory's name of the host. */
    readonly instance: string
    readonly labels: Readonly<Record<string, string>>
  }[]
}

export interface FileTarget {
  readonly job: string
  readonly address: string
  /** Of its group; Prometheus finds further ones of its own. */
  readonly labels: Readonly<Record<string, string>>
}

export interface CellTopology {
  readonly name: string
  readonly replicaLabel: string
  /** In the order in which they are changed. */
  readonly replicas: readonly Replica[]
  /** Sorted by peer name, so that the order in the inventory changes no unit. */
  readonly peers: readonly Peer[]
  readonly nodeExporters: readonly Member[]
  readonly jobs: readonly Job[]
  /** What the user's `targets:` ask for, one entry a target; Prometheus reads their files some seconds after a change. */
  readonly fileTargets: readonly FileTarget[]
  /** `cell`, the user's own, and the replica label with `${REPLICA}` as its value. */
  readonly externalLabels: Readonly<Record<string, string>>
  /** promha's own (the replica label dropped), then the user's. */
  readonly alertRelabelConfigs: readonly YamlMap[]
}
