/** The checked inventory, from which alone topology, roles and plans are computed. */
import type { ExporterDefinition } from '../../roles/exporters/definition.ts'
import type { SourceRange } from '../diagnostic/problem.ts'
import type { ArtifactSettings } from './artifact/origin.ts'
import type { ExporterText } from './cell/parts.ts'
import type { Loss } from './host/adopt.ts'
import type { AdoptText } from './schema/schema.ts'

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
  /** What references gave, and texts under keys of secrets, in named files too: to be masked in whatever is shown. */
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
  /** true: `sudo -n`, or a question for the password; false: root already. `sameFor`: hosts that share the answer. */
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

/** An endpoint, and where it is written. */
export interface PlacedEndpoint extends Endpoint {
  readonly source?: SourceRange
  /** It is the default because the value is wrong, which is reported already. */
  readonly wrong?: true
}

/** A file that the user named, read already. `name` is relative to the component's config directory. */
export interface UserFile {
  readonly name: string
  readonly content: string | Uint8Array
  /** Where it was read from, for messages. */
  readonly path: string
  /** It lies outside the inventory's directory, so nothing of its content is shown. */
  readonly outside?: boolean
  /** Prometheus reads it again at each change, so nothing needs a reload. */
  readonly watched?: boolean
}

/** By the key of a part in a cell, how it is written and what is built of it. Each part adds itself: see `roles/part.ts`. */
export interface Parts {
  /** By the key of the entry, and by the name of the component. */
  exporters: {
    text: Readonly<Record<string, ExporterText | undefined>> | null
    settings: Readonly<Record<Component, ExporterSettings>>
  }
}

type Built = { readonly [K in keyof Parts]?: Parts[K]['settings'] }
type Written = { readonly [K in keyof Parts]?: Parts[K]['text'] | undefined }

/** A cell with all that it says filled in. */
export interface Cell extends Built {
  readonly name: string
  /** Names of the cell's hosts, in the order of `hosts:`. */
  readonly hosts: readonly string[]
  readonly allowSharedHost: boolean
  /** Losses that are accepted on all hosts of the cell. */
  readonly accepts?: readonly Loss[]
  readonly source?: SourceRange
}

/** A cell as it is written. */
export interface CellText extends Written {
  readonly hosts?: readonly string[] | null | undefined
  readonly adopt?: AdoptText | null | undefined
  readonly allow_shared_host?: boolean | null | undefined
}

/** Names without the leading dashes, and values as they were written. true is a bare switch, a list a flag that is repeated. */
export type Flags = Readonly<Record<string, string | boolean | readonly string[]>>

/** What every component has. `wordsOn` of words-on.ts gives what one host has. */
export interface CommonSettings {
  /** Where hosts listen that `perHost` does not name: others reach the program there, and Prometheus scrapes it there. */
  readonly listen: PlacedEndpoint
  /** Further addresses on which the program listens. Absent: none. `listensOn` gives all of one host. */
  readonly alsoListen?: readonly PlacedEndpoint[]
  readonly flags: Flags
  /** Variables of its environment; the values may be secret. Absent: none. */
  readonly environment?: Readonly<Record<string, string>>
  readonly limits?: Limits
  /** What all hosts get beside the config. Absent: nothing. `filesOn` gives what one host has. */
  readonly files?: readonly UserFile[]
  /** Hosts that `per_host` names; with `self`, every host. */
  readonly perHost?: Readonly<Record<string, HostSettings>>
}

export interface Limits {
  /** In systemd's form: `2G`. */
  readonly memory?: string
  /** Open files. */
  readonly files?: number
}

/** All that one host has, merged: it replaces the component's own settings. Of `files` it has the host's own only. */
export interface HostSettings extends Omit<CommonSettings, 'perHost'> {
  /** Alertmanager only. */
  readonly clusterListen?: PlacedEndpoint
  /** Where `listen` of this host is written. Absent: its address is the same on other hosts. */
  readonly source?: SourceRange
  /** Where `cluster_listen` of this host is written. */
  readonly clusterSource?: SourceRange
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
  readonly probes?: readonly Probe[]
}

/** What a prober is asked for by Prometheus. */
export interface Probe {
  /** By the name of the parameter. */
  readonly parameters: Readonly<Record<string, string>>
  readonly targets: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  /** Upstream durations; absent: the global ones. */
  readonly interval?: string
  readonly timeout?: string
}
