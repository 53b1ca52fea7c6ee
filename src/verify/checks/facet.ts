/** What verify, status and the gate have to know of a component: the value `checks` of its `checks.ts`. */
import type { Component, Endpoint } from '../../inventory/model.ts'
import type { RunningProcess } from '../../shell/host/running.ts'
import type { CellTopology, Job, Member, Peer } from '../../topology/model.ts'
import type { CheckDefinition, View } from '../answer/view.ts'
import type { Api, HostAsk, NamedProgram, Program, Question } from '../ask/question.ts'
import type { Chosen, ServiceFacts } from '../input.ts'
import type { Asking } from '../model.ts'
import type { TargetOwner } from './exporter-up.ts'

/** Nothing is needed of a plain exporter: the replicas say whether it is up, and it tells its version in its metrics. */
export interface ComponentChecks {
  /** Its checks of one cell. */
  readonly cellChecks?: (asked: AskedCell) => CellChecks
  /** Its lines of `status`. */
  readonly rows?: (cell: CellTopology) => readonly StatusEntry[]
  /** The generated jobs that reach it at an address behind which any of its members may be. */
  readonly jobs?: (cell: CellTopology) => readonly Job[]
  /** Of two that stand in for each other, how the active one is known. */
  readonly identity?: Identity
  /** How it is confirmed that it has loaded its config: what `loaded` of its health stands for. */
  readonly loaded?: (get: Get) => Promise<LoadedConfig>
  /** How far it is with a log that it replays before it is ready; undefined if it does not. */
  readonly replay?: (get: Get) => Promise<Replay | undefined>
  /** How it stands in touch with the Alertmanagers of its cell. */
  readonly links?: Links
  /** How it is known that it and the others of its kind work together; absent: they need not. */
  readonly joined?: Joined
  /** Founds what all of its kind need together, once all of them are there; absent: they need nothing. What is there already stays. */
  readonly found?: Lack
  /** What it still lacks though it says that it is ready; absent: nothing. */
  readonly lack?: Lack
  /** Milliseconds that it may lack that; absent: a minute. */
  readonly lackPatience?: number
  /** All of its processes on a host, also those that promha did not start. Only for a component that may run once. */
  readonly running?: HostAsk<readonly RunningProcess[]>
}

/** In words that follow "is ready, but"; undefined if it lacks nothing. Rejects if it does not say. */
export type Lack = (asked: LackRequest) => Promise<string | undefined>

export interface LackRequest {
  readonly get: Get
  /** Of what listens elsewhere on its host. */
  readonly getAt: (place: Endpoint) => Get
  readonly host: string
  readonly cell: CellTopology
  /** Whether another program of the cell says on its own host that it is ready. */
  readonly serves: (component: Component, host: string) => Promise<boolean>
}

/** Each in the order in which they are told: all that is `own` first, then all `across`, `exporter.up`, and all `access`. */
export interface CellChecks {
  /** What its programs say of themselves. */
  readonly own?: readonly CheckDefinition[]
  /** What others have to show as well. */
  readonly across?: readonly CheckDefinition[]
  /** What leads to it or keeps it closed. */
  readonly access?: readonly CheckDefinition[]
}

/** One cell, and what was chosen of it. */
export interface AskedCell {
  readonly whole: CellTopology
  /** Without the members that are not installed: what compares members is judged over the others. */
  readonly cell: CellTopology
  readonly chosen: Chosen
  readonly replicas: readonly NamedProgram[]
  /** Those of the hosts and components that were chosen. */
  selected<P extends Program>(programs: readonly P[]): readonly P[]
  has(component: Component, host: string): boolean
  facts(program: Program): ServiceFacts | undefined
  /** Its unit does not run, and nothing is about to start it. */
  isStopped(component: Component, host: string): boolean
  /** Chosen and reachable. */
  isUsable(host: string): boolean
  /** Who is behind a generated target. */
  owner(instance: string, job: string): TargetOwner
}

/** How one component on one host is asked for its line of `status`. */
export interface StatusEntry {
  readonly cell: string
  readonly host: string
  readonly component: Component
  /** The replica's name, or the peer's. */
  readonly replica?: string
  /** An answer means ready. */
  readonly ready: Question
  /** What else is asked of one that runs. */
  readonly more?: readonly Question[]
  /** Absent: it does not say. */
  readonly version?: (view: View) => string | undefined
  /** What keeps it from being ready although it answers; empty if nothing does. `active`: systemd's ActiveState. */
  readonly lacks?: (active: string | undefined, view: View) => string
  /** What is worth a word while it is ready; may be empty. */
  readonly note?: (view: View) => string
}

export interface Identity<A = unknown> {
  readonly api: Api<A>
  /** What tells one process from another by its answer; undefined if it does not say. */
  of(answer: A): string | undefined
}

/** Asks the program, behind its prefix. Rejects with an AskError, also if that is not answered with 200. */
export type Get = <A>(api: Api<A>) => Promise<A>

/** Whether the last load succeeded, and when the last good one was, in seconds since the epoch. */
export interface LoadedConfig {
  readonly succeeded: boolean
  readonly at: number
}

export interface Replay {
  readonly note: string
  /** How far it has come; it only grows. */
  readonly replayed: number
}

export interface Joined {
  /** What those members lack to work together, as the one that is asked sees it, in words. Rejects if it does not say. */
  readonly lack: (get: Get, members: readonly Member[]) => Promise<string | undefined>
  /** What to do if something is lacking for long. */
  readonly remedy: (host: string) => string
}

export interface Links {
  /** What it lacks to be in touch with all of the peers, in words that follow its name. Rejects if it does not say. */
  readonly lack: (get: Get, peers: readonly Peer[]) => Promise<string | undefined>
  /** Those of the peers that it is in touch with now; absent: nothing says. Rejects if it does not say. */
  readonly now?: (get: Get, peers: readonly Peer[]) => Promise<readonly Peer[]>
  /** Who gets no answer at the addresses of the inventory, although both are ready; undefined if all do. */
  readonly unreached?: (request: UnreachedRequest) => Promise<Unreached | undefined>
  /** What to do if something is lacking for long. */
  readonly remedy: (host: string) => string
}

export interface UnreachedRequest extends Pick<Asking, 'askHost'> {
  readonly get: Get
  readonly host: string
  readonly peers: readonly Peer[]
  /** Itself, as the others are to reach it; absent if that is not known. */
  readonly own?: Peer
}

export interface Unreached {
  /** In words that follow the program's name. */
  readonly said: string
  /** Whose addresses may be wrong. */
  readonly hosts: readonly string[]
}
