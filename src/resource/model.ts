/** The vocabulary of desired state: frozen values without a word of shell. */
import type { Component } from '../inventory/model.ts'

export interface UserResource {
  readonly kind: 'user'
  readonly name: string
  readonly home: string
}

export interface DirectoryResource {
  readonly kind: 'directory'
  readonly path: string
  readonly owner: string
  readonly group: string
  readonly mode: number
  /** Holds what the program itself writes: only removed where the user asks for that. */
  readonly data?: boolean
}

/** What a changed file asks of the service that reads it. `none`: it is watched, or read on each use. */
export type Effect = 'none' | 'reload' | 'restart'

/** Bytes that lie in the host's own store already, by their SHA-256: those of an earlier generation. */
export interface Stored {
  readonly stored: string
}

export interface FileResource {
  readonly kind: 'file'
  readonly path: string
  readonly content: string | Uint8Array | Stored
  readonly owner: string
  readonly group: string
  readonly mode: number
  readonly effect: Effect
  /** Never shown, not even as a difference: it may be a key or a password. */
  readonly concealed?: boolean
}

/** One program of a release; which bytes depends on the host's architecture and comes from the lock file. */
export interface ProgramResource {
  readonly kind: 'program'
  readonly component: Component
  readonly version: string
  readonly path: string
  readonly mode: number
  readonly effect: Effect
  /** SHA-256 of a program in the host's own store, which then counts instead of the lock file's. */
  readonly stored?: string
}

/** A systemd unit file; a change of it restarts its service. */
export interface UnitResource {
  readonly kind: 'unit'
  readonly name: string
  readonly content: string | Stored
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
  readonly ports: readonly { readonly protocol: 'tcp' | 'udp'; readonly port: number }[]
}

export type Resource =
  | UserResource
  | DirectoryResource
  | FileResource
  | ProgramResource
  | UnitResource
  | ServiceResource

/** As in the JSON document. */
export function resourceId(resource: Resource): string {
  switch (resource.kind) {
    case 'user':
      return `user:${resource.name}`
    case 'unit':
      return `unit:${resource.name}`
    case 'service':
      return `service:${resource.unit}`
    default:
      return `${resource.kind}:${resource.path}`
  }
}

/** A check of the whole staged bundle by upstream's own tool before any of it becomes active. */
export interface BundleCheck {
  /** Absolute path of the tool on the host; the staged new one where it is to be replaced. */
  readonly program: string
  /** Run in the staged copy of `root`, so that relative paths mean the staged files. */
  readonly root: string
  readonly args: readonly string[]
}

/** How the running program is asked whether it is there, and what it has loaded. */
export interface Health {
  /** Where it answers on its own host. */
  readonly address: string
  readonly port: number
  /** 200 is ready. */
  readonly readyPath: string
  /** How a loaded config is confirmed after a reload. */
  readonly loaded: 'prometheus' | 'alertmanager' | 'none'
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
  /** Instances of a lower wave come first. */
  readonly wave: number
  /** One at a time within the wave and cell, each gated on the one before; false: all at once. */
  readonly oneByOne: boolean
  /** It has left the inventory: nothing is desired of it, and what promha owns of it goes. */
  readonly retired?: boolean
  /** With `retired`: its data and its user go as well. */
  readonly purges?: boolean
  /** With `retired`: why it goes, where that is not because it left the inventory. */
  readonly reason?: string
  /** The confirmed generation that it goes back to, and the run that confirmed it; absent: a new generation is made. */
  readonly back?: { readonly generation: number; readonly run: string }
}
