/** Who is what to whom: the HA rules' result, computed from the inventory alone. */
import type { StoreDatasource, StoreProgram } from '../../roles/storage/store.ts'
import type { Component, Endpoint, YamlMap } from '../inventory/model.ts'
import type { Advertised } from './address/advertise.ts'
import type { Frontend } from './address/frontend.ts'

export interface Topology {
  readonly cells: readonly CellTopology[]
}

/** One program that listens on one host. */
export interface Member {
  readonly host: string
  /** What others reach it by: the host's address. */
  readonly address: string
  readonly port: number
  /** Further ports on which it listens; absent: none. */
  readonly otherPorts?: readonly number[]
  /** Where it answers when asked from its own host: loopback where it listens everywhere. */
  readonly local: Endpoint
  /** What stands before every path it serves, as `/prometheus`; absent where that is nothing. */
  readonly pathPrefix?: string
}

export interface Replica extends Member {
  /** The value of the replica label: the key in `replicas:`. */
  readonly name: string
  /** What it listens on if that is more than one address: see `prometheusListens`. */
  readonly listens?: readonly Endpoint[]
}

export interface Peer extends Member {
  /** `--cluster.peer-name`; its order decides who sends first. */
  readonly peerName: string
  /** Where the others reach its gossip; the address may be a name. */
  readonly cluster: Endpoint
  /** `--cluster.advertise-address`, an IP address; absent where none is known and it finds its own. */
  readonly advertise?: Endpoint
  /** Where `advertise` is from if the inventory has a name; absent before hosts are asked. */
  readonly resolved?: Advertised
}

/** A generated scrape job: the same on every replica of the cell. */
export interface Job {
  readonly name: string
  /** Where it is not `/metrics`. */
  readonly metricsPath?: string
  /** What the target says of its series counts more than what the job says of them. */
  readonly honorLabels?: boolean
  readonly params?: Readonly<Record<string, readonly string[]>>
  /** Upstream durations; absent: the global ones. */
  readonly interval?: string
  readonly timeout?: string
  /** Its targets are not promha's: an exporter of promha's asks them, and answers for them. */
  readonly foreign?: true
  readonly relabelConfigs?: readonly YamlMap[]
  readonly metricRelabelConfigs?: readonly YamlMap[]
  readonly targets: readonly {
    /** `ADDRESS:PORT`; of a probe, whatever is to be probed. */
    readonly address: string
    /** `HOST:PORT` with the inventory's name; behind a moving address, the component's; of a probe, the target. */
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

/** An address that moves among hosts: who has it, and what each asks to know whether it may have it. */
export interface MovingAddress {
  /** `pushgateway`, `blackbox`, `loadbalancer`, `grafana` or the key of a store; unique on each host together with the cell. */
  readonly name: string
  readonly address: string
  readonly prefix: number
  /** Absent: the one by which the host reaches the subnet. */
  readonly interface?: string
  /** Virtual router id, unique among all that share a subnet or a host, over all cells. */
  readonly vrid: number
  /** In the order of preference at first; the host that has it keeps it as long as it is well. */
  readonly members: readonly { readonly host: string; readonly address: string }[]
  /** What a member asks on itself: 200 says that it may have the address. */
  readonly check: { readonly endpoint: Endpoint; readonly path: string }
}

/** All programs of one component of a store, in the order of its hosts. */
export interface StorePrograms
  extends Exporters,
    Pick<StoreProgram, 'spare' | 'readBy' | 'retention' | 'scraped'> {
  /** The key below `storage:`. */
  readonly store: string
  /** The cells whose replicas write to the store, in the order of the inventory. */
  readonly writers: readonly StoreWriter[]
  /** Hosts of Grafanas that read from it, of all cells that use the store. */
  readonly reading: readonly { readonly host: string; readonly address: string }[]
  /** Milliseconds between two scrapes of its writers, the shortest of all; absent if nothing writes to it. */
  readonly interval?: number
  /** Milliseconds until it takes another replica if the one that it takes is away; absent: it takes all. */
  readonly takeover?: number
}

/** A cell whose replicas write to a store. */
export interface StoreWriter {
  readonly cell: string
  readonly replicaLabel: string
  /** Milliseconds between two scrapes. */
  readonly interval: number
  readonly replicas: readonly Replica[]
}

/** Where the replicas of a cell push to: one entry of remote_write, the same on every replica. */
export interface StoreSink {
  /** Of the entry. */
  readonly name: string
  readonly url: string
  /** The cell that has the store. */
  readonly store: string
  /** Its key below `storage:`. */
  readonly kind: string
  /** The host, if one member alone stands behind it. */
  readonly member?: string
  /** In upstream's form. */
  readonly entry: YamlMap
}

interface Proxy {
  readonly host: string
  /** An IP address: where the other HAProxies of the cell reach it, at `proxyPeerPort`. */
  readonly address: string
  readonly frontends: readonly Frontend[]
}

/** Who may reach promha's ports on one host. */
export interface FirewallRules {
  readonly host: string
  /** Empty if the cell wants no firewall and has no store or Grafana there: then only what `Peered` says is kept closed there. */
  readonly rules: readonly {
    readonly protocol: 'tcp' | 'udp'
    readonly port: number
    /** IP addresses or names; everyone else is dropped. The host itself always may. */
    readonly from: readonly string[]
    /** `exporters`, `cluster`, … for the comment beside the rule. */
    readonly what: string
  }[]
}

/** Whom keepalived and HAProxy of one host hear, by IP addresses. Absent: the host has none of that program. */
export interface Peered {
  readonly host: string
  /** The other members of the addresses that may move to the host: VRRP. */
  readonly keepalived?: readonly string[]
  /** The other HAProxies of the cell, at `proxyPeerPort`. */
  readonly haproxy?: readonly string[]
}

/** What a cell collects from other cells. */
export interface Collection {
  /** Selectors, upstream's `match[]`. */
  readonly match: readonly string[]
  /** Labels that series may get or lose on the way, by which no selector finds the same here and there. */
  readonly changed: readonly string[]
  /** Milliseconds between two scrapes of one source. */
  readonly interval: number
  readonly sources: readonly FederationSource[]
}

/** A cell from which another one collects. */
export interface FederationSource {
  readonly cell: string
  /** Of its series; taken away where they are collected. */
  readonly replicaLabel: string
  readonly replicas: readonly Replica[]
}

/** All exporters of one component, in the order of the cell's hosts. */
export interface Exporters {
  readonly component: Component
  readonly job: string
  /** `/metrics`, below a prefix if they have one. */
  readonly metricsPath: string
  readonly members: readonly Member[]
}

/** The remote write of a cell's replicas, the same on each. */
export interface RemoteWrite {
  /** Milliseconds between two scrapes of a target that does not say otherwise. */
  readonly interval: number
  /** Names of the entries that lead to a store of promha. All others are the user's own. */
  readonly names: readonly string[]
}

export interface CellTopology {
  readonly name: string
  /** All hosts of the cell, those without any program included. */
  readonly hosts: readonly string[]
  readonly replicaLabel: string
  /** In the order in which they are changed. */
  readonly replicas: readonly Replica[]
  /** Sorted by peer name, so that the order in the inventory changes no unit. */
  readonly peers: readonly Peer[]
  readonly exporters: readonly Exporters[]
  /** The active one first. */
  readonly pushgateways: readonly Member[]
  readonly probers: readonly Member[]
  /** The same dashboards on each; behind one address if there are several. */
  readonly grafanas: readonly Member[]
  /** The programs of its own long-term stores, by component. */
  readonly stores: readonly StorePrograms[]
  /** What its replicas write to of that, besides the user's own remote_write. */
  readonly sinks: readonly StoreSink[]
  /** What Grafana may ask of the stores that it uses: its own, and the one that it shares. */
  readonly storeDatasources: readonly StoreDatasource[]
  readonly movingAddresses: readonly MovingAddress[]
  readonly proxies: readonly Proxy[]
  readonly peered: readonly Peered[]
  /** Every host whose tables promha watches: those with a rule of the cell's firewall, and those in `peered`. */
  readonly firewallRules: readonly FirewallRules[]
  readonly jobs: readonly Job[]
  /** Absent where the cell collects from no other. */
  readonly collection?: Collection
  /** Absent where the replicas write to nothing. */
  readonly remoteWrite?: RemoteWrite
  /** Milliseconds that a restarted replica has to serve before another one is; absent: no longer than any program. */
  readonly handover?: number
  /** What the user's `targets:` ask for, one entry a target; Prometheus reads their files some seconds after a change. */
  readonly fileTargets: readonly FileTarget[]
  /** `cell`, the user's own, and the replica label with `${REPLICA}` as its value. */
  readonly externalLabels: Readonly<Record<string, string>>
  /** promha's own (the replica label dropped), then the user's. */
  readonly alertRelabelConfigs: readonly YamlMap[]
}
