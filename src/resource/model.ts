/** The vocabulary of desired state: frozen values without a word of shell. */
import type { ComponentHealth } from '../../roles/component.ts'
import { isHostPackage } from '../../roles/index.ts'
import type { Component } from '../inventory/model.ts'
import type { OwnedPath } from '../shell/syntax/own.ts'

/** A system user with a group of its name. One that is there keeps its number, shell, home and primary group. */
export interface UserResource {
  readonly kind: 'user'
  readonly name: string
  readonly home: string
}

export interface DirectoryResource extends OwnedPath {
  readonly kind: 'directory'
  /** Holds what the program itself writes: only removed where the user asks for that. */
  readonly data?: boolean
  /** Others put files there: the group, and what the group may do, are the admin's to say. */
  readonly shared?: boolean
}

/** What a changed file asks of the service that reads it. `none`: it is watched, or read on each use. */
export type Effect = 'none' | 'reload' | 'restart'

/** Bytes that lie in the host's own store already, by their SHA-256: those of an earlier generation. */
export interface Stored {
  readonly stored: string
}

export interface FileResource extends OwnedPath {
  readonly kind: 'file'
  readonly content: string | Uint8Array | Stored
  readonly effect: Effect
  /** Never shown, not even as a difference; `outside`: it was read from outside the inventory's directory. */
  readonly concealed?: boolean | 'outside'
  /** For people: no program reads it, so no check sees it. */
  readonly note?: true
}

/** One program of a release; which bytes depends on the host's architecture and comes from the lock file. */
export interface ProgramResource {
  readonly kind: 'program'
  readonly component: Component
  readonly version: string
  readonly path: string
  /** What its release calls it, if another one of a kind has that path. */
  readonly from?: string
  readonly mode: number
  readonly effect: Effect
  /** SHA-256 of a program in the host's own store, which then counts instead of the lock file's. */
  readonly stored?: string
}

/** A release that is unpacked as a whole into a directory of root's, to which no program writes. */
export interface TreeResource {
  readonly kind: 'tree'
  readonly component: Component
  readonly version: string
  readonly path: string
  /** Parts of each name in the archive that are left out. */
  readonly strip: number
  readonly effect: Effect
  /** Hash of a tree in the host's own store, which then counts instead of the lock file's. */
  readonly stored?: string
}

/** A systemd unit file; a change of it restarts its service. */
export interface UnitResource {
  readonly kind: 'unit'
  readonly name: string
  readonly content: string | Stored
  /** What a reader of the plan should know of it. */
  readonly note?: string
}

/** Where a unit file lies on a host. */
export function unitPath(name: string): string {
  return `/etc/systemd/system/${name}`
}

/** The service: enabled, running, and running what the other resources of its instance say. */
export interface ServiceResource {
  readonly kind: 'service'
  /** `prometheus.service` */
  readonly unit: string
  /** Ports that it will listen on; one that another process holds is an error before anything is touched. */
  readonly ports: readonly ListeningPort[]
}

export interface ListeningPort {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  /** IP addresses on which it will listen; absent: on all. Another process may have the port on other ones. */
  readonly addresses?: readonly string[]
}

/** A package of the host's own system, which chooses the version. Its own services stay off where promha installs it. */
export interface PackageResource {
  readonly kind: 'package'
  /** As Debian and RHEL both call it: `keepalived`. */
  readonly name: string
}

export type Resource =
  | PackageResource
  | UserResource
  | DirectoryResource
  | FileResource
  | ProgramResource
  | TreeResource
  | UnitResource
  | ServiceResource

/** The unit of a component: what comes from the host's packages has a unit of promha's own beside the distribution's. */
export function unitOf(component: Component): string {
  return isHostPackage(component) ? `promha-${component}.service` : `${component}.service`
}

/** As in the JSON document. */
export function resourceId(resource: Resource): string {
  const name = 'path' in resource ? resource.path : 'unit' in resource ? resource.unit : resource.name
  return `${resource.kind}:${name}`
}

/** Where the problems of an instance are told: at its service. */
export function atInstance({ host, service }: Pick<Instance, 'host' | 'service'>) {
  return { host, resource: resourceId(service) }
}

export function ofKind<K extends Resource['kind']>(
  resources: readonly Resource[],
  kind: K,
): readonly Extract<Resource, { kind: K }>[] {
  return resources.filter((one): one is Extract<Resource, { kind: K }> => one.kind === kind)
}

/** Those that a release has: its programs, or the directory into which all of it is unpacked. */
export function releasedIn(resources: readonly Resource[]): readonly (ProgramResource | TreeResource)[] {
  return resources.filter(one => one.kind === 'program' || one.kind === 'tree')
}

/** SHA-256 that a program or a tree is to have on this host, by its path. */
export type ProgramHash = (program: ReleasedResource) => string

/** What says which part of a release it is. */
export type ReleasedResource = Pick<ProgramResource, 'component' | 'version' | 'path' | 'from' | 'stored'>

/** A check of the whole staged bundle by upstream's own tool before any of it becomes active. */
export interface BundleCheck {
  /** Absolute path of the tool on the host; the staged new one where it is to be replaced. */
  readonly program: string
  /** Run in the staged copy of `root`, so that relative paths mean the staged files. */
  readonly root: string
  readonly args: readonly string[]
  /** What the program says at its end if it takes the config; absent: it exits with 0. */
  readonly accepted?: string
  /** Who judges, where `program` only starts it. */
  readonly tool?: string
  /** The bundle holds what was read from outside the inventory's directory, so nothing that the tool says is shown. */
  readonly withheld?: true
  /** It may read files outside of the bundle or ask others, so the machine that runs promha does not make it. */
  readonly hostOnly?: true
  /** Files that only the check sees, in its copy of `root`; one of a bundle's file stands in its place. */
  readonly seen?: readonly { readonly name: string; readonly content: string }[]
  /** The check is of the command line. */
  readonly flags?: FlagQuestion
}

/** How a program judges its flags: it is started so that it fails once it has taken all of them, before it listens. */
export interface FlagQuestion {
  /** Texts of that failure; one of them is in what the program says if it takes the flags. */
  readonly accepted: readonly string[]
  /** The user's flags one by one, because a program stops at the first wrong one. */
  readonly each: readonly FlagAlone[]
}

export interface FlagAlone {
  /** Without the dashes. */
  readonly name: string
  /** The map of the inventory that has the name as a key. */
  readonly map: object
  /** The map or list of the inventory that holds the value, and where in it. */
  readonly owner: object
  readonly key: string | number
  readonly args: readonly string[]
}

export type Health = ComponentHealth

/** An address that the host may come to have, which is of use only within a network that the host is in itself. */
export interface WantedAddress {
  readonly address: string
  /** Own addresses of the others that may have it. */
  readonly peers: readonly string[]
  /** Where it is to be; absent: wherever the host finds its network. */
  readonly interface?: string
}

/** Hosts that let this one in where it speaks by its own address, and by no other that it may have. */
export interface SourceAddress {
  /** An IP address. */
  readonly own: string
  /** The addresses of those hosts. */
  readonly to: readonly string[]
}

/** One component on one host: what is changed, gated and, where it fails, put back as a whole. */
export interface Instance {
  readonly cell: string
  readonly host: string
  readonly component: Component
  /** In the order in which they are brought about. */
  readonly resources: readonly Resource[]
  readonly service: ServiceResource
  readonly checks: readonly BundleCheck[]
  readonly health: Health
  /** Absent: none. */
  readonly addresses?: readonly WantedAddress[]
  /** Names that the host is asked to resolve, since its program or another one has to know an address. */
  readonly lookups?: readonly string[]
  /** Files outside of its data that the service opens for writing; absolute. */
  readonly writes?: readonly string[]
  /** Absent: it is not asked for. */
  readonly admission?: SourceAddress
  /** One at a time in the cell, each gated on the one before; false: all at once. */
  readonly oneByOne: boolean
  /** It has left the inventory: nothing is desired of it, and what promha owns of it goes. */
  readonly retired?: boolean
  /** With `retired`: all that leave the host in the same run. What several of them own goes with the last one. */
  readonly leavesWith?: ReadonlySet<Component>
  /** With `retired`: its data and its user go as well. */
  readonly purges?: boolean
  /** With `retired`: why it goes, where that is not because it left the inventory. */
  readonly reason?: string
  /** The confirmed generation that it goes back to, and the run that confirmed it; absent: a new generation is made. */
  readonly back?: { readonly generation: number; readonly run: string }
}
