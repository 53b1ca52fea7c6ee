/**
 * The checked inventory: what the user wrote with ranges, groups, defaults, files and secrets filled in.
 * Topology, roles and plans are computed from it alone.
 */
import type { ExporterDefinition } from '../../roles/exporters/definition.ts'
import type { SourceRange } from '../diagnostic/problem.ts'
import type { Loss } from './adopt.ts'
import type { ArtifactSettings } from './artifact-origin.ts'
import type { FailoverText } from './schema.ts'
import type { StandardRules } from './standard-rules.ts'
import type { VipText } from './vip.ts'

/** The name of a component: one of `roles/index.ts`. */
export type Component = string

/** Any value of YAML's core schema, as upstream's own configs are made of. */
export type Yaml = null | boolean | number | string | readonly Yaml[] | YamlMap
export interface YamlMap {
  readonly [key: string]: Yaml
}

export interface Inventory {
  /** As the user typed it. */
  readonly file: string
  /** Absolute; relative paths of the inventory start here. */
  readonly directory: string
  readonly artifacts: ArtifactSettings
  /** Pinned versions only. */
  readonly versions: Readonly<Partial<Record<Component, string>>>
  /** In the order of the file. */
  readonly hosts: readonly Host[]
  readonly groups: Readonly<Record<string, readonly string[]>>
  readonly cells: readonly Cell[]
  /**
   * Every expanded `${env:…}`, `${file:…}`, `${cmd:…}`, and every text under a key that names a secret (`password`,
   * `api_key`, …), in the files that the inventory names too: to be masked in whatever is shown.
   */
  readonly secrets: readonly string[]
  /** True if no reference was resolved, so that placeholders replace them. */
  readonly placeholders?: boolean
}

export interface Host {
  readonly name: string
  /** What its peers and Prometheus use: a name or an IP address. */
  readonly address: string
  readonly labels: Readonly<Record<string, string>>
  readonly ssh: SshSettings
  /** Losses that are accepted where promha takes over what is there; absent: none. */
  readonly accepts?: readonly Loss[]
  readonly source?: SourceRange
}

/** How to reach one host: the inventory's `ssh:` with the host's own keys over it. Paths are absolute. */
export interface SshSettings {
  /** What to connect to where it differs from the host's address: `ssh.host`. */
  readonly host?: string
  readonly user?: string
  readonly port?: number
  readonly identity?: string
  /**
   * true: `sudo -n`, and a question on the terminal if sudo wants a password; false: already root. `sameFor`: like true,
   * and the answer is used for these hosts too, if their user is the same, and for no others.
   */
  readonly sudo: boolean | { readonly password: string } | { readonly sameFor: readonly string[] }
  /** `user@host:port`, or `none`. */
  readonly jump?: string
  readonly knownHosts?: string
  readonly hostKey: 'strict' | 'accept-new' | 'off'
  /** Absolute path of an ssh_config; false ignores every one; absent: the user's and the system's. */
  readonly config?: string | false
}

export interface Endpoint {
  /** An IP address, `0.0.0.0` or `::` included. */
  readonly address: string
  readonly port: number
}

/** A file that the user named, read already. `name` is relative to the component's config directory. */
export interface ShippedFile {
  readonly name: string
  readonly content: string | Uint8Array
  /** Where it was read from, for messages. */
  readonly path: string
  /** It lies outside the inventory's directory, so nothing of its content is shown. */
  readonly outside?: boolean
  /** Prometheus reads it again at each change, so nothing needs a reload. */
  readonly watched?: boolean
}

/** A file of `scrape_config_files`, in upstream's own form. */
export interface JobFile extends ShippedFile {
  readonly jobs: readonly YamlMap[]
  /** Not all jobs of the file are wanted, so these are written instead of it. */
  readonly changed?: true
}

/** A file of `rule_tests:`. */
export interface RuleTest {
  /** Absolute. */
  readonly file: string
  readonly content: string
  /** For messages. */
  readonly path: string
  readonly outside?: boolean
}

export interface Cell {
  readonly name: string
  /** Names of the cell's hosts, in the order of `hosts:`. */
  readonly hosts: readonly string[]
  readonly allowSharedHost: boolean
  /** Losses that are accepted on all hosts of the cell. */
  readonly accepts?: readonly Loss[]
  readonly prometheus?: PrometheusSettings
  readonly alertmanager?: AlertmanagerSettings
  /** By the name of the component. */
  readonly exporters?: Readonly<Record<Component, ExporterSettings>>
  readonly pushgateway?: PushgatewaySettings
  readonly blackbox?: BlackboxSettings
  readonly loadbalancer?: LoadbalancerSettings
  readonly federation?: FederationSettings
  /** promha's ports are open only to hosts that need them. */
  readonly firewall?: true
  readonly source?: SourceRange
}

/** Names without the leading dashes. true is a bare switch, a list a flag that is repeated. */
export type Flags = Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>

/** What every component has. `wordsOn` of words-on.ts gives what one host has. */
export interface CommonSettings {
  /** Where hosts listen that `perHost` does not name. */
  readonly listen: Endpoint
  readonly flags: Flags
  /** Variables of its environment; the values may be secret. Absent: none. */
  readonly environment?: Readonly<Record<string, string>>
  readonly limits?: Limits
  /** Hosts that `per_host` names; with `self`, every host. */
  readonly perHost?: Readonly<Record<string, HostSettings>>
}

export interface Limits {
  /** In systemd's form: `2G`. */
  readonly memory?: string
  /** Open files. */
  readonly files?: number
}

/** All that one host has, merged: it replaces the component's own settings. */
export interface HostSettings {
  readonly listen: Endpoint
  readonly flags: CommonSettings['flags']
  readonly environment?: CommonSettings['environment']
  readonly limits?: CommonSettings['limits']
  /** Alertmanager only. */
  readonly clusterListen?: Endpoint
  /** Where `listen` of this host is written. */
  readonly source?: SourceRange
  /** Where `cluster_listen` of this host is written. */
  readonly clusterSource?: SourceRange
}

export interface PrometheusSettings extends CommonSettings {
  /** In the order of the keys: `a`, `b`, … */
  readonly replicas: readonly { readonly name: string; readonly host: string }[]
  readonly replicaLabel: string
  readonly dataDir: string
  readonly retention: { readonly time?: string; readonly size?: string }
  readonly global: YamlMap
  readonly externalLabels: Readonly<Record<string, string>>
  readonly scrapeConfigs: readonly YamlMap[]
  /** File and job name → groups of targets in file_sd's own form. */
  readonly targets: Readonly<Record<string, readonly YamlMap[]>>
  /** `name` is `scrape_configs/FILE`. */
  readonly jobFiles?: readonly JobFile[]
  /** `name` is `rules/FILE`. */
  readonly rules: readonly ShippedFile[]
  /** Of exporters that the cell has. Absent: the inventory says nothing of them, and none are loaded. */
  readonly standardRules?: readonly StandardRules[]
  /** Tests of the rules, for this machine only. */
  readonly ruleTests?: readonly RuleTest[]
  readonly remoteWrite: readonly YamlMap[]
  /** Further keys of prometheus.yml, each as upstream has it: `storage`, `remote_read`, … */
  readonly further?: YamlMap
  readonly alertRelabelConfigs: readonly YamlMap[]
  /** Alertmanagers outside the cell. */
  readonly alertmanagers: readonly YamlMap[]
  readonly files: readonly ShippedFile[]
  /** A part of prometheus.yml itself was read from outside the inventory's directory. */
  readonly outside?: true
}

export interface AlertmanagerSettings extends CommonSettings {
  readonly hosts: readonly string[]
  readonly config: YamlMap
  /** The config was read from outside the inventory's directory. */
  readonly outside?: true
  /** `name` is `templates/FILE`. */
  readonly templates: readonly ShippedFile[]
  readonly files?: readonly ShippedFile[]
  readonly clusterListen: Endpoint
}

/** A program that is the same on every host and that nothing stands in for. */
export interface ExporterSettings extends CommonSettings {
  readonly hosts: readonly string[]
  /** The scrape job of all of them. */
  readonly job: string
  /** What it is if it is not of the catalogue by its own name: another one of a kind, or an entry of the inventory's own. */
  readonly definition?: ExporterDefinition
  /** In upstream's form. */
  readonly config?: YamlMap
  /** The config was read from outside the inventory's directory. */
  readonly outside?: true
  readonly files?: readonly ShippedFile[]
  readonly probes?: readonly ExporterProbe[]
}

/** What an exporter probes for Prometheus. */
export interface ExporterProbe {
  /** By the name of the parameter. */
  readonly parameters: Readonly<Record<string, string>>
  readonly targets: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  /** Upstream durations; absent: the global ones. */
  readonly interval?: string
  readonly timeout?: string
}

/** Two hosts, one of which serves; pushes and scrapes go to one address. */
export interface PushgatewaySettings extends CommonSettings {
  readonly active: string
  readonly passive: string
  readonly failover: Failover
}

/** The key under `failover:` that asks for a proxy. */
type ProxyKey = Exclude<keyof FailoverText, keyof VipText>

/** How one address leads to the one of two hosts that is up. */
export type Failover =
  /** An address that moves, by VRRP. */
  | ({ readonly kind: 'vip' } & VipSettings)
  /** HAProxy on this port of each host that is a client or a member; the passive member is its backup server. */
  | { readonly kind: ProxyKey; readonly port: number }

export interface VipSettings {
  readonly address: string
  /** Length of the subnet's prefix. */
  readonly prefix: number
  /** Absent: the interface by which each host reaches the subnet. */
  readonly interface?: string
  /** The virtual router's id, 1 to 255; absent: promha picks one. */
  readonly vrid?: number
}

/** One or two probers, each of which can serve all probes. */
export interface BlackboxSettings extends CommonSettings {
  readonly hosts: readonly string[]
  /** Absent where there is one prober only. */
  readonly failover?: Failover
  /** `modules:` in upstream's form. */
  readonly modules: YamlMap
  /** They were read from outside the inventory's directory. */
  readonly outside?: true
  readonly probes: readonly Probe[]
  /** They lie below /etc/blackbox_exporter. */
  readonly files?: readonly ShippedFile[]
}

export interface Probe {
  readonly module: string
  readonly targets: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  /** Upstream durations; absent: the global ones. */
  readonly interval?: string
  readonly timeout?: string
}

/** One address through which the pair is queried. */
export interface LoadbalancerSettings {
  readonly hosts: readonly string[]
  readonly vip: VipSettings
  readonly port: number
  /** Where its port is written, otherwise where the load balancer is. */
  readonly source?: SourceRange
}

export interface FederationSettings {
  /** Names of cells. */
  readonly from: readonly string[]
  /** Selectors of series. */
  readonly match: readonly string[]
}
